package io.craton.storage.log;

import org.jspecify.annotations.Nullable;

/** The entries that a log has, for those who look back. Any thread. */
public interface LogArchive {
    /** Position of the oldest entry that is here. */
    long positionFirst();

    /** Entries of the log, in any order, quickest one behind the other. Close it. */
    Reader open();

    /** One thread. */
    interface Reader extends AutoCloseable {
        /** The entry at this position, or null when it is not here. */
        @Nullable Entry read(long position);

        @Override
        void close();
    }

    /**
     * @param payload as it is in the log; null for entries of the group itself
     * @param hash the link of the chain
     * @param storedBytes of the payload in the log
     */
    record Entry(long position, long term, int tenant, byte @Nullable [] payload, ChainHash hash, int storedBytes) {}
}
