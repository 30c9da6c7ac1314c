package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import io.craton.storage.log.LogOptions;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** craton-backup and craton-restore, against a node that writes. */
@Timeout(400)
class BackupTest {
    @TempDir Path parent;

    record Outcome(int status, String out, String err) {
        Outcome done() {
            assertThat(status).as(err + out).isZero();
            return this;
        }

        JsonNode last() throws IOException {
            return new ObjectMapper().readTree(out.lines().reduce((_, b) -> b).orElseThrow());
        }
    }

    private interface Program {
        int run(PrintWriter out, PrintWriter err, String... args);
    }

    private static Outcome run(Program program, String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = program.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new Outcome(status, out.toString(), err.toString());
    }

    static Outcome backup(String... args) {
        return run(BackupMain::run, args);
    }

    static Outcome restore(String... args) {
        return run(RestoreMain::run, args);
    }

    static Outcome admin(String... args) {
        return run(AdminMain::run, args);
    }

    private String data() {
        return parent.resolve("data").toString();
    }

    private String destination() {
        return parent.resolve("backup").toUri().toString();
    }

    interface Work {
        void run(Statement statement) throws Exception;
    }

    static void withNode(Path data, Work work) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (DataFolder folder = DataFolder.open(data);
                NodeAssembly node = NodeAssembly.start(NodeConfig.of(folder.root(), any).withLog(LogOptions.DEFAULT.withSegmentBytes(256 << 10)), folder, () -> {});
                Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/postgres?user=postgres");
                Statement statement = connection.createStatement()) {
            work.run(statement);
        }
    }

    private static long one(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** In small entries, and a large one, which is compressed. */
    static void insert(Statement statement, int from, int to) throws SQLException {
        int large = Math.max(from, to - 100);
        for (int at = from; at < large; at += 10) insertAtOnce(statement, at, Math.min(large, at + 10));
        insertAtOnce(statement, large, to);
    }

    private static void insertAtOnce(Statement statement, int from, int to) throws SQLException {
        statement.execute("insert into t select i, repeat(md5(i::text), 10) from generate_series(" + from + ", " + to + " - 1) i");
    }

    /** The committed position once everything so far is in the backup. */
    private long streamed() throws Exception {
        long before = -1;
        while (true) { // the watermark lags by a second
            long position = backup("stream", "--source", data(), "--destination", destination(), "--once", "--json").done().last().path("position").asLong();
            if (position == before) return position;
            before = position;
            Thread.sleep(1100);
        }
    }

    private void requireCount(Path folder, long count) throws Exception {
        withNode(folder, statement -> assertThat(one(statement, "select count(*) from t where s = repeat(md5(i::text), 10)")).isEqualTo(count));
    }

    private List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(parent.resolve("backup").resolve(folder))) {
            return files.sorted().toList();
        }
    }

    @Test
    void aStreamedLogComesBackAtAnyPositionAndTime() throws Exception {
        List<Object> marks = new ArrayList<>();
        withNode(parent.resolve("data"), statement -> {
            statement.execute("create table t (i int primary key, s text)");
            insert(statement, 0, 2000);
            marks.add(streamed());
            assertThat(files("segments")).as("several segments were full").hasSizeGreaterThan(1);
            try (ResultSet now = statement.executeQuery("select clock_timestamp()::text")) {
                now.next();
                marks.add(now.getString(1));
            }
            insert(statement, 2000, 4000);
            marks.add(streamed());
        });
        assertThat(files("tail")).as("what is in whole segments is not in the tail").hasSizeLessThan(3);
        Outcome all = restore("--source", destination(), "--data-dir", parent.resolve("all").toString()).done();
        assertThat(all.out).contains("is restored up to position " + marks.get(2));
        admin("verify", "--data-dir", parent.resolve("all").toString()).done();
        requireCount(parent.resolve("all"), 4000);
        restore("--source", destination(), "--data-dir", parent.resolve("earlier").toString(), "--position", marks.get(0).toString()).done();
        requireCount(parent.resolve("earlier"), 2000);
        restore("--source", destination(), "--data-dir", parent.resolve("then").toString(), "--time", marks.get(1).toString()).done();
        requireCount(parent.resolve("then"), 2000);
    }

    @Test
    void behindAKilledLoneNodeAllOfTheLogIsCommitted() throws Exception {
        Path data = parent.resolve("data");
        ServerProcess server = ServerProcess.start(data, "512m");
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            statement.execute("create table t (i int primary key, s text)");
            insert(statement, 0, 2000);
        } finally {
            server.kill();
        }
        try (RandomAccessFile log = new RandomAccessFile(data.resolve("log/current.segment").toFile(), "rw")) { // the beginning of a write that the kill cut off
            byte[] all = Files.readAllBytes(data.resolve("log/current.segment"));
            int end = all.length - 1;
            while (all[end] == 0) end--;
            log.seek((end + 8) / 8 * 8);
            log.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        }
        String snapshot = parent.resolve("s.tar.gz").toString();
        long position = backup("snapshot", "--data-dir", data(), "--output", snapshot, "--json").done().last().path("position").asLong();
        restore("--source", snapshot, "--data-dir", parent.resolve("from snapshot").toString()).done();
        requireCount(parent.resolve("from snapshot"), 2000);
        Process stream = launch(BackupMain.class, "stream", "--source", data(), "--destination", destination(), "--interval", "0.01", "--json");
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).contains("\"position\":" + position);
            ServerProcess again = ServerProcess.start(data, "512m"); // while the stream looks whether there is one
            try (Connection connection = again.connect(); Statement statement = connection.createStatement()) {
                assertThat(one(statement, "select count(*) from t")).isEqualTo(2000);
                insert(statement, 2000, 2500);
            } finally {
                again.kill();
            }
        } finally {
            stream.destroyForcibly().waitFor();
        }
        backup("stream", "--source", data(), "--destination", destination(), "--once").done();
        restore("--source", destination(), "--data-dir", parent.resolve("all").toString()).done();
        requireCount(parent.resolve("all"), 2500);
    }

    @Test
    void aKilledStreamGoesOnWhereItWas() throws Exception {
        withNode(parent.resolve("data"), statement -> {
            statement.execute("create table t (i int primary key, s text)");
            Process stream = launch(BackupMain.class, "stream", "--source", data() + "/log", "--destination", destination(), "--interval", "0.05", "--json");
            insert(statement, 0, 1500);
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8));
            String line = lines.readLine();
            assertThat(line).as(new String(stream.getErrorStream().readNBytes(line == null ? 2000 : 0), StandardCharsets.UTF_8)).contains("\"event\":\"progress\"");
            assertThat(backup("stream", "--source", data(), "--destination", destination(), "--once").err).contains("another craton-backup writes to");
            insert(statement, 1500, 2000);
            stream.destroyForcibly();
            assertThat(stream.waitFor(60, TimeUnit.SECONDS)).isTrue();
            insert(statement, 2000, 3000);
        });
        Outcome rest = backup("stream", "--source", data(), "--destination", destination(), "--once", "--json").done();
        long position = rest.last().path("position").asLong();
        assertThat(restore("--source", destination(), "--data-dir", parent.resolve("all").toString(), "--json").done().last().path("position").asLong()).isEqualTo(position);
        requireCount(parent.resolve("all"), 3000);
    }

    private static Outcome withS3(SmallS3 s3, Class<?> program, String... args) throws Exception {
        return withS3(s3.environment(), program, args);
    }

    private static Outcome withS3(java.util.Map<String, String> environment, Class<?> program, String... args) throws Exception {
        Process process = launcher(program, environment, args).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), out, err);
    }

    @Test
    void theSameWithABucket() throws Exception {
        withNode(parent.resolve("data"), statement -> {
            statement.execute("create table t (i int primary key, s text)");
            insert(statement, 0, 2500);
        });
        try (SmallS3 s3 = new SmallS3()) {
            String place = "s3://backups/production/";
            withS3(s3, BackupMain.class, "stream", "--source", data(), "--destination", place, "--once").done();
            assertThat(s3.objects.keySet()).anyMatch(key -> key.startsWith("production/segments/00000000000000000001-")).hasSizeGreaterThan(4);
            withNode(parent.resolve("data"), statement -> insert(statement, 2500, 3000));
            withS3(s3, BackupMain.class, "stream", "--source", data(), "--destination", place, "--once").done();
            withS3(s3, RestoreMain.class, "--source", place, "--data-dir", parent.resolve("all").toString()).done();
            requireCount(parent.resolve("all"), 3000);
            java.util.Map<String, String> stranger = new java.util.HashMap<>(s3.environment());
            stranger.put("AWS_ACCESS_KEY_ID", "stranger");
            requireRefused(withS3(stranger, BackupMain.class, "stream", "--source", data(), "--destination", place, "--once"), "s3://backups/production/backup.json: Forbidden (HTTP status 403)");
            s3.full = true;
            requireRefused(withS3(s3, BackupMain.class, "stream", "--source", data(), "--destination", "s3://backups/other", "--once"), "QuotaExceeded");
            requireRefused(withS3(s3, BackupMain.class, "stream", "--source", data(), "--destination", "s3://nobodys/x", "--once"), "NoSuchBucket");
        }
        assertThat(backup("stream", "--source", data(), "--destination", "s3://", "--once").status).isEqualTo(2);
    }

    private static ProcessBuilder launcher(Class<?> program, java.util.Map<String, String> environment, String... args) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder;
    }

    static Process launch(Class<?> program, String... args) throws IOException {
        return launcher(program, java.util.Map.of(), args).start();
    }

    @Test
    void whatIsWrongIsSaidInOneLineAndNothingIsLeft() throws Exception {
        withNode(parent.resolve("data"), statement -> {
            statement.execute("create table t (i int primary key, s text)");
            insert(statement, 0, 2000);
        });
        backup("stream", "--source", data(), "--destination", destination(), "--once").done();
        Path target = parent.resolve("new");
        Path first = files("segments").getFirst();
        byte[] good = Files.readAllBytes(first);
        flip(first, good.length / 2);
        requireRefused(restore("--source", destination(), "--data-dir", target.toString()), "is damaged at offset", first.getFileName().toString());
        assertThat(target).doesNotExist();
        Files.write(first, java.util.Arrays.copyOf(good, good.length - 8));
        requireRefused(restore("--source", destination(), "--data-dir", target.toString()), "is damaged at offset");
        Files.write(first, good);
        Path second = files("segments").get(1);
        Files.move(second, parent.resolve("kept"));
        Outcome gap = restore("--source", destination(), "--data-dir", target.toString(), "--position", "300");
        requireRefused(gap, "is not in the backup");
        Files.move(parent.resolve("kept"), second);
        requireRefused(restore("--source", destination(), "--data-dir", target.toString(), "--position", "1000000"), "position 1000000 is not in the backup");
        requireRefused(restore("--source", destination(), "--data-dir", target.toString(), "--time", "2001-01-01T00:00:00Z"), "nothing was committed before");
        requireRefused(restore("--source", destination(), "--data-dir", target.toString(), "--time", "2999-01-01T00:00:00Z"), "is in the future");
        requireRefused(restore("--source", destination(), "--data-dir", data()), "is not empty");
        requireRefused(restore("--source", parent.resolve("nowhere").toString(), "--data-dir", target.toString()), "does not exist");
        requireRefused(backup("stream", "--source", parent.toString(), "--destination", destination(), "--once"), "is not a data folder of Craton");
        assertThat(target).doesNotExist();
        for (String[] wrong : new String[][] {{"--time", "soon"}, {"--position", "0"}, {"--position", "x"}, {"--position", "5", "--time", "2001-01-01T00:00:00Z"}, {"--nonsense"}}) {
            List<String> args = new ArrayList<>(List.of("--source", destination(), "--data-dir", target.toString()));
            args.addAll(List.of(wrong));
            assertThat(restore(args.toArray(String[]::new)).status).as(String.join(" ", wrong)).isEqualTo(2);
        }
        assertThat(backup("stream", "--source", data(), "--destination", "ftp://x/y").status).isEqualTo(2);
        assertThat(backup("stream").status).isEqualTo(2);
    }

    private long snapshot(Path file, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of("snapshot", "--data-dir", data(), "--output", file.toString(), "--json"));
        args.addAll(List.of(more));
        return backup(args.toArray(String[]::new)).done().last().path("position").asLong();
    }

    @Test
    void aSnapshotIsTheFolderAtExactlyOnePosition() throws Exception {
        Path running = parent.resolve("running.tar.gz");
        Path past = parent.resolve("past.tar.gz");
        long[] position = new long[3];
        withNode(parent.resolve("data"), statement -> {
            statement.execute("create table t (i int primary key, s text)");
            insert(statement, 0, 20000);
            statement.execute("create database other");
            position[0] = snapshot(running);
            insert(statement, 20000, 21000);
            position[1] = snapshot(past, "--position", Long.toString(position[0]));
            requireRefused(backup("snapshot", "--data-dir", data(), "--output", running.toString()), "exists");
            requireRefused(backup("snapshot", "--data-dir", data(), "--output", parent.resolve("x").toString(), "--position", "99999999"), "is in the future");
        });
        assertThat(position[1]).isEqualTo(position[0]);
        position[2] = snapshot(parent.resolve("stopped.tar.gz"));
        for (Path file : List.of(running, past)) {
            Path target = parent.resolve(file.getFileName() + ".d");
            Outcome restored = restore("--source", file.toString(), "--data-dir", target.toString(), "--json").done();
            assertThat(restored.last().path("position").asLong()).isEqualTo(position[0]);
            admin("verify", "--data-dir", target.toString()).done();
            requireCount(target, 20000);
        }
        Outcome restored = restore("--source", parent.resolve("stopped.tar.gz").toString(), "--data-dir", parent.resolve("stopped").toString(), "--json").done();
        assertThat(restored.last().path("projections").asBoolean()).as("the projections came along").isTrue();
        requireCount(parent.resolve("stopped"), 21000);
        backup("stream", "--source", data(), "--destination", destination(), "--once").done();
        long end = restore("--source", destination(), "--source", running.toString(), "--data-dir", parent.resolve("both").toString(), "--json").done().last().path("position").asLong();
        assertThat(end).isGreaterThanOrEqualTo(position[2]);
        requireCount(parent.resolve("both"), 21000);
        requireDamageIsSeen(parent.resolve("stopped.tar.gz"));
        Path again = parent.resolve("again.tar.gz");
        withNode(parent.resolve("data"), statement -> {
            insert(statement, 21000, 21500);
            snapshot(again);
            insert(statement, 21500, 22000);
        });
        Outcome live = restore("--source", again.toString(), "--data-dir", parent.resolve("again").toString(), "--json").done();
        assertThat(live.last().path("projections").asBoolean()).as("a running node's projections came along").isTrue();
        admin("verify", "--data-dir", parent.resolve("again").toString()).done();
        requireCount(parent.resolve("again"), 21500);
        try (Stream<Path> left = Files.list(parent.resolve("data/wal"))) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("snapshot"))).isEmpty();
        }
        Process tar = new ProcessBuilder("tar", "tzf", parent.resolve("stopped.tar.gz").toString()).redirectErrorStream(true).start();
        assertThat(new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("craton-snapshot.json", "projections/tenant_000/CURRENT", "log/00000000000000000001-");
        assertThat(tar.waitFor()).isZero();
    }

    private void requireDamageIsSeen(Path whole) throws IOException {
        byte[] bytes = Files.readAllBytes(whole);
        Path other = parent.resolve("other.tar.gz");
        String target = parent.resolve("never").toString();
        for (int length : new int[] {bytes.length - 30, bytes.length / 2, 100}) {
            Files.write(other, java.util.Arrays.copyOf(bytes, length));
            requireRefused(restore("--source", other.toString(), "--data-dir", target), "cut off");
        }
        for (int part = 1; part < 6; part++) {
            long at = bytes.length / 6L * part;
            do {
                Files.write(other, bytes);
                flip(other, at++);
            } while (isSameWithin(bytes, Files.readAllBytes(other)));
            Outcome refused = restore("--source", other.toString(), "--data-dir", target);
            requireRefused(refused, "craton-restore: ");
            assertThat(refused.err).containsAnyOf("damaged", "cut off"); // a damaged length can reach beyond the end
        }
        Files.writeString(other, "something else");
        requireRefused(restore("--source", other.toString(), "--data-dir", target), "is no snapshot of Craton");
        assertThat(Path.of(target)).doesNotExist();
    }

    /** A compressed repetition can be told as one of another place, so that a flipped bit changes nothing. */
    private static boolean isSameWithin(byte[] one, byte[] other) {
        try (var first = new GZIPInputStream(new ByteArrayInputStream(one)); var second = new GZIPInputStream(new ByteArrayInputStream(other))) {
            return java.util.Arrays.equals(first.readAllBytes(), second.readAllBytes());
        } catch (IOException damaged) {
            return false;
        }
    }

    @Test
    void anotherLogIsNotMixedIn() throws Exception {
        for (String name : List.of("data", "other")) {
            withNode(parent.resolve(name), statement -> {
                statement.execute("create table t (i int primary key, s text)");
                insert(statement, 0, name.equals("other") ? 3000 : 1000);
            });
        }
        backup("stream", "--source", data(), "--destination", destination(), "--once").done();
        requireRefused(backup("stream", "--source", parent.resolve("other").toString(), "--destination", destination(), "--once"), "does not continue what");
    }

    @Test
    void anUnfinishedRestoreIsNoDataFolder() throws Exception {
        Path target = parent.resolve("new");
        DataFolder.openEmpty(target).close();
        requireRefused(restore("--source", destination(), "--data-dir", target.toString()), "backup");
        assertThat(org.junit.jupiter.api.Assertions.assertThrows(io.craton.server.config.StartException.class, () -> DataFolder.open(target)).getMessage())
                .contains("interrupted craton-restore");
    }

    static void requireRefused(Outcome outcome, String... parts) {
        assertThat(outcome.status).as(outcome.err + outcome.out).isEqualTo(1);
        assertThat(outcome.err.lines().filter(line -> !line.contains(" % (")).toList()).as(outcome.err).hasSize(1);
        assertThat(outcome.err).contains(parts);
    }

    static void flip(Path file, long offset) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int old = bytes.read();
            bytes.seek(offset);
            bytes.write(old ^ 0x40);
        }
    }
}
