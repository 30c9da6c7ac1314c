package io.craton.replication.raft;

import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** One member of one raft group, running. */
public final class RaftGroup implements AutoCloseable {
    private RaftGroup() {}

    /**
     * Starts the member. Entries above the consumer's applied position are replayed to it. {@code onFailure} is called at most once, when
     * the member can no longer work (log failed, an entry could not be applied): the node must stop.
     */
    public static RaftGroup start(RaftGroupConfig config, EventLog log, EntryConsumer consumer, Consumer<Throwable> onFailure)
            throws IOException {
        throw new UnsupportedOperationException("being written");
    }

    public CommitLog commitLog() {
        throw new UnsupportedOperationException("being written");
    }

    /** Waits until this member leads and has applied everything before its own term; false after the time-out. */
    public boolean awaitLeader(Duration timeout) throws InterruptedException {
        throw new UnsupportedOperationException("being written");
    }

    /** Stops raft; the log stays open and belongs to the caller. */
    @Override
    public void close() {}
}
