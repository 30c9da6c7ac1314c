package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.io.FileStore;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogCursor;
import io.craton.storage.log.LogOptions;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One node with several raft groups. */
class GroupsTest {
    @TempDir Path root;
    private @Nullable NodeAssembly node;
    private @Nullable DataFolder folder;

    private void start(int groups) throws IOException {
        folder = DataFolder.open(root.resolve("data"));
        try {
            NodeConfig bare = NodeConfig.of(folder.root(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            node = NodeAssembly.start(new NodeConfig(bare.dataDir(), 1, bare.log(), bare.storage().withGroups(groups), bare.wire(), null, null, null, false), folder, () -> { });
        } catch (StartException e) {
            folder.close();
            throw e;
        }
    }

    @AfterEach
    void stop() {
        if (node != null) node.close();
        if (folder != null) folder.close();
        node = null;
    }

    private Connection connect(String database, String user) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/" + database + "?user=" + user);
    }

    private Connection connect(String database) throws SQLException {
        return connect(database, "postgres");
    }

    private static List<String> groups(Connection any) throws SQLException {
        return TestNode.values(any, "select database, raft_group from craton_tenants where tenant > 4 order by database");
    }

    @Test
    void databasesAreSpreadAndKeptApart() throws Exception {
        start(3);
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create database a", "create database b", "create database c", "create database d");
            assertThat(groups(first)).containsExactly("a|0", "b|1", "c|2", "d|0");
            for (String name : List.of("a", "b", "c", "d")) {
                try (Connection each = connect(name)) {
                    TestNode.run(each, "create table t (n int primary key)", "insert into t select generate_series(1, 100)", "update t set n = -n where n > 50");
                    assertThat(TestNode.value(each, "select sum(n) from t")).isEqualTo("-2500");
                }
            }
            TestNode.run(first, "drop database c");
        }
        assertThat(root.resolve("data/log/group_001/current.segment")).exists();
        stop();
        start(3);
        try (Connection b = connect("b")) {
            assertThat(TestNode.value(b, "select sum(n) from t")).isEqualTo("-2500");
            assertThat(TestNode.values(b, "select command from craton_log where command like 'CREATE%'")).containsExactly("CREATE TABLE");
            TestNode.run(b, "create database e");
            assertThat(groups(b)).containsExactly("a|0", "b|1", "d|0", "e|2");
        }
        stop();
        verify(3);
    }

    @Test
    void thereIsNothingBeforeTheCreationOfADatabaseInWhicheverGroupItWasMade() throws Exception {
        start(2);
        long before;
        String time;
        try (Connection any = connect("postgres")) {
            TestNode.run(any, "create database a", "create database b");
            try (Connection b = connect("b")) {
                TestNode.run(b, "create table t (n int)", "insert into t values (1)", "insert into t values (2)");
                before = Long.parseLong(TestNode.value(b, "select craton_position()"));
                time = TestNode.value(b, "select clock_timestamp()");
                assertThat(TestNode.values(b, "select count(*) from t for system_time as of position " + (before - 1))).containsExactly("1");
            }
            TestNode.run(any, "create database c", "create database d");
            assertThat(groups(any)).containsExactly("a|0", "b|1", "c|0", "d|1");
        }
        try (Connection d = connect("d")) {
            TestNode.run(d, "create table t (n int)", "insert into t values (1)");
            requireNothingBefore(d, before, time);
            String then = TestNode.value(d, "select craton_position()");
            TestNode.run(d, "select craton_move_database(0)", "delete from t");
            requireNothingBefore(d, before, time);
            assertThat(TestNode.values(d, "select n from t for system_time as of position " + then)).containsExactly("1");
        }
        stop();
        start(2);
        try (Connection d = connect("d")) {
            requireNothingBefore(d, before, time);
        }
        stop();
        verify(2);
    }

    private static void requireNothingBefore(Connection database, long position, String time) throws SQLException {
        for (String moment : List.of("position " + (position - 1), "'" + time + "'")) {
            assertThatThrownBy(() -> TestNode.values(database, "select * from t for system_time as of " + moment)).as(moment)
                    .hasMessageContaining("before the creation of the database").hasMessageContaining("position " + position);
        }
        TestNode.run(database, "set craton.as_of = '" + position + "'");
        assertThat(TestNode.value(database, "select count(*) from pg_tables where schemaname = 'public'")).isEqualTo("0");
        TestNode.run(database, "reset craton.as_of");
    }

    private void verify(int groups) throws IOException {
        List<FileStore> logs = new ArrayList<>();
        try (DataFolder closed = DataFolder.openOffline(root.resolve("data"))) {
            assertThat(closed.groups()).isEqualTo(groups);
            for (int group = 0; group < groups; group++) logs.add(RealFiles.at(closed.log(group)));
            DataVerifier.Report report = new DataVerifier(logs, closed.root(), closed.wal().resolve("scratch"), null).run(_ -> { });
            assertThat(report.differences()).isEmpty();
            assertThat(report.logs()).hasSize(groups).allMatch(log -> log.lastIndex() > 1);
        }
    }

    /** As a member has them that was stopped before it had got everything from the others. */
    @Test
    @Timeout(180)
    void logsThatDoNotFitTogetherAreToldFromThoseThatDo(@TempDir Path older) throws Exception {
        start(2);
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create database a", "create database b");
        }
        stop();
        Path before = root.resolve("data");
        try (Stream<Path> files = Files.walk(before)) {
            for (Path file : files.toList()) if (!file.equals(before)) Files.copy(file, older.resolve(before.relativize(file).toString()));
        }
        start(2);
        try (Connection b = connect("b")) {
            TestNode.run(b, "create table t (n int)", "select craton_move_database(0)", "insert into t values (1)");
        }
        stop();
        verify(2);
        try (DataFolder closed = DataFolder.openOffline(root.resolve("data")); DataFolder behind = DataFolder.openOffline(older)) {
            DataVerifier verifier = new DataVerifier(List.of(RealFiles.at(closed.log(0)), RealFiles.at(behind.log(1))), behind.root(), behind.wal().resolve("scratch"), null);
            assertThatThrownBy(() -> verifier.run(_ -> { })).isInstanceOf(IOException.class).hasMessageContaining("do not fit together");
        }
    }

    @Test
    void rolesAndDatabasesAreChangedFromAnyGroup() throws Exception {
        start(2);
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create database a", "create database b");
            try (Connection other = connect("b")) {
                TestNode.run(other, "create role ann login", "create table t (n int)", "grant select on t to ann", "alter role ann set work_mem = '5MB'");
                assertThat(TestNode.value(first, "select rolname from pg_roles where rolname = 'ann'")).isEqualTo("ann");
                try (Connection ann = connect("b", "ann")) {
                    assertThat(TestNode.value(ann, "select count(*) from t")).isEqualTo("0");
                    assertThat(TestNode.value(ann, "show work_mem")).isEqualTo("5MB");
                }
                TestNode.run(other, "create database c", "alter database c rename to d", "drop database d");
                String records = "select detail from craton_audit where database = 'b' and class in ('ddl', 'rights') order by time";
                RealNodes.await(() -> { // those of the other group come a moment later
                    try {
                        return TestNode.values(first, records).size() == 7;
                    } catch (SQLException e) {
                        return false;
                    }
                });
                assertThat(TestNode.values(first, records))
                        .containsExactly("create role ann login", "create table t (n int)", "grant select on t to ann", "alter role ann set work_mem = '5MB'", "create database c",
                                "alter database c rename to d", "drop database d");

                other.setAutoCommit(false);
                TestNode.run(other, "create role bob", "create role carl");
                other.commit();
                assertThat(TestNode.value(first, "select count(*) from pg_roles where rolname in ('bob', 'carl')")).isEqualTo("2");
                TestNode.run(other, "drop role bob", "insert into t values (1)");
                assertThatThrownBy(other::commit).hasMessageContaining("together with other changes").extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("0A000");
                other.rollback();
                assertThat(TestNode.value(first, "select count(*) from pg_roles where rolname = 'bob'")).isEqualTo("1");

                TestNode.run(other, "drop role bob");
                TestNode.run(first, "alter role bob createdb");
                assertThatThrownBy(other::commit).extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("40001");
                assertThat(TestNode.value(first, "select rolcreatedb from pg_roles where rolname = 'bob'")).isEqualTo("t");
            }
        }
    }

    /** Inserts one row after the other, and a counter with each, until it is told to stop; answers what was acknowledged. */
    private int write(String database, AtomicBoolean stop, int writer) throws SQLException {
        int done = 0;
        try (Connection own = connect(database)) {
            own.setAutoCommit(false);
            while (!stop.get()) {
                try {
                    TestNode.run(own, "insert into t values (default, " + writer + ")", "update c set n = n + 1 where writer = " + writer);
                    own.commit();
                    done++;
                } catch (SQLException e) {
                    if (!e.getSQLState().equals("40001")) throw e;
                    own.rollback();
                }
            }
        }
        return done;
    }

    @Test
    void aDatabaseMovesWhileItIsUsed() throws Exception {
        start(3);
        List<String> seen = new ArrayList<>();
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create database a", "create database b");
            try (Connection b = connect("b"); Connection inside = connect("b"); ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
                TestNode.run(b, "create table t (id serial primary key, writer int)", "create table c (writer int primary key, n int)", "insert into c values (0, 0), (1, 0), (2, 0)");
                inside.setAutoCommit(false);
                TestNode.run(inside, "insert into t values (-1, -1)");
                AtomicBoolean stop = new AtomicBoolean();
                List<Future<Integer>> all = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    int writer = i;
                    all.add(writers.submit(() -> write("b", stop, writer)));
                }
                for (int group : new int[] {0, 2, 1, 0, 1}) {
                    try (Connection a = connect("a")) {
                        TestNode.run(a, "create table if not exists other (n int)", "insert into other select generate_series(1, 50)");
                    }
                    assertThat(TestNode.value(b, "select craton_move_database(" + group + ")")).isEqualTo(Integer.toString(group));
                    assertThat(TestNode.value(first, "select raft_group from craton_tenants where database = 'b'")).isEqualTo(Integer.toString(group));
                    if (group == 0) inside.commit(); // begun in group 1
                    seen.add(TestNode.value(b, "select craton_position() || ':' || count(*) || ':' || (select sum(n) from c) from t"));
                    TestNode.run(b, "create table made_in_" + group + "_" + seen.size() + " (n int)");
                }
                stop.set(true);
                int done = 0;
                for (Future<Integer> each : all) done += each.get(60, TimeUnit.SECONDS);
                assertThat(done).isGreaterThan(5);
                assertThat(TestNode.value(b, "select count(*) from t")).isEqualTo(Integer.toString(done + 1));
                assertThat(TestNode.value(b, "select sum(n) from c")).isEqualTo(Integer.toString(done));
                isWhole(b, seen, done);
                assertThatThrownBy(() -> TestNode.run(b, "select craton_move_database(3)")).hasMessageContaining("there is no raft group 3").extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("22023");
                try (Connection template = connect("template1")) {
                    assertThatThrownBy(() -> TestNode.run(template, "select craton_move_database(1)")).extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("55000");
                }
                stop();
                start(3);
                try (Connection again = connect("b")) {
                    assertThat(TestNode.value(again, "select raft_group from craton_tenants where database = 'b'")).isEqualTo("1");
                    isWhole(again, seen, done);
                    assertThat(TestNode.value(again, "select (craton_rebuild_projection('rows')::json)->>'mended'")).isEqualTo("0");
                    TestNode.run(again, "insert into t values (default, 9)");
                }
            }
        }
        stop();
        verify(3);
        TestNode.deleteTree(root.resolve("data/projections"));
        start(3);
        try (Connection b = connect("b")) {
            assertThat(TestNode.value(b, "select count(*) from t where writer = 9")).isEqualTo("1");
            isWhole(b, seen, Integer.parseInt(TestNode.value(b, "select sum(n) from c")));
        }
    }

    /** What another group waits for never comes: the start says why, and ends. */
    @Test
    void aGroupThatCannotBeReplayedKeepsNobodyWaiting() throws Exception {
        start(2);
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create database a", "create database b");
            try (Connection b = connect("b")) {
                TestNode.run(b, "create table t (n int)", "insert into t values (1)");
            }
        }
        stop();
        try (DataFolder closed = DataFolder.openOffline(root.resolve("data"))) {
            forgetNewest(closed.log(0), "create database b");
        }
        TestNode.deleteTree(root.resolve("data/projections"));
        assertThatThrownBy(() -> start(2)).hasMessageContaining("format 99");
    }

    /** The log ends with the entry in front of the one with this text, and one that this version does not know. */
    private static void forgetNewest(Path folder, String text) throws IOException {
        List<LogRecord> kept = new ArrayList<>();
        try (EventLog log = EventLog.open(RealFiles.at(folder), LogOptions.DEFAULT, failure -> { }); LogCursor cursor = log.cursor()) {
            for (long index = 1; ; index++) {
                LogRecord next = cursor.read(index);
                if (StandardCharsets.ISO_8859_1.decode(next.payload().duplicate()).toString().contains(text)) break;
                kept.add(new LogRecord(index, next.term(), next.type(), next.tenant(), ByteBuffer.allocate(next.payload().remaining()).put(next.payload().duplicate()).flip()));
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) Files.delete(each);
        }
        try (EventLog log = EventLog.open(RealFiles.at(folder), LogOptions.DEFAULT, failure -> { })) {
            log.append(kept);
            log.append(List.of(new LogRecord(kept.size() + 1, kept.getLast().term(), EntryType.DATA, 0, ByteBuffer.wrap(new byte[64]).put(0, (byte) 99))));
        }
    }

    /** Each applier comes to what another one hands over at its own time: before that has begun, while it is done, and after it. */
    @Test
    void manyMovesAreReplayed() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        start(3);
        int moves = 60;
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create database s0", "create database s1", "create database s2", "create database a", "create database b");
            for (String name : List.of("s0", "s1", "s2", "a", "b")) {
                try (Connection each = connect(name)) {
                    TestNode.run(each, "create table t (n int)");
                }
            }
            for (int i = 0; i < moves; i++) {
                try (Connection busy = connect("s" + random.nextInt(3))) {
                    TestNode.run(busy, "insert into t select generate_series(1, " + random.nextInt(3_000) + ")");
                }
                try (Connection each = connect(random.nextBoolean() ? "a" : "b")) {
                    TestNode.run(each, "select craton_move_database(" + random.nextInt(3) + ")", "insert into t values (1)");
                }
            }
        }
        for (int round = 0; round < 4; round++) {
            stop();
            TestNode.deleteTree(root.resolve("data/projections"));
            start(3);
            int all = 0;
            for (String name : List.of("a", "b")) {
                try (Connection each = connect(name)) {
                    all += Integer.parseInt(TestNode.value(each, "select count(*) from t"));
                }
            }
            assertThat(all).isEqualTo(moves);
        }
    }

    /** The whole past of the database is there, whichever logs it is in. */
    private static void isWhole(Connection b, List<String> seen, int done) throws SQLException {
        for (String each : seen) {
            String[] parts = each.split(":");
            assertThat(TestNode.value(b, "select count(*) from t for system_time as of position " + parts[0])).isEqualTo(parts[1]);
            assertThat(TestNode.value(b, "select sum(n) from c for system_time as of position " + parts[0])).isEqualTo(parts[2]);
        }
        assertThat(TestNode.values(b, "select command from craton_log where command like 'CREATE%'")).hasSize(7);
        assertThat(TestNode.value(b, "select count(*) from craton_log where kind = 'move'")).isEqualTo("5");
        assertThat(TestNode.value(b, "select count(*) from (select position < lag(position) over (order by n) bad from (select position, row_number() over () n from craton_log) p) q where bad")).isEqualTo("0");
        assertThat(TestNode.value(b, "select count(*) from craton_row_history('c', 0)")).isEqualTo(TestNode.value(b, "select n + 1 from c where writer = 0"));
        assertThat(Integer.parseInt(TestNode.value(b, "select sum(n) from c"))).isEqualTo(done);
    }

    @Test
    void whatIsNotKeptIsReadFromAllLogs() throws Exception {
        start(2);
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create database a", "create database b");
            try (Connection b = connect("b")) {
                TestNode.run(b, "create table t (id int primary key, v int)", "insert into t select g, 0 from generate_series(1, 100) g", "create index concurrently on t (v) where id > 50",
                        "create index concurrently on t ((v * 2))");
                List<String> positions = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    positions.add(TestNode.value(b, "select craton_position()"));
                    TestNode.run(b, "update t set v = v + 1 where id > " + 20 * i);
                    if (i % 2 == 1) TestNode.run(b, "select craton_move_database(" + i / 2 + ")");
                }
                List<String> kept = sums(b, positions);
                Thread.sleep(1_100);
                TestNode.run(b, "alter table t set (craton.retention = '1 second')");
                Thread.sleep(1_100);
                TestNode.run(b, "update t set v = v where id = 1", "vacuum");
                assertThat(sums(b, positions)).isEqualTo(kept);
                assertThat(TestNode.value(b, "select craton_projection_status()")).contains("rebuilt_past");
            }
        }
        stop();
        verify(2);
    }

    private static List<String> sums(Connection b, List<String> positions) throws SQLException {
        List<String> sums = new ArrayList<>();
        for (String position : positions) {
            sums.add(TestNode.value(b, "select sum(v) from t for system_time as of position " + position));
            sums.add(TestNode.value(b, "select count(*) from t for system_time as of position " + position + " where v = 1 and id > 50"));
            sums.add(TestNode.value(b, "select count(*) from t for system_time as of position " + position + " where v * 2 = 2"));
        }
        return sums;
    }

    @Test
    void anOldFolderGoesOnInGroup0() throws Exception {
        start(1);
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create database a", "create database b");
        }
        stop();
        assertThat(Files.exists(root.resolve("data/log/group_001"))).isFalse();
        start(2);
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create database c");
            assertThat(groups(first)).containsExactly("a|0", "b|0", "c|1");
            try (Connection c = connect("c")) {
                TestNode.run(c, "create table t (n int)");
            }
        }
        stop();
        assertThatThrownBy(() -> start(1)).isInstanceOf(StartException.class).hasMessageContaining("it can be raised, not lowered");
        start(2);
        try (Connection c = connect("c")) {
            assertThat(TestNode.value(c, "select count(*) from t")).isEqualTo("0");
        }
    }
}
