package io.craton.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Keeps the last lines of the log in memory, for diagnostics. Any thread. */
final class RecentLines extends AppenderBase<ILoggingEvent> {
    static final String NAME = "recent";
    private static final int LINES_MAX = 1000;

    private final JsonLines encoder = new JsonLines();
    private final Deque<byte[]> lines = new ArrayDeque<>();

    @Override
    protected void append(ILoggingEvent event) {
        byte[] line = encoder.encode(event);
        synchronized (lines) {
            lines.addLast(line);
            if (lines.size() > LINES_MAX) lines.removeFirst();
        }
    }

    String lines() {
        StringBuilder text = new StringBuilder();
        synchronized (lines) {
            for (byte[] line : lines) text.append(new String(line, StandardCharsets.UTF_8));
        }
        return text.toString();
    }
}
