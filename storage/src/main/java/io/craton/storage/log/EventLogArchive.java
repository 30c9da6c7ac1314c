package io.craton.storage.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** An {@link EventLog} for those who look back. Any thread. */
public final class EventLogArchive implements LogArchive {
    private final EventLog log;

    public EventLogArchive(EventLog log) {
        this.log = log;
    }

    @Override
    public long positionFirst() {
        return log.firstIndex();
    }

    @Override
    public Reader open() {
        return new OfCursor(log.cursor());
    }

    private record OfCursor(LogCursor cursor) implements Reader {
        @Override
        public @Nullable Entry read(long position) {
            try {
                LogRecord found = cursor.read(position);
                if (found == null) return null;
                byte[] payload = new byte[found.payload().remaining()];
                found.payload().get(found.payload().position(), payload);
                return new Entry(position, found.term(), found.tenant(), found.type() == EntryType.DATA ? payload : null, cursor.lastHash(), payload.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                cursor.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
