package io.craton.storage.engine;

import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.log.LogArchive;
import io.craton.storage.projection.ImagesAhead;
import io.craton.storage.projection.Stays;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's entries out of the log into an engine of its own, in order of the tenant's positions, whichever groups' logs they are in. One thread.
 *
 * <p>With one group numbers of tenants may come again after a start, so the engine follows all that happened to databases. With several they never do: the database is
 * supposed to be there, and nothing but its own entries is read into the engine.
 */
final class LogFeed implements AutoCloseable {
    private final int tenant;
    private final StorageEngine into;
    private final boolean several;
    private final Supplier<Stays> stays;
    private final IntFunction<LogArchive> archives;
    private final Map<Integer, LogArchive.Reader> logs = new HashMap<>();
    private final LogAhead ahead;
    private long fed;
    private long entries;

    private LogFeed(int tenant, StorageEngine into, boolean several, Supplier<Stays> stays, IntFunction<LogArchive> archives) {
        this.tenant = tenant;
        this.into = into;
        this.several = several;
        this.stays = stays;
        this.archives = archives;
        ahead = new LogAhead(tenant, into);
    }

    /**
     * Into a new engine.
     *
     * @param folder   of that engine, where nothing is
     * @param groups   that there are
     * @param stays    which logs the tenant's entries are in
     * @param archives the logs of the groups
     */
    static LogFeed open(Path folder, @Nullable KeyRing keys, int tenant, int databaseOid, int groups, Supplier<Stays> stays, IntFunction<LogArchive> archives) {
        StorageEngine engine = StorageEngine.open(DataVerifier.config(folder).withGroups(groups), keys);
        if (groups > 1) {
            int first = stays.get().firstGroup();
            engine.tenantsForRebuild().databases().suppose(new DatabaseDef(databaseOid, tenant, "", 10, false, true, -1, null, first, first));
        }
        return new LogFeed(tenant, engine, groups > 1, stays, archives);
    }

    StorageEngine engine() {
        return into;
    }

    /** Position from which on some log is not here yet; 1 where all are whole. */
    static long begins(Stays stays, IntFunction<LogArchive> archives) {
        long first = archives.apply(stays.group()).positionFirst();
        for (Stays.Stay stay : stays.left()) first = Math.max(first, archives.apply(stay.group()).positionFirst());
        return first;
    }

    /** Everything up to here is applied; a position of the tenant. */
    long position() {
        return fed;
    }

    /** How many of them were the tenant's. */
    long entries() {
        return entries;
    }

    /**
     * Up to a position of the tenant.
     *
     * @param between after each run
     */
    void to(long end, Runnable between) {
        Stays all = stays.get();
        for (Stays.Stay stay : all.left()) {
            long last = stay.last() + stay.shift();
            if (fed < Math.min(last, end)) feed(stay.group(), stay.shift(), Math.min(last, end), between);
        }
        if (fed < end) feed(all.group(), all.shift(), end, between);
    }

    private void feed(int group, long shift, long end, Runnable between) {
        LogArchive.Reader log = logs.computeIfAbsent(group, each -> archives.apply(each).open());
        LogAhead.Runs runs = ahead.runs(log, Math.max(fed + 1 - shift, 1), end - shift, shift);
        for (LogAhead.Run run = runs.next(); run != null; run = runs.next()) {
            apply(run, into.applier(group));
            fed = run.last() + shift;
            between.run();
        }
        fed = Math.max(fed, end);
    }

    private void apply(LogAhead.Run run, Applier applier) {
        Tenant present = into.tenantsForRebuild().pin(tenant);
        try {
            if (present != null) present.run.ahead(run.images());
            for (LogArchive.Entry entry : run.entries()) {
                byte[] payload = entry.payload();
                if (payload == null) continue;
                if (entry.tenant() == tenant) {
                    applier.apply(entry.position(), entry.term(), payload);
                    entries++;
                } else if (!several) {
                    applier.applyOfOthers(entry.position(), payload);
                }
            }
            applier.endOfRun();
        } finally {
            if (present != null) {
                present.run.ahead(ImagesAhead.NONE);
                present.unpin();
            }
        }
    }

    /** The engine too. */
    @Override
    public void close() {
        ahead.close();
        logs.values().forEach(LogArchive.Reader::close);
        into.close();
    }
}
