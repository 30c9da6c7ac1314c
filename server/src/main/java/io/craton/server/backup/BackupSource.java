package io.craton.server.backup;

import io.craton.storage.log.LogBuilder;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Where a restore gets its log from. One thread. */
interface BackupSource extends AutoCloseable {
    /** The last entry up to which everything is there. */
    long last();

    /** Bytes to be read up to an entry; a guess is enough. */
    long bytes(long limit);

    /** Which cluster's log it is; empty when it was a lone node's. */
    String cluster();

    /** All from the entry on that the log wants next, as far as the limit. */
    void into(LogBuilder log, LogBuilder.Limit limit, LongConsumer progress) throws IOException;

    @Override
    void close() throws IOException;
}
