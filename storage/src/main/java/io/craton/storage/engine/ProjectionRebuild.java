package io.craton.storage.engine;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.log.LogArchive;
import io.craton.storage.projection.ProjectionMending;
import io.craton.storage.projection.ProjectionPart;
import io.craton.storage.projection.StoreFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Works out a tenant's projection once more, beside the one in use, from all of the log, and then makes the one in use equal to it. Entries go on being applied; they wait
 * only while both are brought to the same position, and while what was found different is set right.
 */
public final class ProjectionRebuild {
    /** Under wal/: the second projection; a server that starts removes what a killed one left. */
    public static final String SCRATCH = "rebuild";
    private static final int RUN_ENTRIES = 1024;
    private static final long RUN_BYTES = 4 << 20;
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
    private final LogArchive archive;
    private final @Nullable KeyRing keys;
    private long fed;
    private long entries;

    ProjectionRebuild(Path data, Tenants tenants, Applier applier, LogArchive archive, @Nullable KeyRing keys) {
        this.data = data;
        this.tenants = tenants;
        this.applier = applier;
        this.archive = archive;
        this.keys = keys;
    }

    Report run(Tenant tenant, String name) {
        ProjectionPart part = ProjectionPart.named(name, tenant.projection.state().schema());
        if (part == null) throw new PgException(SqlState.UNDEFINED_TABLE, "there is no projection \"" + name + "\": it is rows, indexes, columns, catalog, or a table");
        if (archive.positionFirst() > 1) throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "the log in front of position " + archive.positionFirst() + " is still on its way to this node");
        if (!tenants.rebuilding().tryLock()) throw new PgException(SqlState.OBJECT_IN_USE, "a projection is being rebuilt");
        long began = System.nanoTime();
        Path scratch = data.resolve("wal").resolve(SCRATCH);
        try {
            DataVerifier.deleteFolder(scratch);
            try (StorageEngine second = StorageEngine.open(DataVerifier.config(scratch), keys == null ? null : keys.copyFor(scratch)); LogArchive.Reader log = archive.open()) {
                long mended = part.isStored() ? mend(tenant, part, second, log) : applier.atRest(position -> {
                    tenants.mended(tenant, position);
                    fed = position;
                    return 0L;
                });
                return new Report(fed, entries, mended, mended > 0 && part.isCatalog(), (System.nanoTime() - began) / 1e9);
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

    private long mend(Tenant tenant, ProjectionPart part, StorageEngine second, LogArchive.Reader log) {
        long mended = 0;
        for (int pass = 1; ; pass++) {
            for (long to = applier.atRest(position -> position); to - fed > BEHIND_MAX; to = applier.atRest(position -> position)) feed(tenant.number, second, log, to);
            applier.atRest(position -> {
                feed(tenant.number, second, log, position);
                return null;
            });
            Tenant right = second.tenantsForRebuild().pin(tenant.number);
            if (right == null) throw new PgException(SqlState.UNDEFINED_DATABASE, "the database was dropped");
            try (ProjectionMending mending = new ProjectionMending(tenant.projection, right.projection, part)) {
                applier.atRest(position -> {
                    feed(tenant.number, second, log, position);
                    mending.look();
                    return null;
                });
                List<byte[]> keys = mending.compare();
                // What later entries made of wrong values is seen in another pass.
                if (keys.isEmpty()) {
                    applier.atRest(position -> {
                        tenants.mended(tenant, position);
                        return null;
                    });
                    return mended;
                }
                if (pass == PASSES_MAX) throw new PgException(SqlState.DATA_CORRUPTED, "the projection is still not as the log has it after " + mended + " values were mended");
                mended += applier.atRest(position -> {
                    feed(tenant.number, second, log, position);
                    int more = mending.mend(keys);
                    tenants.mended(tenant, position);
                    return more;
                });
            } finally {
                right.unpin();
            }
        }
    }

    private void feed(int tenant, StorageEngine second, LogArchive.Reader log, long to) {
        Applier into = second.applier();
        int run = 0;
        long bytes = 0;
        for (long position = fed + 1; position <= to; position++) {
            LogArchive.Entry entry = log.read(position);
            if (entry == null) throw new IllegalStateException("entry " + position + " is not in the log");
            byte[] payload = entry.payload();
            if (payload == null) continue;
            if (entry.tenant() == tenant) {
                into.apply(position, entry.term(), payload);
                entries++;
                bytes += payload.length;
            } else {
                into.applyOfOthers(position, payload);
            }
            if (++run < RUN_ENTRIES && bytes < RUN_BYTES) continue;
            into.endOfRun();
            run = 0;
            bytes = 0;
        }
        into.endOfRun();
        fed = Math.max(fed, to);
    }
}
