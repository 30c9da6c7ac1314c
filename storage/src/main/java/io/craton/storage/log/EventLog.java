package io.craton.storage.log;

import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The event log of one group. */
public final class EventLog implements AutoCloseable {
    private EventLog() {}

    /** Opens and recovers the log in {@code folder}. */
    public static EventLog open(FileStore folder, LogOptions options, Consumer<Throwable> onFailure) throws IOException {
        throw new UnsupportedOperationException("being written");
    }

    public long firstIndex() {
        return 1;
    }

    public long lastIndex() {
        return 0;
    }

    /** Appends a batch; durable when it returns (sync mode fsync). */
    public void append(List<LogRecord> batch) throws IOException {
        throw new UnsupportedOperationException("being written");
    }

    /** The entry at this index, or null if it is not here. */
    public @Nullable LogRecord read(long index) throws IOException {
        throw new UnsupportedOperationException("being written");
    }

    public void truncateSuffix(long lastKept) throws IOException {
        throw new UnsupportedOperationException("being written");
    }

    /** Everything at or below this index is committed and will never be truncated. */
    public void committed(long index) {
        throw new UnsupportedOperationException("being written");
    }

    /** Why new entries should be refused now (the disk is full), or null. */
    public @Nullable String refusal() {
        return null;
    }

    @Override
    public void close() throws IOException {}
}
