package io.craton.server.backup;

import io.craton.storage.engine.GroupFolder;
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
    static final Duration WRITTEN_DOWN = Duration.ofMillis(2_500);

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
    private final List<@Nullable LogStream> groups = new ArrayList<>();
    private long bytes;

    GroupStreams(SourceFolder from, BackupStore store, double interval, boolean once, Consumer<Progress> told) {
        this.from = from;
        this.store = store;
        this.interval = interval;
        this.once = once;
        this.told = told;
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
            for (LogStream each : groups) if (each != null) each.close();
        }
    }

    private boolean copyAll() throws IOException {
        boolean some = false;
        for (int group = 0; group < from.groups(); group++) {
            if (group == groups.size()) groups.add(null);
            LogStream one = groups.get(group);
            if (one == null) {
                SourceFolder source = from.group(group);
                if (source == null) continue;
                one = new LogStream(source, Archive.openOrCreate(group == 0 ? store : new PartOfStore(store, GroupFolder.name(group)), from.cluster()), once);
                groups.set(group, one);
            }
            some |= one.copy(this::copied);
        }
        return some;
    }

    private void copied(long piece) {
        bytes += piece;
        told.accept(progress(false));
    }

    private Progress progress(boolean done) {
        return new Progress(groups.size(), groups.stream().map(each -> each == null ? 0L : each.last()).toList(), bytes, done);
    }
}
