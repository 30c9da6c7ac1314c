package io.craton.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.storage.io.SimFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A log that goes on from another's, and gets what is in front of it afterwards. */
class LogHistoryTest {
    private static final LogOptions TINY = LogOptions.DEFAULT.withSegmentBytes(4096);
    private static final long SEED = Long.getLong("seed", 20261126);
    private static final int ENTRIES = 150;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<LogRecord> model = new ArrayList<>();

    private EventLog open(SimFiles disk) throws IOException {
        return EventLog.open(disk, TINY, failure::set, LogKeeper.inline());
    }

    /** A log of several segments. */
    private EventLog source(SimFiles disk) throws IOException {
        System.out.println("seed " + SEED);
        var random = new Random(SEED);
        EventLog log = open(disk);
        while (model.size() < ENTRIES) {
            long index = model.size() + 1;
            byte[] payload = new byte[random.nextInt(300)];
            random.nextBytes(payload);
            EntryType type = index == 1 || random.nextInt(30) == 0 ? EntryType.CONFIGURATION : EntryType.DATA;
            model.add(new LogRecord(index, 1 + index / 40, type, type == EntryType.DATA ? 3 : 0, ByteBuffer.wrap(payload)));
            log.append(List.of(model.getLast()));
            log.committed(index);
        }
        return log;
    }

    private void fetchAll(EventLog from, EventLog to, int bytesMax) throws IOException {
        for (LogHistory.Missing missing = to.history().newest(); missing != null; missing = to.history().newest()) {
            try (LogHistory.Arrival arrival = to.history().begin(); LogCursor cursor = from.cursor()) {
                while (arrival.wanted() <= missing.last()) arrival.take(cursor.frames(arrival.wanted(), bytesMax));
                arrival.finish();
            }
        }
    }

    private void requireWhole(SimFiles disk, EventLog log) throws IOException {
        assertThat(log.history().whole()).isTrue();
        try (LogCursor cursor = log.cursor()) {
            for (LogRecord expected : model) assertThat(cursor.read(expected.index())).isEqualTo(expected);
        }
        log.close();
        LogVerifier.Report report = LogVerifier.verify(disk, _ -> {});
        assertThat(report.firstIndex()).isEqualTo(1);
        assertThat(report.lastIndex()).isEqualTo(model.size());
        assertThat(disk.list()).contains("00000000.segment").doesNotContain(SegmentName.BASE, SegmentName.ARRIVING);
    }

    @Test
    void goesOnFromAnyEntryAndEndsWithTheSameChain() throws IOException {
        try (EventLog source = source(new SimFiles(SEED))) {
            for (long position : new long[] {1, 17, 80, ENTRIES - 1, ENTRIES}) {
                var disk = new SimFiles(SEED);
                open(disk).close();
                LogBase base = LogBase.decode(source.baseAt(position).encode());
                EventLog.begin(disk, base);
                EventLog log = open(disk);
                assertThat(log.firstIndex()).isEqualTo(position + 1);
                assertThat(log.lastIndex()).isEqualTo(position);
                assertThat(log.committedIndex()).isEqualTo(position);
                assertThat(log.termOf(position)).isEqualTo(model.get((int) position - 1).term());
                assertThat(log.configurations(position)).isEqualTo(source.configurations(position).subList(0, 1));
                assertThat(source.configurations(position)).startsWith(base.configuration());
                for (LogRecord record : model.subList((int) position, model.size())) {
                    log.append(List.of(record));
                    log.committed(record.index());
                }
                assertThat(log.configurations(position)).isEqualTo(source.configurations(position));
                assertThat(log.tip()).isEqualTo(source.tip());
                String describe = disk.describe();
                assertThatThrownBy(() -> LogVerifier.verify(disk.copy(), _ -> {})).hasMessage("the log in " + describe + " begins with entry "
                        + (position + 1) + "; start the server to fetch what is before from the other nodes");
                fetchAll(source, log, 1 + (int) position * 10);
                requireWhole(disk, log);
                try (EventLog again = open(disk)) {
                    assertThat(again.baseAt(position)).isEqualTo(base);
                }
            }
        }
    }

    @Test
    void whatIsNotTheHistoryIsRefused() throws IOException {
        try (EventLog source = source(new SimFiles(SEED)); LogCursor cursor = source.cursor()) {
            var disk = new SimFiles(SEED);
            open(disk).close();
            EventLog.begin(disk, source.baseAt(ENTRIES));
            EventLog log = open(disk);
            LogHistory.Missing newest = log.history().newest();
            byte[] good = cursor.frames(newest.first(), 1 << 20);
            try (LogHistory.Arrival arrival = log.history().begin()) {
                byte[] flipped = good.clone();
                flipped[200] ^= 4;
                assertThatThrownBy(() -> arrival.take(flipped)).isInstanceOf(LogDamagedException.class).hasMessageContaining("does not match");
                assertThatThrownBy(() -> arrival.take(cursor.frames(newest.first() - 1, 1))).isInstanceOf(LogDamagedException.class)
                        .hasMessageContaining("entry " + newest.first() + " expected");
                assertThat(arrival.wanted()).isEqualTo(newest.first());
                arrival.take(good);
                assertThat(arrival.wanted()).isEqualTo(newest.last() + 1);
            }
            // Another history of the same shape: every frame is good in itself, and the last one does not lead to where this log goes on.
            SimFiles strange = new SimFiles(SEED);
            try (EventLog other = open(strange)) {
                for (LogRecord record : model) other.append(List.of(new LogRecord(record.index(), record.term(), record.type(), record.tenant() + 1, record.payload())));
                try (LogHistory.Arrival arrival = log.history().begin(); LogCursor frames = other.cursor()) {
                    assertThatThrownBy(() -> arrival.take(frames.frames(newest.first(), 1 << 20))).isInstanceOf(LogDamagedException.class)
                            .hasMessageContaining("does not continue the hash chain");
                }
            }
            fetchAll(source, log, 4096);
            requireWhole(disk, log);
        }
    }

    @Test
    void aPowerCutAtAnyStepLeavesALogThatGoesOn() throws IOException {
        try (EventLog source = source(new SimFiles(SEED))) {
            long steps = cutAt(source, Long.MAX_VALUE);
            assertThat(steps).isGreaterThan(30);
            for (long step = 1; step <= steps; step++) cutAt(source, step);
        }
    }

    private long cutAt(EventLog source, long step) throws IOException {
        var disk = new SimFiles(SEED + step);
        open(disk).close();
        LogBase base = source.baseAt(100);
        disk.cutPowerAt(step == Long.MAX_VALUE ? step : disk.steps() + step);
        long before = disk.steps();
        try {
            EventLog.begin(disk, base);
            EventLog log = open(disk);
            log.append(model.subList(100, 120));
            fetchAll(source, log, 2000);
            log.append(model.subList(120, ENTRIES));
            log.close();
        } catch (SimFiles.PowerCut _) {
            // the test's purpose
        } catch (LogFailedException e) {
            assertThat(e).hasCauseInstanceOf(SimFiles.PowerCut.class);
        }
        long steps = disk.steps() - before;
        disk.crash();
        EventLog log = open(disk);
        if (log.lastIndex() == 0) {
            log.close();
            EventLog.begin(disk, base);
            log = open(disk);
        }
        log.append(model.subList((int) log.lastIndex(), ENTRIES));
        fetchAll(source, log, 2000);
        requireWhole(disk, log);
        return steps;
    }
}
