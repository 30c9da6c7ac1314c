package io.craton.replication.raft;

import io.craton.storage.io.RealFiles;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import io.craton.storage.log.LogRecord;
import io.craton.storage.log.LogVerifier;
import io.craton.storage.log.SyncMode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures commits per second of a lone node's group: {@code CommitRate FOLDER SECONDS [ENTRY_BYTES [FSYNC|ASYNC]]}. First the log alone, appending batches of
 * the same size from one thread, then through the group with as many proposers, each waiting for its own entry.
 */
public final class CommitRate {
    private CommitRate() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        long seconds = Long.parseLong(args[1]);
        int bytes = args.length > 2 ? Integer.parseInt(args[2]) : 150;
        LogOptions options = args.length > 3 ? LogOptions.DEFAULT.withSyncMode(SyncMode.valueOf(args[3])) : LogOptions.DEFAULT;
        for (int round = 0; round < 2; round++) {
            for (int batch : new int[] {1, 8, 64}) log(Files.createTempDirectory(folder, "log"), options, batch, seconds, bytes);
            for (int proposers : new int[] {1, 8, 64}) group(Files.createTempDirectory(folder, "group"), options, proposers, seconds, bytes);
        }
    }

    private static void log(Path folder, LogOptions options, int batchEntries, long seconds, int bytes) throws Exception {
        try (EventLog log = EventLog.open(RealFiles.at(folder.resolve("log")), options, Throwable::printStackTrace)) {
            long[] latencies = new long[1 << 24];
            int count = 0;
            byte[] payload = new byte[bytes];
            new Random(1).nextBytes(payload);
            long end = System.nanoTime() + seconds * 1_000_000_000;
            long start = System.nanoTime();
            long entries = 0;
            for (long now = start; now < end; ) {
                List<LogRecord> batch = new ArrayList<>(batchEntries);
                for (int i = 0; i < batchEntries; i++) batch.add(new LogRecord(++entries, 1, EntryType.DATA, 0, ByteBuffer.wrap(payload)));
                log.append(batch);
                long then = System.nanoTime();
                latencies[count++] = then - now;
                now = then;
            }
            Arrays.sort(latencies, 0, count);
            System.out.printf("log   %3d per batch   %8.0f entries/s   p50 %5d us   p99 %6d us%n", batchEntries,
                    entries / ((System.nanoTime() - start) / 1e9), latencies[count / 2] / 1000, latencies[(int) (count * 99L / 100)] / 1000);
        }
        long start = System.nanoTime();
        EventLog.open(RealFiles.at(folder.resolve("log")), options, Throwable::printStackTrace).close();
        double opened = (System.nanoTime() - start) / 1e6;
        start = System.nanoTime();
        LogVerifier.Report report = LogVerifier.verify(RealFiles.at(folder.resolve("log")), _ -> {});
        System.out.printf("      opened again in %.0f ms, verified at %.0f MB/s (%.0f MB)%n", opened, report.bytes() * 1e3 / (System.nanoTime() - start),
                report.bytes() / 1e6);
        delete(folder);
    }

    private static void group(Path folder, LogOptions options, int proposers, long seconds, int bytes) throws Exception {
        var files = RealFiles.at(folder);
        long opened = System.nanoTime();
        try (EventLog log = EventLog.open(files.folder("log"), options, Throwable::printStackTrace);
                LoneGroup group = LoneGroup.start(LoneGroupConfig.of("127.0.0.1:7001", files.folder("meta"), _ -> 0), log, new Nothing(), Throwable::printStackTrace)) {
            group.awaitLeader(Duration.ofSeconds(10));
            double ready = (System.nanoTime() - opened) / 1e6;
            CommitLog commitLog = group.commitLog();
            long term = commitLog.leaderTerm();
            long[][] latencies = new long[proposers][];
            var done = new CountDownLatch(proposers);
            long start = System.nanoTime();
            long end = start + seconds * 1_000_000_000;
            for (int p = 0; p < proposers; p++) {
                int me = p;
                Thread.ofPlatform().start(() -> {
                    latencies[me] = propose(commitLog, term, bytes, end);
                    done.countDown();
                });
            }
            done.await();
            double elapsed = (System.nanoTime() - start) / 1e9;
            long[] all = Arrays.stream(latencies).flatMapToLong(Arrays::stream).sorted().toArray();
            System.out.printf("group %3d proposers   %8.0f entries/s   p50 %5d us   p99 %6d us   ready after %.0f ms%n", proposers, all.length / elapsed,
                    all[all.length / 2] / 1000, all[all.length * 99 / 100] / 1000, ready);
        }
        delete(folder);
    }

    private static long[] propose(CommitLog log, long term, int bytes, long end) {
        long[] latencies = new long[1 << 16];
        int count = 0;
        for (long now = System.nanoTime(); now < end; ) {
            var wait = new Wait(Thread.currentThread());
            byte[] payload = new byte[bytes];
            log.submit(payload, term, wait);
            while (!wait.done) LockSupport.park(wait);
            if (wait.failure != null) throw new IllegalStateException(wait.failure);
            long then = System.nanoTime();
            if (count == latencies.length) latencies = Arrays.copyOf(latencies, count * 2);
            latencies[count++] = then - now;
            now = then;
        }
        return Arrays.copyOf(latencies, count);
    }

    private static final class Wait implements CommitLog.Completion {
        private final Thread thread;
        private volatile boolean done;
        private String failure;

        Wait(Thread thread) {
            this.thread = thread;
        }

        @Override
        public void committed(long position) {
            finish(null);
        }

        @Override
        public void rejected(String reason) {
            finish("rejected: " + reason);
        }

        @Override
        public void unknown(String reason) {
            finish("unknown: " + reason);
        }

        private void finish(String why) {
            failure = why;
            done = true;
            LockSupport.unpark(thread);
        }
    }

    private static final class Nothing implements EntryConsumer {
        @Override
        public void apply(long position, long term, byte[] payload) {}

        @Override
        public void endOfRun() {}

        @Override
        public long appliedPosition() {
            return 0;
        }
    }

    private static void delete(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(path);
        }
    }
}
