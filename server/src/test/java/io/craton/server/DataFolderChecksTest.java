package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data folders whole and damaged, through a real node and craton-admin. */
class DataFolderChecksTest {
    private static final int ROWS = 300;

    @TempDir Path parent;
    private final AtomicBoolean failed = new AtomicBoolean();

    private Path data() {
        return parent.resolve("data");
    }

    private record Outcome(int status, String out, String err) {}

    private static Outcome admin(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = AdminMain.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new Outcome(status, out.toString(), err.toString());
    }

    private interface Work {
        void run(Statement statement) throws SQLException;
    }

    private void withNode(Work work) throws SQLException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (DataFolder folder = DataFolder.open(data());
                NodeAssembly node = NodeAssembly.start(NodeConfig.of(folder.root(), any).withLog(LogOptions.DEFAULT.withSegmentBytes(1 << 20)), folder,
                        () -> failed.set(true));
                Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/postgres?user=postgres");
                Statement statement = connection.createStatement()) {
            work.run(statement);
        }
    }

    private void fill() throws SQLException {
        withNode(statement -> {
            statement.execute("create table t (id int primary key, name text)");
            for (int i = 1; i <= ROWS; i++) statement.addBatch("insert into t values (" + i + ", 'name " + i + "')");
            statement.executeBatch();
            statement.execute("delete from t where id = 7");
        });
    }

    private void requireAllRows() throws SQLException {
        withNode(statement -> {
            try (ResultSet rows = statement.executeQuery("select count(*), sum(id) from t")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(ROWS - 1);
                assertThat(rows.getInt(2)).isEqualTo(ROWS * (ROWS + 1) / 2 - 7);
            }
        });
    }

    private Path current() {
        return data().resolve("log").resolve("current.segment");
    }

    private static void flip(Path file, long offset) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int old = bytes.read();
            bytes.seek(offset);
            bytes.write(old ^ 0x40);
        }
    }

    /** Where the zeros behind the last entry begin. */
    private static long end(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (bytes[end - 1] == 0) end--;
        return end;
    }

    @Test
    void aWholeFolderIsVerifiedAndOneInUseIsRefused() throws Exception {
        withNode(statement -> {
            statement.execute("create table t (id int primary key)");
            for (String[] command : new String[][] {{"verify"}, {"log", "verify"}}) {
                var args = Stream.concat(Stream.of(command), Stream.of("--data-dir", data().toString())).toArray(String[]::new);
                Outcome refused = admin(args);
                assertThat(refused.status).isEqualTo(1);
                assertThat(refused.err).contains("is in use by a running craton-server");
            }
        });
        Outcome log = admin("log", "verify", "--data-dir", data().toString());
        assertThat(log.status).as(log.err).isZero();
        assertThat(log.out).contains("every checksum, hash and link holds");
        Outcome all = admin("verify", "--data-dir", data().toString());
        assertThat(all.status).as(all.err).isZero();
        assertThat(all.out).contains("are equal to a replay of the log");
        assertThat(data().resolve("wal").resolve("verify")).doesNotExist();
    }

    @Test
    void wrongCommandLinesAreNamedWithStatusTwo() {
        assertThat(admin().status).isEqualTo(2);
        assertThat(admin("log").err).contains("Missing required subcommand");
        assertThat(admin("verify").err).contains("--data-dir");
        Outcome unknown = admin("verify", "--data-dir", "x", "--deep");
        assertThat(unknown.status).isEqualTo(2);
        assertThat(unknown.err).contains("--deep");
        assertThat(admin("--version").out).contains(Version.TEXT);
        assertThat(admin("verify", "--help").out).contains("Exit status");
        Outcome missing = admin("verify", "--data-dir", parent.resolve("nowhere").toString());
        assertThat(missing.status).isEqualTo(1);
        assertThat(missing.err).contains("does not exist");
        assertThat(parent.resolve("nowhere")).doesNotExist();
    }

    @Test
    void damageInTheMiddleStopsTheStartAndTheVerifierWithSegmentAndOffset() throws Exception {
        fill();
        flip(current(), end(current()) / 2);
        Outcome verified = admin("log", "verify", "--data-dir", data().toString());
        assertThat(verified.status).isEqualTo(1);
        Matcher place = Pattern.compile("current\\.segment is damaged at offset (\\d+)").matcher(verified.err);
        assertThat(place.find()).as(verified.err).isTrue();
        assertThat(Long.parseLong(place.group(1))).isBetween(end(current()) / 2 - 4096, end(current()) / 2);
        assertThat(admin("verify", "--data-dir", data().toString()).err).contains(place.group());
        assertThatThrownBy(this::requireAllRows).isInstanceOf(StartException.class).hasMessageContaining(place.group());
    }

    @Test
    void aTornTailIsCutAndNothingAcknowledgedIsLost() throws Exception {
        fill();
        long end = end(current());
        try (var bytes = new RandomAccessFile(current().toFile(), "rw")) {
            bytes.seek((end + 63) / 64 * 64);
            bytes.write(new byte[] {0, 0, 1, 44, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0, 1});
        }
        Outcome verified = admin("log", "verify", "--data-dir", data().toString());
        assertThat(verified.status).as(verified.err).isZero();
        assertThat(verified.out).contains("an append was cut short").contains("current.segment");
        requireAllRows();
        assertThat(admin("verify", "--data-dir", data().toString()).status).isZero();
    }

    @Test
    void lostProjectionsAreBuiltAgainFromTheLog() throws Exception {
        fill();
        delete(data().resolve("projections").resolve("tenant_001"));
        requireAllRows();
        delete(data().resolve("projections"));
        requireAllRows();
        assertThat(admin("verify", "--data-dir", data().toString()).status).isZero();
        assertThat(failed).isFalse();
    }

    @Test
    void whatANewerVersionWroteIsRefused() throws Exception {
        fill();
        Path format = data().resolve("meta/state.json");
        String own = Files.readString(format);
        Files.writeString(format, "{\"format\": 2, \"written_by\": \"craton 9.0.0\"}\n");
        String refusal = "data folder " + data() + " was written by a newer version of Craton (craton 9.0.0, format 2); this one, craton " + Version.TEXT + ", knows formats up to 1";
        assertThatThrownBy(this::requireAllRows).isInstanceOf(StartException.class).hasMessage(refusal);
        assertThat(admin("verify", "--data-dir", data().toString()).err).contains(refusal);
        Files.delete(format); // as versions before it had it
        requireAllRows();
        assertThat(Files.readString(format)).isEqualTo(own);
        refused("format 9", new byte[] {9});
        refused("kind 99", entry(99));
        refused("kind 120 of definitions", entry(1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 120));
        refused("kind 7 of changes", entry(1, 0, 0, 0, 0, 1, 1, 0, 1, 7));
        refused("row operation 77", entry(1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 77));
        // TABLE with 2^48 + 99, and one PUT of an empty row under the key 1.
        refused("rows of a system table with storage 281474976710755", entry(1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0xe3, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 2, 1, 1, 0, 0));
        requireAllRows();
    }

    /** As the format says: a header of the tenant postgres, then this body. */
    private static byte[] entry(int kind, int... body) {
        ByteBuffer entry = ByteBuffer.allocate(22 + body.length).put((byte) 1).put((byte) kind).putInt(1).putLong(1_000_000).putLong(Long.MAX_VALUE / 2);
        for (int each : body) entry.put((byte) each);
        return entry.array();
    }

    /** A log that ends with this entry does not start, and is as it was without it. */
    private void refused(String what, byte[] entry) throws Exception {
        long end;
        try (EventLog log = EventLog.open(RealFiles.at(data().resolve("log")), LogOptions.DEFAULT, e -> failed.set(true))) {
            end = log.lastIndex();
            LogRecord last = java.util.Objects.requireNonNull(log.read(end));
            log.append(List.of(new LogRecord(last.index() + 1, last.term(), EntryType.DATA, 1, ByteBuffer.wrap(Arrays.copyOf(entry, Math.max(entry.length, 22))))));
        }
        assertThatThrownBy(this::requireAllRows).as(what).isInstanceOf(StartException.class)
                .hasMessage("the log has an entry that this version of Craton does not know (" + what + "): a newer one wrote it; start that one");
        failed.set(false);
        try (EventLog log = EventLog.open(RealFiles.at(data().resolve("log")), LogOptions.DEFAULT, e -> failed.set(true))) {
            log.truncateSuffix(end);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
