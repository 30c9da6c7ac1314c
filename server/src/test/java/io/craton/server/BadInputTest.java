package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.server.BackupTest.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is wrong with a command line, a server, a backup or a folder is said in one line, with exit status 2 for a wrong command line and 1 for a failure, and nothing that looks whole is left. One node, whose data
 * folder the commands meet; the lines stand in tables.
 */
class BadInputTest {
    private static final int USAGE = 2;
    private static final int FAILURE = 1;
    /** Lines of progress, which are no errors. */
    private static final String PROGRESS = "(restore|snapshot|verify|log verify|stream|waiting): .*";

    @TempDir static Path parent;
    private static DataFolder folder;
    private static NodeAssembly node;
    private static String port;
    private static String dead;

    /** A command line, where {} stands for the folder of this test, and the end of what it says. */
    private record Line(int status, String command, String said) {}

    @BeforeAll
    static void start() throws Exception {
        Path hba = Files.writeString(parent.resolve("hba.conf"), "host all all all scram-sha-256\n");
        Path data = parent.resolve("data");
        var sources = new Configuration.Sources(null, Map.of("CRATON_PASSWORD", "right", "CRATON_HBA_FILE", hba.toString(), "CRATON_SEGMENT_SIZE", "1MB"),
                Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, data.toString()));
        Configuration configuration = sources.read();
        folder = DataFolder.open(data);
        node = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
        port = Integer.toString(node.address().getPort());
        dead = Integer.toString(FreePorts.next());
        BackupTest.withNode(parent.resolve("other"), statement -> {
            statement.execute("create table t (i int primary key, s text)");
            for (int i = 0; i < 20; i++) statement.execute("insert into t select i, (select string_agg(md5((i * 60 + k)::text), '') from generate_series(1, 60) k) from generate_series(" + i * 100 + ", " + (i * 100 + 99) + ") i");
        });
        BackupTest.backup("snapshot", "--data-dir", parent.resolve("other").toString(), "--output", parent.resolve("whole.tar.gz").toString()).done();
        BackupTest.backup("stream", "--source", parent.resolve("other").toString(), "--destination", parent.resolve("stream").toUri().toString(), "--once").done();
        Files.createDirectories(parent.resolve("full"));
        Files.writeString(parent.resolve("file"), "no backup\n");
    }

    @AfterAll
    static void stop() {
        node.close();
        folder.close();
    }

    private static Outcome run(String command) {
        String[] words = command.replace("{}", parent.toString()).replace("{port}", port).replace("{dead}", dead).split(" ");
        String[] arguments = Stream.of(words).skip(1).toArray(String[]::new);
        return switch (words[0]) {
            case "admin" -> BackupTest.admin(arguments);
            case "backup" -> BackupTest.backup(arguments);
            default -> BackupTest.restore(arguments);
        };
    }

    private static void require(Line... lines) throws IOException {
        List<String> before = names(parent);
        List<String> wrong = new ArrayList<>();
        for (Line line : lines) {
            Outcome outcome = run(line.command);
            List<String> said = outcome.err().lines().filter(each -> !each.matches(PROGRESS)).toList();
            String wanted = line.said.replace("{}", parent.toString()).replace("{port}", port).replace("{dead}", dead);
            if (outcome.status() == line.status && said.size() == 1 && said.getFirst().startsWith("craton-") && said.getFirst().contains(wanted) && outcome.out().isEmpty()) continue;
            wrong.add(line.command + "\n  status " + outcome.status() + ", said " + said + outcome.out() + "\n  wanted " + line.status + ", " + wanted);
        }
        assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
        assertThat(names(parent)).as("what is there").isEqualTo(before);
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> entries = Files.list(of)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void administration() throws IOException {
        require(new Line(USAGE, "admin", "Missing required subcommand"), new Line(USAGE, "admin nonsense", "'nonsense'"), new Line(USAGE, "admin status --nonsense", "'--nonsense'"),
                new Line(USAGE, "admin status --port x", "'--port': 'x'"), new Line(USAGE, "admin node", "Missing required subcommand"), new Line(USAGE, "admin cluster", "Missing required subcommand"),
                new Line(FAILURE, "admin status --port {dead}", "no node answers at 127.0.0.1:{dead}"), new Line(FAILURE, "admin metrics --port {dead}", "no node answers at"),
                new Line(FAILURE, "admin node status --port {dead}", "no node answers at"), new Line(FAILURE, "admin cluster status --port {dead}", "no node answers at"),
                new Line(FAILURE, "admin cluster wait-healthy --timeout 1 --port {dead}", "not healthy within 1 s"),
                new Line(FAILURE, "admin tenant list --port {dead}", "no node answers at 127.0.0.1:{dead}"), new Line(FAILURE, "admin config show --port {dead}", "no node answers at"),
                new Line(FAILURE, "admin config reload --port {dead}", "no node answers at"), new Line(FAILURE, "admin projection status --tenant 1 --port {dead}", "no node answers at"),
                new Line(FAILURE, "admin schema show --tenant 1 --port {dead}", "no node answers at"), new Line(FAILURE, "admin encryption rotate --port {dead}", "no node answers at"),
                new Line(FAILURE, "admin diagnostics export --output {}/d.tar.gz --port {dead}", "no node answers at"),
                new Line(FAILURE, "admin tenant list --port {port}", "password"), new Line(FAILURE, "admin projection status --tenant 1 --port {port}", "password"),
                new Line(FAILURE, "admin diagnostics export --output {}/d.tar.gz --port {port}", "password"),
                new Line(USAGE, "admin cluster ping", "'--peers=<PEERS>'"), new Line(USAGE, "admin cluster ping --peers x", "\"x\" is not HOST:PORT"),
                new Line(USAGE, "admin projection status", "'--tenant=<TENANT>'"), new Line(USAGE, "admin projection rebuild --tenant 1", "'--projection=<NAME>'"),
                new Line(USAGE, "admin migrate --tenant 1", "'--migration-file=<PATH>'"), new Line(USAGE, "admin schema show", "'--tenant=<NAME>'"),
                new Line(USAGE, "admin diagnostics export", "'--output=<FILE>'"), new Line(USAGE, "admin verify", "'--data-dir=<PATH>'"),
                new Line(FAILURE, "admin verify --data-dir {}/nowhere", "{}/nowhere does not exist"), new Line(FAILURE, "admin verify --data-dir {}/full", "is not a data folder of Craton"),
                new Line(FAILURE, "admin verify --data-dir {}/data", "in use by a running craton-server"),
                new Line(FAILURE, "admin log verify --data-dir {}/file", "is not a data folder of Craton"), new Line(USAGE, "admin config show --config {}/nowhere", "{}/nowhere"));
    }

    @Test
    void backups() throws IOException {
        require(new Line(USAGE, "backup", "Missing required subcommand"), new Line(USAGE, "backup nonsense", "'nonsense'"), new Line(USAGE, "backup stream", "'--source=<DIR>'"),
                new Line(USAGE, "backup stream --source {}/data", "'--destination=<URL>'"), new Line(FAILURE, "backup stream --once --source {}/nowhere --destination {}/x", "{}/nowhere does not exist"),
                new Line(FAILURE, "backup stream --once --source {}/file --destination {}/x", "is not a data folder of Craton"),
                new Line(USAGE, "backup stream --once --source {}/other --destination ftp://x", "invalid --destination \"ftp://x\""),
                new Line(FAILURE, "backup stream --once --source {}/data --destination {}/stream", ""),
                new Line(USAGE, "backup snapshot --output {}/x", "'--data-dir=<PATH>'"), new Line(USAGE, "backup snapshot --data-dir {}/other", "'--output=<FILE>'"),
                new Line(FAILURE, "backup snapshot --data-dir {}/nowhere --output {}/x", "{}/nowhere"), new Line(FAILURE, "backup snapshot --data-dir {}/other --output {}/nowhere/x", "{}/nowhere does not exist"),
                new Line(FAILURE, "backup snapshot --data-dir {}/other --output {}/whole.tar.gz", "whole.tar.gz exists"),
                new Line(USAGE, "backup snapshot --data-dir {}/other --output {}/x --position x", "'--position': 'x'"), new Line(USAGE, "backup snapshot --data-dir {}/other --output {}/x --position 0", "positions begin with 1"),
                new Line(FAILURE, "backup snapshot --data-dir {}/other --output {}/x --position 99999", "position 99999 is in the future"),
                new Line(USAGE, "backup snapshot --data-dir {}/other --output {}/x --compress 77", "invalid --compress 77"));
    }

    @Test
    void restores() throws IOException {
        require(new Line(USAGE, "restore", "'--source=<BACKUP>'"), new Line(USAGE, "restore --source {}/whole.tar.gz", "'--data-dir=<PATH>'"),
                new Line(FAILURE, "restore --source {}/nowhere --data-dir {}/r", "{}/nowhere"), new Line(FAILURE, "restore --source {}/file --data-dir {}/r", "is no snapshot of Craton"),
                new Line(FAILURE, "restore --source {}/whole.tar.gz --data-dir {}/data", "is not empty"), new Line(FAILURE, "restore --source {}/whole.tar.gz --data-dir {}/file", "{}/file"),
                new Line(USAGE, "restore --source {}/whole.tar.gz --data-dir {}/r --position 3 --time now", "exclude each other"),
                new Line(FAILURE, "restore --source {}/whole.tar.gz --data-dir {}/r --position 99999", "position 99999 is not in the backup yet"),
                new Line(USAGE, "restore --source {}/whole.tar.gz --data-dir {}/r --time yesteryear", "invalid --time \"yesteryear\""),
                new Line(FAILURE, "restore --source {}/whole.tar.gz --data-dir {}/r --time 1999-01-01T00:00:00Z", "nothing was committed before"),
                new Line(USAGE, "restore --source ftp://x --data-dir {}/r", "invalid --source \"ftp://x\""));
    }

    @Test
    void nothingToRecover() {
        var sources = new Configuration.Sources(null, Map.of(), Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("empty").toString()));
        Configuration configuration = sources.read();
        try (DataFolder empty = DataFolder.open(parent.resolve("empty"))) {
            assertThatThrownBy(() -> NodeAssembly.start(NodeConfig.of(configuration, true), empty, new LiveConfiguration(sources, configuration), () -> { }))
                    .isInstanceOf(StartException.class).hasMessage("there is nothing to recover: the log is empty");
        }
    }

    /** Whatever byte of a backup changes, and wherever it is cut: either that is said, or all of it is there. */
    @Test
    void backupsThatAreNotAsTheyWere() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] whole = Files.readAllBytes(parent.resolve("whole.tar.gz"));
        Path damaged = parent.resolve("damaged.tar.gz");
        Path target = parent.resolve("from damaged");
        for (int i = 0; i < 12; i++) {
            byte[] bytes = whole.clone();
            int at = random.nextInt(bytes.length);
            if (i % 3 == 0) bytes = java.util.Arrays.copyOf(whole, at);
            else bytes[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(damaged, bytes);
            Outcome outcome = BackupTest.restore("--source", damaged.toString(), "--data-dir", target.toString());
            String what = "seed " + seed + ", " + (i % 3 == 0 ? "cut at " : "changed at ") + at + ": " + outcome.err();
            if (outcome.status() == 0) {
                BackupTest.admin("log", "verify", "--data-dir", target.toString()).done();
                TestNode.deleteTree(target);
                continue;
            }
            assertThat(outcome.status()).as(what).isEqualTo(FAILURE);
            assertThat(outcome.err().lines().filter(each -> !each.matches(PROGRESS))).as(what).singleElement().asString().startsWith("craton-restore: ");
            assertThat(target).as(what).doesNotExist();
        }
        Files.delete(damaged);
        for (Path segment : files(parent.resolve("stream"))) {
            byte[] bytes = Files.readAllBytes(segment);
            bytes[100 + random.nextInt(bytes.length - 100)] ^= 4;
            byte[] right = Files.readAllBytes(segment);
            Files.write(segment, bytes);
            Outcome outcome = BackupTest.restore("--source", parent.resolve("stream").toString(), "--data-dir", target.toString());
            Files.write(segment, right);
            assertThat(outcome.status()).as("seed " + seed + ": " + segment + outcome.err()).isEqualTo(FAILURE);
            assertThat(outcome.err().lines().filter(each -> !each.matches(PROGRESS))).singleElement().asString().contains(segment.getFileName().toString(), " is damaged at offset ");
            assertThat(target).doesNotExist();
        }
    }

    private static List<Path> files(Path of) throws IOException {
        Map<String, Path> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(of)) {
            files.filter(file -> file.toString().endsWith(".segment")).forEach(file -> found.put(file.toString(), file));
        }
        return List.copyOf(found.values());
    }
}
