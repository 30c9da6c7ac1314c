package io.craton.server.backup;

import io.craton.storage.io.FileStore;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;

/** A log from its first entry on, whose segments are read and checked on several threads and handed over in order. One thread. */
final class SegmentsAhead implements AutoCloseable {
    /** Takes stretches in order, each good until it returns. */
    interface Sink {
        void take(SnapshotOutput.Stretch stretch) throws IOException;
    }

    /** A segment of which the first stretch is being read. */
    private record Segment(long last, LogSource source, Future<SnapshotOutput.Stretch> stretch) {}

    private final FileStore log;
    private final long upTo;
    private final Workers workers;
    private final SnapshotOutput output;
    private final LogSource ends;
    private final Deque<Segment> underWay = new ArrayDeque<>();
    private final Deque<LogSource> free = new ArrayDeque<>();
    private long next = 1;

    /** @param upTo is committed */
    SegmentsAhead(FileStore log, long upTo, Workers workers, SnapshotOutput output) throws IOException {
        this.log = log;
        this.upTo = upTo;
        this.workers = workers;
        this.output = output;
        ends = new LogSource(log);
    }

    void each(Sink sink) throws IOException {
        while (true) {
            while (next <= upTo && underWay.size() <= workers.count()) begin();
            if (underWay.isEmpty()) return;
            Segment segment = underWay.getFirst();
            SnapshotOutput.Stretch stretch = Workers.get(segment.stretch);
            sink.take(stretch);
            while (stretch.extent().last() < segment.last) {
                stretch = output.stretch(segment.source, stretch.extent().last() + 1, segment.last);
                sink.take(stretch);
            }
            free.add(segment.source);
            underWay.removeFirst();
        }
    }

    private void begin() throws IOException {
        long first = next;
        long end = ends.segmentEnd(first);
        long last = end < 0 ? upTo : Math.min(end, upTo);
        LogSource source = free.isEmpty() ? new LogSource(log) : free.removeLast();
        underWay.add(new Segment(last, source, workers.submit(() -> output.stretch(source, first, last))));
        next = last + 1;
    }

    @Override
    public void close() throws IOException {
        ends.close();
        for (LogSource each : free) each.close();
        for (Segment each : underWay) each.source.close();
    }
}
