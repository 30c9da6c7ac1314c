package io.craton.storage.engine;

import io.craton.storage.log.LogArchive;

/** One tenant's entries out of the log into an engine of its own. One thread. */
final class LogFeed {
    private static final int RUN_ENTRIES = 1024;
    private static final long RUN_BYTES = 4 << 20;

    private final int tenant;
    private final StorageEngine into;
    private final LogArchive.Reader log;
    private long fed;
    private long entries;

    LogFeed(int tenant, StorageEngine into, LogArchive.Reader log) {
        this.tenant = tenant;
        this.into = into;
        this.log = log;
    }

    /** Everything up to here is applied. */
    long position() {
        return fed;
    }

    /** How many of them were the tenant's. */
    long entries() {
        return entries;
    }

    /** @param between after each run */
    void to(long end, Runnable between) {
        Applier applier = into.applier();
        int run = 0;
        long bytes = 0;
        for (long position = fed + 1; position <= end; position++) {
            LogArchive.Entry entry = log.read(position);
            if (entry == null) throw new IllegalStateException("entry " + position + " is not in the log");
            byte[] payload = entry.payload();
            if (payload == null) continue;
            if (entry.tenant() == tenant) {
                applier.apply(position, entry.term(), payload);
                entries++;
                bytes += payload.length;
            } else {
                applier.applyOfOthers(position, payload);
            }
            if (++run < RUN_ENTRIES && bytes < RUN_BYTES) continue;
            applier.endOfRun();
            fed = position;
            between.run();
            run = 0;
            bytes = 0;
        }
        applier.endOfRun();
        fed = Math.max(fed, end);
    }
}
