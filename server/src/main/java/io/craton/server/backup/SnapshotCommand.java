package io.craton.server.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.craton.server.Version;
import io.craton.server.admin.Progress;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.engine.ProjectionLinks;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-backup snapshot}: one file, or a folder, with a data folder as it was at one position. */
@Command(name = "snapshot", sortOptions = false,
        description = "Writes what a data folder was at one position into one file, or a folder, beside the server or without it: its log, each entry checked by checksum, hash and link, and, unless"
                + " the position is an older one, its projections.",
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:the file or folder is whole", "1:failure; there is none", "2:wrong command line"})
public final class SnapshotCommand implements Callable<Integer> {
    /** Under wal/: links to the projections while they are copied; a server that starts removes what a killed one left. */
    public static final String SCRATCH = "snapshot";

    @Option(names = "--data-dir", paramLabel = "<PATH>", required = true, description = "Data directory")
    private Path dataDir = Path.of("data");

    @Option(names = "--position", paramLabel = "<N>", description = "As of this position (default: the newest)")
    private @Nullable Long position;

    @Option(names = "--output", paramLabel = "<FILE>", required = true, description = "File to make, like craton-12345.tar.gz; any other name than .gz or .tgz is a folder's: larger, and faster")
    private Path output = Path.of("craton.tar.gz");

    @Option(names = "--compress", paramLabel = "<LEVEL>", description = "Of a file: 0 (not at all) to 9 (default: 1)")
    private @Nullable Integer level;

    @Option(names = "--json", description = "Tell progress and result as JSON, a line each")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (position != null && position < 1) throw Said.usage("invalid --position " + position + ": positions begin with 1");
        if (level != null && (level < 0 || level > 9)) throw Said.usage("invalid --compress " + level + ": 0 to 9");
        if (level != null && folder()) throw Said.usage("--compress is for a file: --output names a folder, as it does not end with .gz or .tgz");
        Path file = output.toAbsolutePath().normalize();
        try {
            Path unfinished = BundleFile.begin(file);
            SourceFolder from = SourceFolder.open(dataDir);
            if (from.groups() > 1 && position != null) {
                throw Said.usage("data folder " + from.root() + " has " + from.groups() + " raft groups, whose positions have nothing to do with each other: leave --position away");
            }
            Path scratch = from.root().resolve("wal").resolve(SCRATCH + ProcessHandle.current().pid());
            try {
                write(from, scratch, unfinished, file);
            } finally {
                DataVerifier.deleteFolder(scratch);
                DataVerifier.deleteFolder(unfinished);
            }
            return 0;
        } catch (IOException e) {
            throw Said.failure(file, e);
        }
    }

    /** What the file is to hold: logs of all groups up to a position, where there is one group, and up to a time. */
    private record Extent(long position, long micros, ProjectionLinks.Taken projections, boolean whole) {}

    private void write(SourceFolder from, Path scratch, Path unfinished, Path file) throws IOException {
        List<LogSource> logs = new ArrayList<>();
        try {
            for (int group = 0; group < from.groups(); group++) {
                SourceFolder each = from.group(group);
                if (each == null) throw Said.failure("group " + group + " of " + from.root() + " has no log yet: the server is starting");
                logs.add(new LogSource(each.log()));
            }
            Extent extent = logs.size() == 1 ? upToPosition(from, logs.getFirst(), scratch) : upToTime(from, logs, scratch);
            write(from, logs, extent, scratch, unfinished, file);
        } finally {
            for (LogSource each : logs) each.close();
        }
    }

    private Extent upToPosition(SourceFolder from, LogSource log, Path scratch) throws IOException {
        if (position != null && position > from.committed(log)) waitFor(from, log, position);
        if (position == null) from.committedByNow(log);
        ProjectionLinks.Taken projections = ProjectionLinks.take(from.root(), scratch, 1);
        // What is applied is committed, though that may not have been written down yet.
        long committed = Math.max(from.committed(log), projections.newest());
        if (committed == 0) throw Said.failure("there is nothing in " + from.root() + " yet");
        long wanted = position == null ? committed : position;
        return new Extent(wanted, Long.MAX_VALUE, projections, projections.recovery() > 0 && projections.newest() <= wanted);
    }

    /** Logs of several groups fit each other at one time: one behind all that is in the projections, and so long ago that all of them have what was committed up to then. */
    private static Extent upToTime(SourceFolder from, List<LogSource> logs, Path scratch) throws IOException {
        boolean live = from.used() || !from.cluster().isEmpty();
        ProjectionLinks.Taken projections = ProjectionLinks.take(from.root(), scratch, logs.size());
        long micros = Math.max(RestoreTime.micros(Instant.now()), projections.micros());
        if (projections.newest() > 0) micros = Math.max(micros, SnapshotLog.micros(logs.getFirst(), projections.newest()));
        live |= from.used(); // a server may have started meanwhile
        while (live && RestoreTime.micros(Instant.now().minus(GroupStreams.WRITTEN_DOWN)) < micros) pause();
        return new Extent(0, live ? micros : Long.MAX_VALUE, projections, projections.recovery() > 0);
    }

    private ObjectNode about(SourceFolder from, List<LogSource> logs, Extent extent) throws IOException {
        ObjectNode about = new ObjectMapper().createObjectNode().put("format", logs.size() == 1 ? 1 : 2).put("made_by", "craton " + Version.TEXT).put("made_at", Instant.now().toString())
                .put("cluster", from.cluster());
        if (logs.size() == 1) {
            about.put("position", extent.position);
            if (extent.whole) about.put("projections_from", extent.projections.recovery()).put("projections_to", extent.projections.newest());
            return about;
        }
        about.put("groups", logs.size()).put("complete_to", extent.micros);
        if (!extent.whole) return about;
        var groups = about.put("projections_time", extent.projections.micros()).putArray("projections");
        for (ProjectionCopy.OfGroup each : extent.projections.groups()) {
            var tenants = groups.addObject().put("from", each.recovery()).putArray("tenants");
            each.tenants().forEach(tenants::add);
        }
        return about;
    }

    private void write(SourceFolder from, List<LogSource> logs, Extent extent, Path scratch, Path unfinished, Path file) throws IOException {
        List<String> files = extent.whole ? extent.projections.files() : List.of();
        ObjectNode about = about(from, logs, extent);
        long bytes = 0;
        for (int group = 0; group < logs.size(); group++) bytes += Snapshot.bytesOfLog(Objects.requireNonNull(from.group(group)).log());
        for (String each : files) bytes += Files.size(scratch.resolve(each));
        about.put("bytes", bytes);
        List<Long> positions = new ArrayList<>();
        List<String> heads = new ArrayList<>();
        if (folder()) Files.createDirectory(unfinished);
        else Files.createFile(unfinished);
        try (Progress progress = new Progress(json ? spec.commandLine().getOut() : spec.commandLine().getErr(), "snapshot", bytes, Progress.form(json));
                Workers workers = new Workers();
                SnapshotOutput output = output(unfinished)) {
            byte[] described = pretty(about);
            output.file(Snapshot.ABOUT, ByteBuffer.wrap(described));
            Map<String, Future<String>> copies = new LinkedHashMap<>();
            for (String each : files) copies.put(each, output.copy(scratch.resolve(each), Snapshot.PROJECTIONS + each, workers));
            for (int group = 0; group < logs.size(); group++) {
                SourceFolder source = Objects.requireNonNull(from.group(group));
                long upTo = logs.size() == 1 ? extent.position : source.committed(logs.get(group));
                SnapshotLog.End written = new SnapshotLog(source, group).write(logs.get(group), upTo, extent.micros, output, workers, progress);
                positions.add(written.position());
                heads.add(written.head().toString());
            }
            ObjectNode sums = new ObjectMapper().createObjectNode();
            for (Map.Entry<String, Future<String>> each : copies.entrySet()) {
                sums.put(each.getKey(), Workers.get(each.getValue()));
                progress.accept(Files.size(scratch.resolve(each.getKey())));
            }
            ObjectNode end = end(positions, heads, sums);
            output.file(Snapshot.END, ByteBuffer.wrap(pretty(end.put("about", Snapshot.hash(described)))));
        }
        long written = bytesOf(unfinished);
        BundleFile.finish(unfinished, file);
        say(file, positions, heads, extent.whole, bytes, written);
    }

    /** One file where that is what the name says, a folder otherwise. */
    private boolean folder() {
        String name = output.toString();
        return !name.endsWith(".gz") && !name.endsWith(".tgz");
    }

    private SnapshotOutput output(Path unfinished) throws IOException {
        if (folder()) return new SnapshotOutput.Folder(unfinished);
        OutputStream raw = Files.newOutputStream(unfinished, StandardOpenOption.WRITE);
        return new SnapshotOutput.OneFile(new Tar.Writer(new GzipPieces(raw, level == null ? 1 : level), Instant.now().getEpochSecond()));
    }

    private static ObjectNode end(List<Long> positions, List<String> heads, ObjectNode sums) {
        ObjectNode end = new ObjectMapper().createObjectNode();
        if (positions.size() == 1) {
            end.put("position", positions.getFirst()).put("head", heads.getFirst());
        } else {
            var all = end.putArray("groups");
            for (int group = 0; group < positions.size(); group++) all.addObject().put("position", positions.get(group)).put("head", heads.get(group));
        }
        end.set("sha256", sums);
        return end;
    }

    /** Of a file, or of all in a folder. */
    private static long bytesOf(Path path) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(path)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) bytes += Files.size(each);
        }
        return bytes;
    }

    private void say(Path file, List<Long> positions, List<String> heads, boolean whole, long bytes, long written) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "done");
        if (positions.size() == 1) event.put("position", positions.getFirst());
        else event.put("positions", positions);
        if (positions.size() == 1) event.put("head", heads.getFirst());
        else event.put("heads", heads);
        event.put("projections", whole);
        event.put("bytes", bytes);
        event.put("file_bytes", written);
        String what = positions.size() == 1 ? "position " + positions.getFirst() + ", head " + heads.getFirst() : "positions " + positions + " of " + positions.size() + " raft groups";
        Said.say(spec.commandLine().getOut(), json, String.format(Locale.ROOT, "%s is the data folder at %s (%s in %s)%s", file, what, Progress.megabytes(bytes), Progress.megabytes(written),
                whole ? "" : "; without projections: a server makes them from the log"), event);
    }

    static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** A running server writes down within a second what is committed. */
    private static void waitFor(SourceFolder from, LogSource log, long position) throws IOException {
        for (int i = 0; i < 15 && from.committed(log) < position; i++) pause();
        if (from.committed(log) < position) throw Said.failure("position " + position + " is in the future: the log is committed up to " + from.committed(log));
    }

    private static byte[] pretty(ObjectNode node) {
        return (node.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
