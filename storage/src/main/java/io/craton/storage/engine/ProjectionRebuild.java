package io.craton.storage.engine;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.log.LogArchive;
import io.craton.storage.projection.ProjectionMending;
import io.craton.storage.projection.ProjectionPart;
import io.craton.storage.projection.Stays;
import io.craton.storage.projection.StoreFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Works out a tenant's projection once more, beside the one in use, from all of the log, and then makes the one in use equal to it. Entries go on being applied; they wait
 * only while both are brought to the same position, and while what was found different is set right.
 */
public final class ProjectionRebuild {
    /** Under wal/: the second projection; a server that starts removes what a killed one left. */
    public static final String SCRATCH = "rebuild";
    private static final long BEHIND_MAX = 2000;
    private static final int PASSES_MAX = 50;

    /**
     * What was done.
     *
     * @param position at which they were equal in the end
     * @param entries  of the log, the tenant's own
     * @param mended   values that were not as the log has them
     * @param restart  whether the node has to start again for what was mended to count
     */
    public record Report(long position, long entries, long mended, boolean restart, double seconds) {}

    private final Path data;
    private final Tenants tenants;
    private final Applier applier;
    private final @Nullable KeyRing keys;
    private long reached;

    /** @param applier of the group that the tenant is in */
    ProjectionRebuild(Path data, Tenants tenants, Applier applier, @Nullable KeyRing keys) {
        this.data = data;
        this.tenants = tenants;
        this.applier = applier;
        this.keys = keys;
    }

    Report run(Tenant tenant, String name) {
        ProjectionPart part = ProjectionPart.named(name, tenant.projection.state().schema());
        if (part == null) throw new PgException(SqlState.UNDEFINED_TABLE, "there is no projection \"" + name + "\": it is rows, indexes, columns, catalog, or a table");
        IntFunction<LogArchive> archives = group -> tenants.group(group).pipeline.archive();
        long begins = LogFeed.begins(tenant.projection.stays(), archives);
        if (begins > 1) throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "the log in front of position " + begins + " is still on its way to this node");
        if (!tenants.rebuilding().tryLock()) throw new PgException(SqlState.OBJECT_IN_USE, "a projection is being rebuilt");
        long began = System.nanoTime();
        Path scratch = data.resolve("wal").resolve(SCRATCH);
        try {
            DataVerifier.deleteFolder(scratch);
            try (LogFeed feed = LogFeed.open(scratch, keys == null ? null : keys.copyFor(scratch), tenant.number, tenant.transactions.databaseOid(), tenants.groups().size(),
                    tenant.projection::stays, archives)) {
                long mended = part.isStored() ? mend(tenant, part, feed) : atRest(tenant, position -> {
                    reached = position;
                    return 0L;
                }, true);
                return new Report(reached, feed.entries(), mended, mended > 0 && part.isCatalog(), (System.nanoTime() - began) / 1e9);
            } finally {
                DataVerifier.deleteFolder(scratch);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (StoreFailedException e) {
            throw new PgException(SqlState.DATA_CORRUPTED, "files of the projection cannot be read (" + e.getMessage() + "); stop the node, remove projections/"
                    + ProjectionCopy.folderName(tenant.number) + " and start it: it is built again from the log");
        } finally {
            tenants.rebuilding().unlock();
        }
    }

    /**
     * Does something between two runs.
     *
     * @param work   given the tenant's position
     * @param mended whether that changed the tenant
     */
    private <T> T atRest(Tenant tenant, LongFunction<T> work, boolean mended) {
        return applier.atRest(logged -> {
            long position = tenant.projection.stays().position(applier.group(), logged);
            if (position == Stays.NOT_YET || tenant.group.number != applier.group()) {
                throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "the database was moved to another raft group meanwhile");
            }
            T done = work.apply(Math.max(position, tenant.projection.state().position()));
            if (mended) tenants.mended(tenant, logged);
            return done;
        });
    }

    private long mend(Tenant tenant, ProjectionPart part, LogFeed feed) {
        long mended = 0;
        for (int pass = 1; ; pass++) {
            for (long to = position(tenant); to - feed.position() > BEHIND_MAX; to = position(tenant)) feed.to(to, () -> {});
            feedAtRest(tenant, feed);
            Tenant right = feed.engine().tenantsForRebuild().pin(tenant.number);
            if (right == null) throw new PgException(SqlState.UNDEFINED_DATABASE, "the database was dropped");
            try (ProjectionMending mending = new ProjectionMending(tenant.projection, right.projection, part)) {
                atRest(tenant, position -> {
                    feed.to(position, () -> {});
                    mending.look();
                    return position;
                }, false);
                List<byte[]> keys = mending.compare();
                reached = feed.position();
                // What later entries made of wrong values is seen in another pass.
                if (keys.isEmpty()) {
                    atRest(tenant, position -> position, true);
                    return mended;
                }
                if (pass == PASSES_MAX) throw new PgException(SqlState.DATA_CORRUPTED, "the projection is still not as the log has it after " + mended + " values were mended");
                mended += atRest(tenant, position -> {
                    feed.to(position, () -> {});
                    return mending.mend(keys);
                }, true);
            } finally {
                right.unpin();
            }
        }
    }

    private long position(Tenant tenant) {
        return atRest(tenant, position -> position, false);
    }

    private void feedAtRest(Tenant tenant, LogFeed feed) {
        atRest(tenant, position -> {
            feed.to(position, () -> {});
            return position;
        }, false);
    }
}
