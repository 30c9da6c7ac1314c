package io.craton.server.backup;

import io.craton.replication.cluster.FolderIdentity;
import io.craton.server.admin.Progress;
import io.craton.server.config.DataFolder;
import io.craton.server.config.StartException;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.encryption.WrappedKey;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.entry.EntrySealer;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.LogBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-restore}: a data folder made of backups. */
@Command(name = "craton-restore", sortOptions = false,
        description = "Makes a data folder of what craton-backup wrote, checking every checksum, hash and link. Until it is whole no server starts with it.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:the data folder is whole", "1:failure; the data folder is empty again", "2:wrong command line", "78:no JDK 25 found"})
public final class RestoreCommand implements Callable<Integer> {
    @Option(names = "--source", paramLabel = "<BACKUP>", required = true,
            description = "What craton-backup wrote: a snapshot's file or folder, or the place of a stream (file:///path, s3://bucket/prefix/). Both together: the log goes on behind the snapshot")
    private List<String> sources = List.of();

    @Option(names = "--data-dir", paramLabel = "<PATH>", required = true, description = "Data directory to make; empty, or not there")
    private Path dataDir = Path.of("data");

    @Option(names = "--position", paramLabel = "<N>", description = "Up to this position (default: all there is)")
    private @Nullable Long position;

    @Option(names = "--time", paramLabel = "<TIMESTAMP>", description = "Up to what was committed at this time, like 2026-01-15T10:30:00Z or \"2026-01-15 10:30:00+01\"")
    private @Nullable String time;

    @Option(names = "--link", description = "Do not copy a snapshot that is a folder, on the same file system, but share its files (hard links)")
    private boolean link;

    @Option(names = "--json", description = "Tell progress and result as JSON, a line each")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Print version")
    private boolean version;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Where it ends: the newest entry's timestamp that was taken. */
    private long newestMicros = Long.MIN_VALUE;

    @Override
    public Integer call() {
        if (position != null && time != null) throw Said.usage("--position and --time exclude each other");
        if (position != null && position < 1) throw Said.usage("invalid --position " + position + ": positions begin with 1");
        Instant upTo = time == null ? null : RestoreTime.parse(time);
        List<BackupSource> backups = new ArrayList<>();
        try {
            for (String source : sources) backups.add(Places.source(source));
            if (link && !link(backups)) throw Said.usage("--link is for a snapshot that is a folder");
            long last = 0;
            backups.sort(Comparator.comparing(backup -> backup instanceof Snapshot ? 0 : 1));
            GroupBackups groups = GroupBackups.of(backups);
            if (groups != null) {
                restoreGroups(groups, upTo);
                return 0;
            }
            for (BackupSource backup : backups) last = Math.max(last, backup.last());
            if (last == 0) throw Said.failure("there is nothing to restore in " + sources.getFirst() + ": it has no entries from the first on");
            if (position != null && position > last) throw Said.failure("position " + position + " is not in the backup yet: it ends with " + last);
            restore(backups, upTo);
            return 0;
        } catch (IOException e) {
            throw Said.failure(dataDir, e);
        } finally {
            close(backups);
        }
    }

    /** Whether any of them has files that can get second names. */
    private static boolean link(List<BackupSource> backups) {
        boolean linked = false;
        for (BackupSource backup : backups) if (backup instanceof Snapshot snapshot) linked |= snapshot.link();
        return linked;
    }

    private static void close(List<BackupSource> backups) {
        for (BackupSource backup : backups) {
            try {
                backup.close();
            } catch (IOException e) {
                continue; // it was only read
            }
        }
    }

    /** Of the log that was read, if it is one of an encrypted folder. */
    private final Map<Long, WrappedKey> keys = new TreeMap<>();
    private boolean encrypted;

    private void restore(List<BackupSource> backups, @Nullable Instant upTo) throws IOException {
        boolean present = Files.exists(dataDir);
        try (DataFolder folder = DataFolder.openEmpty(dataDir)) {
            try {
                fill(folder, backups, upTo);
                folder.restored();
            } catch (IOException | RuntimeException e) {
                clear(folder.root(), present);
                throw e;
            }
        }
    }

    /** Logs of several groups fit each other at one time, not at one position. */
    private void restoreGroups(GroupBackups backup, @Nullable Instant upTo) throws IOException {
        if (position != null) throw Said.usage("the backup has " + backup.groups() + " raft groups, whose positions have nothing to do with each other: use --time");
        long limitMicros = upTo == null ? backup.complete() : RestoreTime.micros(upTo);
        if (limitMicros > backup.complete()) throw Said.failure("the backup is complete up to " + RestoreTime.instant(backup.complete()) + ", not to " + time);
        boolean present = Files.exists(dataDir);
        try (DataFolder folder = DataFolder.openEmpty(dataDir)) {
            try {
                List<Long> positions;
                try (Progress progress = new Progress(json ? spec.commandLine().getOut() : spec.commandLine().getErr(), "restore", backup.bytes(), Progress.form(json))) {
                    positions = backup.into(folder, limitMicros, new Seen(Long.MAX_VALUE, limitMicros), progress);
                }
                if (newestMicros == Long.MIN_VALUE) throw Said.failure("nothing was committed before " + time + " in this backup");
                if (encrypted) KeyRing.restore(folder.root(), keys.values());
                FolderIdentity.begin(RealFiles.at(folder.meta()), backup.cluster());
                folder.restored();
                Map<String, Object> event = new LinkedHashMap<>();
                event.put("event", "done");
                event.put("positions", positions);
                event.put("projections", backup.restoresProjections(limitMicros));
                event.put("time", RestoreTime.instant(newestMicros).toString());
                String cluster = backup.cluster();
                Said.say(spec.commandLine().getOut(), json, String.format(Locale.ROOT, "%s is restored: %d raft groups up to positions %s (%s); start it with consensus.groups = %d%s", folder.root(), backup.groups(), positions,
                        RestoreTime.instant(newestMicros), backup.groups(), cluster.isEmpty() ? "" : ", and with --cluster-peers, or, when the members of cluster " + cluster + " are lost, --force-recover"), event);
            } catch (IOException | RuntimeException e) {
                clear(folder.root(), present);
                throw e;
            }
        }
    }

    private void fill(DataFolder folder, List<BackupSource> backups, @Nullable Instant upTo) throws IOException {
        long limitMicros = upTo == null ? Long.MAX_VALUE : RestoreTime.micros(upTo);
        long limit = position == null ? Long.MAX_VALUE : position;
        LogBuilder log = new LogBuilder(RealFiles.at(folder.log()));
        Path arriving = folder.wal().resolve("arriving");
        Snapshot snapshot = withProjections(backups, limit);
        long total = 0;
        for (BackupSource backup : backups) total += backup.bytes(limit);
        try (Progress progress = new Progress(json ? spec.commandLine().getOut() : spec.commandLine().getErr(), "restore", total, Progress.form(json))) {
            if (snapshot != null) snapshot.projectionsInto(arriving);
            for (BackupSource backup : backups) backup.into(log, new Seen(limit, limitMicros), progress);
        }
        long restored = log.next() - 1;
        if (upTo != null && newestMicros == Long.MIN_VALUE) throw Said.failure("nothing was committed before " + time + " in this backup");
        if (position != null && restored < position) throw Said.failure("the backup has no entry " + log.next() + "; position " + position + " cannot be reached");
        boolean projections = snapshot != null && snapshot.projectionsTo() <= restored;
        if (snapshot != null && projections) new ProjectionCopy(arriving).moveInto(folder.root(), snapshot.projectionsFrom());
        DataVerifier.deleteFolder(arriving);
        if (encrypted) KeyRing.restore(folder.root(), keys.values());
        log.finish();
        String cluster = backups.getLast().cluster();
        FolderIdentity.begin(RealFiles.at(folder.meta()), cluster);
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "done");
        event.put("position", restored);
        event.put("head", log.tip().toString());
        event.put("projections", projections);
        if (newestMicros != Long.MIN_VALUE) event.put("time", RestoreTime.instant(newestMicros).toString());
        event.put("cluster", cluster.isEmpty() ? null : cluster);
        Said.say(spec.commandLine().getOut(), json, String.format(Locale.ROOT, "%s is restored up to position %d%s, head %s%n%s", folder.root(), restored,
                newestMicros == Long.MIN_VALUE ? "" : " (" + RestoreTime.instant(newestMicros) + ")", log.tip(), cluster.isEmpty()
                        ? "start it with craton-server --data-dir " + folder.root()
                        : "it belongs to cluster " + cluster + ": start it with --cluster-peers to join that again, or, when its members are lost, with --force-recover"), event);
    }

    /** A snapshot with projections that are not behind the limit; at a limit in time that shows when it is read. */
    private static @Nullable Snapshot withProjections(List<BackupSource> backups, long limit) {
        for (BackupSource backup : backups) if (backup instanceof Snapshot snapshot && snapshot.projectionsTo() <= limit && snapshot.projectionsTo() <= snapshot.last()) return snapshot;
        return null;
    }

    /** Where the log is cut, and what it tells on the way there. */
    private final class Seen implements LogBuilder.Limit {
        private final long position;
        private final long micros;

        Seen(long position, long micros) {
            this.position = position;
            this.micros = micros;
        }

        @Override
        public boolean isNone() {
            return position == Long.MAX_VALUE && micros == Long.MAX_VALUE;
        }

        @Override
        public boolean reached(long index, EntryType type, ByteBuffer payload) {
            if (index > position) return true;
            if (type != EntryType.DATA) return false;
            long at = EntryHeader.timestampMicros(payload);
            if (at > micros) return true;
            note(index, at, payload);
            return false;
        }
    }

    /** The log of an encrypted folder brings its keys; the folder must have them before it is opened. */
    private synchronized void note(long index, long micros, ByteBuffer payload) {
        newestMicros = Math.max(newestMicros, micros);
        if (!EntrySealer.isSealed(payload)) return;
        encrypted = true;
        WrappedKey key = EntrySealer.keyIn(payload, index);
        if (key != null) keys.put(key.id(), key);
    }

    private static void clear(Path root, boolean keep) throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            for (Path entry : entries.filter(path -> !path.getFileName().toString().equals("lost+found")).toList()) DataVerifier.deleteFolder(entry);
        }
        if (!keep) Files.delete(root);
    }
}
