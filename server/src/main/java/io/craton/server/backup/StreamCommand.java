package io.craton.server.backup;

import io.craton.server.admin.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-backup stream}: the log as it grows, until it is told to stop. */
@Command(name = "stream", sortOptions = false,
        description = "Copies the log of a data folder to another place as it grows, beside the server or without it, until it is stopped: segments when they are full, and what is"
                + " newer in pieces. Only committed entries, each checked by checksum, hash and link. Started again it goes on where it was.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:stopped, or done (--once)", "1:failure; what the destination holds stays good", "2:wrong command line"})
public final class StreamCommand implements Callable<Integer> {
    private static final long REPORT_NANOS = 10_000_000_000L;

    @Option(names = "--source", paramLabel = "<DIR>", required = true, description = "Data directory, or its log/")
    private Path source = Path.of("data");

    @Option(names = "--destination", paramLabel = "<URL>", required = true, description = "file:///path or s3://bucket/prefix/")
    private String destination = "";

    @Option(names = "--once", description = "Copy what is there, and exit")
    private boolean once;

    @Option(names = "--interval", paramLabel = "<SECONDS>", defaultValue = "1", description = "How often to look for new entries (default: 1)")
    private double interval = 1;

    @Option(names = "--json", description = "Tell progress as JSON, a line for each event")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private long bytes;
    private long reportedAt = System.nanoTime();
    private long reported = -1;

    @Override
    public Integer call() throws InterruptedException {
        if (!(interval > 0)) throw Said.usage("--interval is more than 0");
        try {
            SourceFolder from = SourceFolder.open(source);
            try (BackupStore store = Places.forWriting(destination)) {
                Archive archive = Archive.openOrCreate(store, from.cluster());
                requireSameCluster(archive, from.cluster());
                if (from.groups() > 1 || GroupsMark.read(store) != null) new GroupStreams(from, store, interval, once, this::told).run();
                else run(from, archive);
            }
            return 0;
        } catch (IOException e) {
            throw Said.failure(destination, e);
        }
    }

    private static void requireSameCluster(Archive archive, String cluster) {
        if (archive.cluster().isEmpty() || cluster.isEmpty() || archive.cluster().equals(cluster)) return;
        throw Said.failure(archive.describe() + " holds the log of another cluster (" + archive.cluster() + ", this is " + cluster + ")");
    }

    private void run(SourceFolder from, Archive archive) throws IOException, InterruptedException {
        long last;
        try (LogStream stream = new LogStream(from, archive, once)) {
            while (true) {
                stream.copy(piece -> {
                    bytes += piece;
                    report(stream.last(), true);
                });
                if (once) break;
                report(stream.last(), false);
                Thread.sleep((long) (interval * 1000));
            }
            last = stream.last();
        }
        report(last, true);
        PrintWriter out = spec.commandLine().getOut();
        Said.say(out, json, String.format(Locale.ROOT, "%s has the log up to position %d; %s copied", archive.describe(), last, Progress.megabytes(bytes)),
                Map.of("event", "done", "position", last, "copied_bytes", bytes));
    }

    /** How far the logs of several groups are together. */
    private void told(GroupStreams.Progress progress) {
        String text = progress.positions() + " (" + Progress.megabytes(progress.bytes()) + " copied)";
        if (progress.done()) {
            Said.say(spec.commandLine().getOut(), json, destination + " has the logs of " + progress.groups() + " raft groups up to positions " + text,
                    Map.of("event", "done", "positions", progress.positions(), "copied_bytes", progress.bytes()));
        } else if (System.nanoTime() - reportedAt >= REPORT_NANOS / 10) {
            reportedAt = System.nanoTime();
            Said.say(spec.commandLine().getOut(), json, "up to positions " + text, Map.of("event", "progress", "positions", progress.positions(), "copied_bytes", progress.bytes()));
        }
    }

    private void report(long last, boolean busy) {
        if (last == reported || busy && System.nanoTime() - reportedAt < REPORT_NANOS / 10) return;
        reportedAt = System.nanoTime();
        reported = last;
        Said.say(spec.commandLine().getOut(), json, String.format(Locale.ROOT, "up to position %d (%s copied)", last, Progress.megabytes(bytes)),
                Map.of("event", "progress", "position", last, "copied_bytes", bytes));
    }
}
