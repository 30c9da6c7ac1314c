package io.craton.server.backup;

import io.craton.storage.engine.GroupFolder;
import io.craton.storage.log.ChainHash;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The logs of all raft groups of a data folder, as they grow, into one destination: group 0's as that of a folder with one group, the others' in folders of their own there. One thread. */
final class GroupStreams {
    /** A server writes down within a second what is committed; clocks of leaders may differ a little. */
    private static final Duration WRITTEN_DOWN = Duration.ofMillis(2_500);

    /**
     * How far all are.
     *
     * @param positions of the groups' logs, in order
     */
    record Progress(int groups, List<Long> positions, long bytes, boolean done) {
        Progress {
            positions = List.copyOf(positions);
        }
    }

    private final SourceFolder from;
    private final BackupStore store;
    private final double interval;
    private final boolean once;
    private final Consumer<Progress> told;
    private final List<@Nullable One> groups = new ArrayList<>();
    private long bytes;

    GroupStreams(SourceFolder from, BackupStore store, double interval, boolean once, Consumer<Progress> told) {
        this.from = from;
        this.store = store;
        this.interval = interval;
        this.once = once;
        this.told = told;
    }

    /** One log and what there is of it. */
    private final class One implements AutoCloseable {
        private final SourceFolder source;
        private final LogSource log;
        private final Archive archive;
        private long whole;
        private long last;
        private ChainHash wholeTip;
        private ChainHash lastTip;

        One(SourceFolder source, BackupStore place) throws IOException {
            this.source = source;
            log = new LogSource(source.log());
            archive = Archive.openOrCreate(place, from.cluster());
            whole = archive.lastWhole();
            last = archive.last();
            wholeTip = archive.hashOf(whole);
            lastTip = last == whole ? wholeTip : archive.hashOf(last);
        }

        /** All that is committed; whether there was anything new. */
        boolean copy() throws IOException {
            long committed = source.committed(log);
            if (committed < last && once) throw Said.failure("the log in " + source.log().describe() + " ends with entry " + committed + ", " + archive.describe() + " has entries up to " + last);
            boolean some = committed > last;
            while (committed > last) {
                long end = log.segmentEnd(whole + 1);
                boolean full = end >= 0 && end <= committed;
                boolean merge = full || archive.crowded();
                LogSource.Stretch stretch = log.read(merge ? whole + 1 : last + 1, full ? end : committed, Archive.BYTES_MAX);
                if (!stretch.previous().equals(merge ? wholeTip : lastTip)) {
                    throw Said.failure("the log in " + source.log().describe() + " does not continue what " + archive.describe() + " holds: entry " + (stretch.first() - 1)
                            + " is another one there; choose another destination");
                }
                boolean segment = full || stretch.first() == whole + 1 && stretch.last() < committed;
                archive.add(stretch, segment);
                if (segment) {
                    whole = stretch.last();
                    wholeTip = stretch.tip();
                }
                if (stretch.last() >= last) {
                    last = stretch.last();
                    lastTip = stretch.tip();
                }
                bytes += stretch.segment().remaining();
                told.accept(progress(false));
            }
            return some;
        }

        @Override
        public void close() throws IOException {
            log.close();
        }
    }

    void run() throws IOException, InterruptedException {
        try {
            boolean marked = false;
            while (true) {
                boolean live = from.used() || !from.cluster().isEmpty();
                Instant begun = Instant.now();
                if (once && live) Thread.sleep(WRITTEN_DOWN.toMillis());
                Instant complete = once ? begun : begun.minus(WRITTEN_DOWN);
                boolean some = copyAll();
                live |= from.used(); // a server may have started meanwhile
                if (some || !marked || live) new GroupsMark(from.groups(), live ? RestoreTime.micros(complete) : Long.MAX_VALUE).write(store);
                marked = true;
                if (once) break;
                Thread.sleep((long) (interval * 1000));
            }
            told.accept(progress(true));
        } finally {
            for (One each : groups) if (each != null) each.close();
        }
    }

    private boolean copyAll() throws IOException {
        boolean some = false;
        for (int group = 0; group < from.groups(); group++) {
            if (group == groups.size()) groups.add(null);
            One one = groups.get(group);
            if (one == null) {
                SourceFolder source = from.group(group);
                if (source == null) continue;
                one = new One(source, group == 0 ? store : new PartOfStore(store, GroupFolder.name(group)));
                groups.set(group, one);
            }
            some |= one.copy();
        }
        return some;
    }

    private Progress progress(boolean done) {
        return new Progress(groups.size(), groups.stream().map(each -> each == null ? 0L : each.last).toList(), bytes, done);
    }
}
