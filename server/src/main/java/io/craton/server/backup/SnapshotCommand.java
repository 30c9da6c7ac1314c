package io.craton.server.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.craton.server.Version;
import io.craton.server.admin.Progress;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.engine.ProjectionLinks;
import io.craton.storage.log.ChainHash;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-backup snapshot}: one file with a data folder as it was at one position. */
@Command(name = "snapshot", sortOptions = false,
        description = "Writes what a data folder was at one position into one file, beside the server or without it: its log, each entry checked by checksum, hash and link, and, unless"
                + " the position is an older one, its projections.",
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:the file is whole", "1:failure; there is no file", "2:wrong command line"})
public final class SnapshotCommand implements Callable<Integer> {
    /** Under wal/: links to the projections while they are copied; a server that starts removes what a killed one left. */
    public static final String SCRATCH = "snapshot";

    @Option(names = "--data-dir", paramLabel = "<PATH>", required = true, description = "Data directory")
    private Path dataDir = Path.of("data");

    @Option(names = "--position", paramLabel = "<N>", description = "As of this position (default: the newest)")
    private @Nullable Long position;

    @Option(names = "--output", paramLabel = "<FILE>", required = true, description = "File to make, like craton-12345.tar.gz")
    private Path output = Path.of("craton.tar.gz");

    @Option(names = "--compress", paramLabel = "<LEVEL>", defaultValue = "1", description = "0 (not at all) to 9 (default: 1)")
    private int level = 1;

    @Option(names = "--json", description = "Tell progress and result as JSON, a line each")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (position != null && position < 1) throw Said.usage("invalid --position " + position + ": positions begin with 1");
        if (level < 0 || level > 9) throw Said.usage("invalid --compress " + level + ": 0 to 9");
        Path file = output.toAbsolutePath().normalize();
        try {
            Path unfinished = BundleFile.begin(file);
            SourceFolder from = SourceFolder.open(dataDir);
            if (from.groups() > 1) throw Said.failure("data folder " + from.root() + " has " + from.groups() + " raft groups: a snapshot is of one; use craton-backup stream --once, which copies all of them");
            Path scratch = from.root().resolve("wal").resolve(SCRATCH + ProcessHandle.current().pid());
            try {
                write(from, scratch, unfinished, file);
            } finally {
                DataVerifier.deleteFolder(scratch);
                Files.deleteIfExists(unfinished);
            }
            return 0;
        } catch (IOException e) {
            throw Said.failure(file, e);
        }
    }

    private void write(SourceFolder from, Path scratch, Path unfinished, Path file) throws IOException {
        try (LogSource log = new LogSource(from.log())) {
            if (position != null && position > from.committed(log)) waitFor(from, log, position);
            ProjectionLinks.Taken projections = ProjectionLinks.take(from.root(), scratch);
            // What is applied is committed, though that may not have been written down yet.
            long committed = Math.max(from.committed(log), projections.newest());
            if (committed == 0) throw Said.failure("there is nothing in " + from.root() + " yet");
            long wanted = position == null ? committed : position;
            boolean whole = projections.recovery() > 0 && projections.newest() <= wanted;
            List<String> files = whole ? projections.files() : List.of();
            ObjectNode about = new ObjectMapper().createObjectNode().put("format", 1).put("made_by", "craton " + Version.TEXT).put("made_at", Instant.now().toString())
                    .put("position", wanted).put("cluster", from.cluster());
            if (whole) about.put("projections_from", projections.recovery()).put("projections_to", projections.newest());
            long bytes = Snapshot.bytesOfLog(from.log(), wanted);
            for (String each : files) bytes += Files.size(scratch.resolve(each));
            about.put("bytes", bytes);
            Files.createFile(unfinished);
            try (Progress progress = new Progress(json ? spec.commandLine().getOut() : spec.commandLine().getErr(), "snapshot", bytes, Progress.form(json));
                    OutputStream raw = Files.newOutputStream(unfinished, StandardOpenOption.WRITE);
                    Tar.Writer tar = new Tar.Writer(new GzipPieces(raw, level), Instant.now().getEpochSecond())) {
                tar.file(Snapshot.ABOUT, pretty(about));
                ObjectNode sums = new ObjectMapper().createObjectNode();
                for (String each : files) sums.put(each, copy(scratch.resolve(each), Snapshot.PROJECTIONS + each, tar, progress));
                ChainHash head = ChainHash.GENESIS;
                for (long at = 1; at <= wanted; ) {
                    LogSource.Stretch stretch = log.read(at, wanted, Archive.BYTES_MAX);
                    if (!stretch.previous().equals(head)) throw Said.failure("the log in " + from.log().describe() + " changed while it was read");
                    tar.file(String.format(Locale.ROOT, "%s%020d-%020d.segment", Snapshot.LOG, stretch.first(), stretch.last()), stretch.segment().array(), stretch.segment().remaining());
                    progress.accept(stretch.segment().remaining());
                    head = stretch.tip();
                    at = stretch.last() + 1;
                }
                ObjectNode end = new ObjectMapper().createObjectNode().put("position", wanted).put("head", head.toString());
                end.set("sha256", sums);
                tar.file(Snapshot.END, pretty(end));
                about.put("head", head.toString());
            }
            BundleFile.finish(unfinished, file);
            Said.say(spec.commandLine().getOut(), json, String.format(Locale.ROOT, "%s is the data folder at position %d, head %s (%s in %s)%s", file, wanted, about.path("head").asText(),
                    Progress.megabytes(bytes), Progress.megabytes(Files.size(file)), whole ? "" : "; without projections: a server makes them from the log"),
                    Map.of("event", "done", "position", wanted, "head", about.path("head").asText(), "projections", whole, "bytes", bytes, "file_bytes", Files.size(file)));
        }
    }

    /** A running server writes down within a second what is committed. */
    private static void waitFor(SourceFolder from, LogSource log, long position) throws IOException {
        for (int i = 0; i < 15 && from.committed(log) < position; i++) {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        if (from.committed(log) < position) throw Said.failure("position " + position + " is in the future: the log is committed up to " + from.committed(log));
    }

    private static byte[] pretty(ObjectNode node) {
        return (node.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String copy(Path file, String name, Tar.Writer tar, LongConsumer progress) throws IOException {
        MessageDigest digest = Snapshot.digest();
        long size = Files.size(file);
        tar.begin(name, size);
        byte[] piece = new byte[1 << 20];
        long left = size;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(piece); read > 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
                tar.out().write(piece, 0, read);
                progress.accept(read);
                left -= read;
            }
        }
        if (left != 0) throw new IOException(file + " changed while it was copied");
        tar.end(size);
        return HexFormat.of().formatHex(digest.digest());
    }
}
