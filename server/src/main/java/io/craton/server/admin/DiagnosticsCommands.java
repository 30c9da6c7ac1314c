package io.craton.server.admin;

import io.craton.server.Version;
import io.craton.server.backup.BundleFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-admin diagnostics ...}. */
@Command(name = "diagnostics", sortOptions = false, description = "What somebody needs to see who is to help.", synopsisSubcommandLabel = "COMMAND",
        subcommands = DiagnosticsCommands.Export.class)
public final class DiagnosticsCommands {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    /** {@code diagnostics export}. */
    @Command(name = "export", sortOptions = false,
            description = "Writes into one file what a running node tells of itself to a superuser: configuration without secrets, status, readiness, metrics, the last lines of its log, all"
                    + " threads, the head of the event log, RocksDB's statistics. No rows.",
            exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:the file is whole", "1:failure; there is no file", "2:wrong command line"})
    static final class Export implements Callable<Integer> {
        /** Pieces that the node tells, and the files they become. */
        private static final Map<String, String> PIECES = pieces();

        @Option(names = "--output", paramLabel = "<FILE>", required = true, description = "File to make, like craton-diag.tar.gz")
        private Path output = Path.of("craton-diag.tar.gz");

        @Mixin
        private SqlOptions node = new SqlOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        private static Map<String, String> pieces() {
            Map<String, String> pieces = new LinkedHashMap<>();
            pieces.put("process", "process.json");
            pieces.put("status", "status.json");
            pieces.put("ready", "ready.json");
            pieces.put("log", "log-heads.json");
            pieces.put("metrics", "metrics.txt");
            pieces.put("logs", "logs.jsonl");
            pieces.put("threads", "threads.txt");
            pieces.put("rocksdb", "rocksdb.txt");
            return pieces;
        }

        @Override
        public Integer call() {
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put("about.txt", ("craton-admin " + Version.TEXT + " asked " + node.place() + " at " + Instant.now() + "\n").getBytes(StandardCharsets.UTF_8));
            files.put("configuration.txt", (String.join("\n", ConfigCommands.told(node)) + "\n").getBytes(StandardCharsets.UTF_8));
            try (Connection connection = node.connect(); PreparedStatement statement = connection.prepareStatement("select craton_diagnostics(?)")) {
                for (Map.Entry<String, String> piece : PIECES.entrySet()) {
                    statement.setString(1, piece.getKey());
                    try (ResultSet result = statement.executeQuery()) {
                        result.next();
                        files.put(piece.getValue(), result.getString(1).getBytes(StandardCharsets.UTF_8));
                    }
                }
            } catch (SQLException e) {
                throw node.failure(e);
            }
            try {
                BundleFile.write(output, "craton-diagnostics", files);
            } catch (IOException e) {
                throw BundleFile.failure(output, e);
            }
            spec.commandLine().getOut().println(output.toAbsolutePath().normalize() + " holds " + String.join(", ", files.keySet()));
            return 0;
        }
    }
}
