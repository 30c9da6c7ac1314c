package io.craton.storage.engine;

import io.craton.storage.encryption.KeyRing;
import io.craton.storage.encryption.MasterKey;
import io.craton.storage.io.FileStore;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.LogRecord;
import io.craton.storage.log.LogVerifier;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole data folder offline, changing nothing in it: the log by {@link LogVerifier}, and in the same pass the projections against it. A copy of them
 * (hard links where possible) takes in what it does not have yet, as a start would; projections made of the log alone must be equal to it. Needs room for
 * those beside; the log must not be open.
 */
public final class DataVerifier {
    private static final int RUN_ENTRIES = 1024;
    private static final long RUN_BYTES = 4 << 20;
    private static final int LOOK_MILLIS = 50;
    /** So often do all that still read have to be found waiting: whoever has what it waits for goes on within a millisecond. */
    private static final int LOOKS_MAX = 60;

    /**
     * What was found.
     *
     * @param logs        of each group
     * @param position    to which the projections of the first group's tenants were compared
     * @param differences in words, some for each tenant; empty when the projections are what the log says
     */
    public record Report(List<LogVerifier.Report> logs, long position, int tenants, List<String> differences) {
        public Report {
            logs = List.copyOf(logs);
            differences = List.copyOf(differences);
        }
    }

    private final List<FileStore> logs;
    private final Path data;
    private final Path scratch;
    private final @Nullable MasterKey master;

    /**
     * For one data folder.
     *
     * @param logs    the folder of the log of each group
     * @param data    parent of {@code projections/} and {@code meta/}
     * @param scratch a folder that does not exist; it is made and deleted
     * @param master  for an encrypted folder, otherwise null
     */
    public DataVerifier(List<FileStore> logs, Path data, Path scratch, @Nullable MasterKey master) {
        this.master = master;
        this.logs = List.copyOf(logs);
        this.data = data;
        this.scratch = scratch;
    }

    /**
     * Reads everything.
     *
     * @param progress told how many bytes of the log were read since it was last told
     * @throws io.craton.storage.log.LogDamagedException naming segment and offset of the first thing in the log that is not as it was written
     * @throws io.craton.storage.projection.StoreFailedException when the projections cannot be read
     */
    public Report run(LongConsumer progress) throws IOException {
        deleteFolder(scratch);
        try {
            Path copy = scratch.resolve("present");
            copyProjections(copy);
            Path rebuiltFolder = scratch.resolve("rebuilt");
            try (StorageEngine present = StorageEngine.open(config(copy).withGroups(logs.size()), keys(copy));
                    StorageEngine rebuilt = StorageEngine.open(config(rebuiltFolder).withGroups(logs.size()), keys(rebuiltFolder))) {
                // Whoever waits in the one for another group must not keep that group waiting in the other.
                for (int group = 0; group < logs.size(); group++) {
                    present.applier(group).beforeWaiting(rebuilt.consumer(group)::endOfRun);
                    rebuilt.applier(group).beforeWaiting(present.consumer(group)::endOfRun);
                }
                List<LogVerifier.Report> reports = logs.size() == 1 ? List.of(read(0, present, rebuilt, progress)) : readAll(present, rebuilt, progress);
                return new Report(reports, reports.getFirst().lastIndex(), rebuilt.tenants(), present.differences(rebuilt));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            deleteFolder(scratch);
        }
    }

    /** Beside each other, for entries of one group's log wait for those of another's. */
    private List<LogVerifier.Report> readAll(StorageEngine present, StorageEngine rebuilt, LongConsumer progress) throws IOException {
        List<FutureTask<LogVerifier.Report>> readers = new ArrayList<>();
        LongConsumer shared = bytes -> {
            synchronized (this) {
                progress.accept(bytes);
            }
        };
        for (int group = 0; group < logs.size(); group++) {
            int number = group;
            FutureTask<LogVerifier.Report> reader = new FutureTask<>(() -> {
                try {
                    return read(number, present, rebuilt, shared);
                } catch (Exception | Error e) {
                    present.stopWaiting();
                    rebuilt.stopWaiting();
                    throw e;
                }
            });
            readers.add(reader);
            Thread.ofPlatform().daemon().name("craton-verify-" + number).start(reader);
        }
        boolean vain = endVainWaits(readers, present, rebuilt);
        List<LogVerifier.Report> reports = new ArrayList<>();
        Throwable failure = null;
        boolean interrupted = false;
        for (FutureTask<LogVerifier.Report> reader : readers) {
            while (true) {
                try {
                    reports.add(reader.get());
                } catch (ExecutionException e) {
                    // what waited for the one that failed says less than that one
                    if (failure == null || failure instanceof IllegalStateException) failure = e.getCause();
                } catch (InterruptedException e) {
                    // the engines must outlive the readers
                    interrupted = true;
                    present.stopWaiting();
                    rebuilt.stopWaiting();
                    continue;
                }
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (vain && failure instanceof IllegalStateException) {
            throw new IOException("the logs of the groups do not fit together: what an entry waits for is in none of them; a member that has not got everything from the others yet"
                    + " must run until \"craton-admin cluster wait-healthy\" is content", failure);
        }
        switch (failure) {
            case null -> { }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IOException(failure);
        }
        return reports;
    }

    /** Until all have read; true when all that still do wait for what none of these logs has, and are told so: of a node that was stopped before it had got everything. */
    private static boolean endVainWaits(List<FutureTask<LogVerifier.Report>> readers, StorageEngine present, StorageEngine rebuilt) {
        for (int looks = 0; looks < LOOKS_MAX && !Thread.currentThread().isInterrupted(); LockSupport.parkNanos(LOOK_MILLIS * 1_000_000L)) {
            boolean reads = false;
            boolean comes = false;
            for (int group = 0; group < readers.size(); group++) {
                if (readers.get(group).isDone()) continue;
                reads = true;
                comes |= !present.applier(group).waits() && !rebuilt.applier(group).waits();
            }
            if (!reads) return false;
            looks = comes ? 0 : looks + 1;
        }
        if (Thread.currentThread().isInterrupted()) return false;
        present.stopWaiting();
        rebuilt.stopWaiting();
        return true;
    }

    private LogVerifier.Report read(int group, StorageEngine present, StorageEngine rebuilt, LongConsumer progress) throws IOException {
        Replay replay = new Replay(present, rebuilt, group);
        LogVerifier.Report report = LogVerifier.verify(logs.get(group), progress, replay::entry);
        replay.end();
        if (present.recoveryPosition(group) > report.lastIndex()) {
            throw new IOException("the projections are at position " + present.recoveryPosition(group) + ", but the log" + (group == 0 ? "" : " of group " + group)
                    + " ends at " + report.lastIndex());
        }
        if (group == 0) {
            // it says which tenants the others have
            present.clusterIsWhole();
            rebuilt.clusterIsWhole();
        }
        return report;
    }

    /** The folder's keys, in a copy of the file: replay adds to it. */
    private @Nullable KeyRing keys(Path folder) throws IOException {
        if (master == null) return null;
        Path meta = Files.createDirectories(folder.resolve("meta"));
        Files.copy(data.resolve("meta").resolve(KeyRing.FILE), meta.resolve(KeyRing.FILE));
        return KeyRing.open(folder, master);
    }

    static StorageConfig config(Path folder) {
        return new StorageConfig(folder, 32L << 20, 16L << 20, 1L << 20, 64L << 20, 8L << 20, 1 << 20, Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    /** Feeds the log to both. */
    private static final class Replay {
        private final EntryConsumer present;
        private final EntryConsumer rebuilt;
        private final long behind;
        private int entries;
        private long bytes;

        Replay(StorageEngine present, StorageEngine rebuilt, int group) {
            this.present = present.consumer(group);
            this.rebuilt = rebuilt.consumer(group);
            behind = present.recoveryPosition(group);
        }

        void entry(LogRecord record) {
            if (record.type() != EntryType.DATA) return;
            rebuilt.apply(record.index(), record.term(), bytes(record.payload()));
            if (record.index() > behind) present.apply(record.index(), record.term(), bytes(record.payload()));
            entries++;
            bytes += record.payload().remaining();
            if (entries >= RUN_ENTRIES || bytes >= RUN_BYTES) end();
        }

        void end() {
            rebuilt.endOfRun();
            present.endOfRun();
            entries = 0;
            bytes = 0;
        }

        /** A copy for each: the applier keeps and stamps rows in what it is given. */
        private static byte[] bytes(ByteBuffer payload) {
            byte[] bytes = new byte[payload.remaining()];
            payload.duplicate().get(bytes);
            return bytes;
        }
    }

    private void copyProjections(Path to) throws IOException {
        for (int group = 0; group < logs.size(); group++) {
            Path meta = Files.createDirectories(GroupFolder.in(to.resolve("meta"), group));
            Path state = GroupFolder.in(data.resolve("meta"), group).resolve("projections.json");
            if (Files.exists(state)) Files.copy(state, meta.resolve("projections.json"));
        }
        Path from = data.resolve("projections");
        Path target = to.resolve("projections");
        Files.createDirectories(target);
        if (!Files.exists(from)) return;
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path copy = target.resolve(from.relativize(path));
                String name = path.getFileName().toString();
                if (Files.isDirectory(path)) Files.createDirectories(copy);
                else if (name.endsWith(".sst")) ProjectionLinks.linkOrCopy(path, copy);
                else if (!name.equals("LOCK") && !name.startsWith("LOG")) Files.copy(path, copy);
            }
        }
    }

    /** Removes a folder and everything in it, if it is there. */
    public static void deleteFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
