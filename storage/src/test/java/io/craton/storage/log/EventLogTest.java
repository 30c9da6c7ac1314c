package io.craton.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.storage.io.RealFiles;
import io.craton.storage.io.SimFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log against a model of itself, on real files and on a disk that forgets. */
class EventLogTest {
    private static final LogOptions TINY = LogOptions.DEFAULT.withSegmentBytes(4096);
    private static final long SEED = Long.getLong("seed", 20261124);

    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private EventLog open(SimFiles disk) throws IOException {
        return EventLog.open(disk, TINY, failure::set, LogKeeper.inline());
    }

    private static LogRecord entry(long index, long term, String payload) {
        return new LogRecord(index, term, EntryType.DATA, (int) index % 7, ByteBuffer.wrap(payload.getBytes()));
    }

    private static List<LogRecord> batch(Random random, long from, long term, int count) {
        List<LogRecord> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[random.nextInt(random.nextInt(10) == 0 ? 1500 : 200)];
            random.nextBytes(payload);
            EntryType type = random.nextInt(20) == 0 ? EntryType.CONFIGURATION : EntryType.DATA;
            batch.add(new LogRecord(from + i, term, type, random.nextInt(5), ByteBuffer.wrap(payload)));
        }
        return batch;
    }

    private static void requireEqual(EventLog log, List<LogRecord> model) throws IOException {
        assertThat(log.lastIndex()).isEqualTo(model.size());
        try (LogCursor cursor = log.cursor()) {
            for (LogRecord expected : model) assertThat(cursor.read(expected.index())).isEqualTo(expected);
        }
        assertThat(log.read(model.size() + 1)).isNull();
    }

    @Test
    void readsBackWhatWasAppendedOverManySegmentsAndRestarts(@TempDir Path folder) throws IOException {
        System.out.println("seed " + SEED);
        var random = new Random(SEED);
        List<LogRecord> model = new ArrayList<>();
        for (int restart = 0; restart < 5; restart++) {
            try (EventLog log = EventLog.open(RealFiles.at(folder), TINY.withSegmentBytes(16 << 10), failure::set)) {
                requireEqual(log, model);
                for (int i = 0; i < 40; i++) {
                    List<LogRecord> batch = batch(random, model.size() + 1, restart, 1 + random.nextInt(10));
                    log.append(batch);
                    model.addAll(batch);
                    if (random.nextBoolean()) log.committed(model.size());
                    LogRecord any = model.get(random.nextInt(model.size()));
                    assertThat(log.read(any.index())).isEqualTo(any);
                }
                requireEqual(log, model);
            }
        }
        assertThat(failure.get()).isNull();
        LogVerifier.Report report = LogVerifier.verify(RealFiles.at(folder), _ -> {});
        assertThat(report.lastIndex()).isEqualTo(model.size());
        assertThat(report.segments()).isGreaterThan(5);
    }

    @Test
    void survivesAPowerCutAtEveryStep() throws IOException {
        for (boolean durableWrites : new boolean[] {true, false}) {
            long steps = crashAt(SEED, Long.MAX_VALUE, durableWrites);
            for (long step = 1; step <= steps; step++) {
                for (long seed = SEED; seed < SEED + 4; seed++) crashAt(seed, step, durableWrites);
            }
            assertThat(steps).isGreaterThan(120);
        }
    }

    /** Runs a fixed workload until the power goes at the given step, restarts, checks, goes on, checks again. Answers the steps it took. */
    private long crashAt(long seed, long step, boolean durableWrites) throws IOException {
        String where = "seed " + seed + " step " + step + " durable writes " + durableWrites;
        var random = new Random(SEED);
        var disk = new SimFiles(seed);
        disk.cutPowerAt(step);
        if (!durableWrites) disk.withoutDurableWrites();
        List<LogRecord> model = new ArrayList<>();
        long acknowledged = 0;
        long committed = 0;
        int term = 1;
        long truncatingTo = Long.MAX_VALUE;
        try (EventLog log = open(disk)) {
            for (int i = 0; i < 30; i++) {
                if (random.nextInt(6) == 0 && model.size() > committed) {
                    long kept = committed + random.nextLong(model.size() - committed + 1);
                    truncatingTo = kept;
                    log.truncateSuffix(kept);
                    truncatingTo = Long.MAX_VALUE;
                    while (model.size() > kept) model.removeLast();
                    acknowledged = Math.min(acknowledged, kept);
                    term++;
                }
                List<LogRecord> batch = batch(random, model.size() + 1, term, 1 + random.nextInt(5));
                model.addAll(batch);
                log.append(batch);
                acknowledged = model.size();
                if (random.nextInt(3) == 0) {
                    committed = acknowledged - random.nextInt(Math.min(4, (int) (acknowledged - committed) + 1));
                    log.committed(committed);
                }
            }
        } catch (SimFiles.PowerCut _) {
            // the test's purpose
        } catch (LogFailedException e) {
            assertThat(e).hasCauseInstanceOf(SimFiles.PowerCut.class);
        }
        long steps = disk.steps();
        disk.crash();
        try (EventLog log = open(disk)) {
            assertThat(log.lastIndex()).as(where).isBetween(Math.min(acknowledged, truncatingTo), (long) model.size());
            List<LogRecord> left = new ArrayList<>(model.subList(0, (int) log.lastIndex()));
            requireEqual(log, left);
            log.append(List.of(entry(left.size() + 1, 1000, "after the crash")));
            left.add(entry(left.size() + 1, 1000, "after the crash"));
            requireEqual(log, left);
        } catch (LogDamagedException e) {
            throw new AssertionError(where, e);
        }
        LogVerifier.verify(disk, _ -> {});
        return steps;
    }

    @Test
    void aFailedWriteOrSyncPoisonsTheLog() throws IOException {
        for (int operation = -1; operation < 2; operation++) { // the durable write; the write; the sync
            var disk = new SimFiles(SEED);
            if (operation >= 0) disk.withoutDurableWrites();
            failure.set(null);
            EventLog log = open(disk);
            log.append(List.of(entry(1, 1, "good")));
            disk.failAt(disk.steps() + 1 + Math.max(operation, 0));
            assertThatThrownBy(() -> log.append(List.of(entry(2, 1, "bad")))).isInstanceOf(IOException.class).hasMessage("Input/output error");
            assertThat(failure.get()).hasMessage("Input/output error");
            assertThatThrownBy(() -> log.append(List.of(entry(2, 1, "again")))).isInstanceOf(LogFailedException.class);
            log.close();
            try (EventLog reopened = open(disk)) {
                assertThat(reopened.read(1)).isEqualTo(entry(1, 1, "good"));
            }
        }
    }

    @Test
    void aFullDiskIsToldBeforeItHurtsAndHealsWhenThereIsRoom() throws IOException {
        var disk = new SimFiles(SEED);
        try (EventLog log = open(disk)) {
            disk.roomBytes(3 * 4096 + 8192);
            for (long i = 1; log.refusal() == null; i++) {
                log.append(List.of(entry(i, 1, "x".repeat(300))));
                log.committed(i);
                assertThat(i).isLessThan(100);
            }
            assertThat(log.refusal()).isEqualTo("could not allocate the next log segment: No space left on device");
            assertThat(failure.get()).isNull();
            disk.roomBytes(Long.MAX_VALUE);
            log.retryAllocation();
            assertThat(log.refusal()).isNull();
        }
    }

    @Test
    void tamperingWithAnyByteIsFound() throws IOException {
        var disk = new SimFiles(SEED);
        var random = new Random(SEED);
        try (EventLog log = open(disk)) {
            for (int i = 0; i < 25; i++) {
                log.append(batch(random, log.lastIndex() + 1, 1, 1 + random.nextInt(3)));
                log.committed(log.lastIndex());
            }
        }
        LogVerifier.verify(disk, _ -> {});
        List<String> segments = disk.list().stream().filter(name -> name.endsWith(".segment") && !name.equals(SegmentName.NEXT)).toList();
        assertThat(segments).hasSizeGreaterThan(1);
        for (String name : segments) {
            int size = disk.contents(name).length;
            for (int offset = 0; offset < size; offset++) {
                var tampered = disk.copy();
                tampered.flip(name, offset, 1 << random.nextInt(8));
                try {
                    LogVerifier.Report report = LogVerifier.verify(tampered, _ -> {});
                    // Only bytes behind the last entry can change without contradicting anything, and they are reported.
                    assertThat(report.tornBytes()).as("%s at %d", name, offset).isPositive();
                    assertThat(name).isEqualTo(SegmentName.CURRENT);
                } catch (LogDamagedException e) {
                    assertThat(e.segment()).isEqualTo(name);
                    assertThat(e.offset()).isLessThanOrEqualTo(offset);
                    assertThatThrownBy(() -> open(tampered).close()).isInstanceOf(LogDamagedException.class).hasMessageContaining(name);
                }
            }
        }
    }

    @Test
    void theFirstDamageInOrderIsTold() throws IOException {
        var disk = new SimFiles(SEED);
        var random = new Random(SEED);
        try (EventLog log = open(disk)) {
            for (int i = 0; i < 60; i++) {
                log.append(batch(random, log.lastIndex() + 1, 1, 1 + random.nextInt(3)));
                log.committed(log.lastIndex());
            }
        }
        List<String> sealed = disk.list().stream().filter(name -> name.endsWith(".segment") && SegmentName.number(name) >= 0).toList();
        assertThat(sealed).hasSizeGreaterThan(3);
        for (int i = 0; i < sealed.size(); i++) {
            var tampered = disk.copy();
            // the one in front is damaged at its end, those behind at their beginning: they are found sooner
            tampered.flip(sealed.get(i), (int) (lastFrame(disk.contents(sealed.get(i))) + 20), 1);
            for (String behind : sealed.subList(i + 1, sealed.size())) tampered.flip(behind, SegmentHeader.BYTES + 20, 1);
            assertThatThrownBy(() -> LogVerifier.verify(tampered, _ -> {})).isInstanceOf(LogDamagedException.class).hasMessageContaining(sealed.get(i));
        }
    }

    private static long lastFrame(byte[] segment) {
        ByteBuffer bytes = ByteBuffer.wrap(segment);
        int at = SegmentHeader.BYTES;
        for (int next = at; next + Frame.HEADER_BYTES <= segment.length && Frame.length(bytes, next) != 0; next += Frame.paddedBytes(Frame.length(bytes, at))) at = next;
        return at;
    }

    @Test
    void damageInTheMiddleIsNeverTakenForATornTail() throws IOException {
        var disk = new SimFiles(SEED);
        try (EventLog log = open(disk)) {
            for (long i = 1; i <= 8; i++) log.append(List.of(entry(i, 1, "entry " + i)));
        }
        // Nothing was committed, so only the entries behind the damage can tell that it was durable.
        long second = SegmentHeader.BYTES + Frame.paddedBytes(Frame.HEADER_BYTES + 7);
        disk.flip(SegmentName.CURRENT, second + 40, 4);
        assertThatThrownBy(() -> open(disk)).isInstanceOf(LogDamagedException.class)
                .hasMessageStartingWith("log segment current.segment is damaged at offset " + second);
    }

    @Test
    void aMissingSegmentStopsTheStart() throws IOException {
        var disk = new SimFiles(SEED);
        try (EventLog log = open(disk)) {
            for (long i = 1; i <= 60; i++) {
                log.append(List.of(entry(i, 1, "x".repeat(200))));
                log.committed(i);
            }
        }
        for (String name : List.of("00000001.segment", SegmentName.CURRENT)) {
            var broken = disk.copy();
            broken.delete(name);
            assertThatThrownBy(() -> open(broken)).isInstanceOf(IOException.class).hasMessageContaining(name + " is missing");
        }
    }

    @Test
    void configurationsAreFoundWithoutReadingEverything() throws IOException {
        var disk = new SimFiles(SEED);
        var random = new Random(SEED);
        List<LogRecord> model = new ArrayList<>();
        try (EventLog log = open(disk)) {
            for (int i = 0; i < 60; i++) {
                List<LogRecord> batch = batch(random, model.size() + 1, 1, 1 + random.nextInt(4));
                log.append(batch);
                model.addAll(batch);
            }
        }
        List<LogRecord> configurations = model.stream().filter(entry -> entry.type() == EntryType.CONFIGURATION).toList();
        assertThat(configurations).hasSizeGreaterThan(3);
        try (EventLog log = open(disk)) {
            for (long from = 0; from <= model.size(); from++) {
                long position = from;
                List<LogRecord> expected = new ArrayList<>(configurations);
                while (expected.size() > 1 && expected.get(1).index() <= position) expected.removeFirst();
                assertThat(log.configurations(position)).isEqualTo(expected);
            }
        }
    }

    @Test
    void committedEntriesAreNeverTruncated() throws IOException {
        var disk = new SimFiles(SEED);
        try (EventLog log = open(disk)) {
            log.append(List.of(entry(1, 1, "a"), entry(2, 1, "b")));
            log.committed(2);
            assertThatThrownBy(() -> log.truncateSuffix(1)).hasMessageContaining("committed");
        }
    }
}
