package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** The memory that one database's statements may hold together, from outside: database small has a limit, database large beside it has none. */
class TenantMemoryTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime() >>> 8 & 0xffffff);
    private static final String TOO_MUCH = "select length(string_agg(repeat('x', 1000), '')) from generate_series(1, 20000)";
    private static final int ROWS = 60_000;
    /** What keeps rows and can put them to files, about ten times the limit each; every answer is one row. */
    private static final List<String> SPILLING = List.of(
            "select md5(string_agg(h, '' order by n)) from (select n, md5(t) h from (select n, t from r order by t desc, n offset 100) s where n % 97 = 0) s",
            "select md5(string_agg(h, '' order by n)) from (select n, md5(w) h from (select n, repeat(t, 200) w from r where n <= 2000 order by w desc offset 5) s) s",
            "select count(*), sum(length(x.w)) from r left join (select n, repeat(t, 300) w from r where n <= 1500) x using (n)",
            "select count(*), sum(n) from (select n, row_number() over (order by t, n desc) p from r) s where p % 3 = 0",
            "select count(*), sum(x.n - y.n) from r x join r y on x.n = y.n + 7 and x.t < y.t || 'z'",
            "select count(*), sum(x.n) from r x left join r y on x.t = y.t where y.n % 2 = 0",
            "select count(*), sum(c) from (select t, n % 50000, count(*) c from r group by 1, 2) s",
            "select count(*) from (select distinct t, n from r) s",
            "select count(*) from (select t, n from r except select t, n + 1 from r) s",
            "select count(*) from (select t, n from r union select t, n + 1 from r) s",
            "with c as materialized (select n, t from r) select count(*), sum(a.n) from c a join c b on a.n = b.n",
            "select count(*), sum(l) from (select n, lag(n, 3) over (partition by n % 2 order by t, n) l from r) s");

    @TempDir Path parent;
    private DataFolder folder;
    private NodeAssembly node;

    private void start(String limits) throws Exception {
        Path file = Files.writeString(parent.resolve("config.toml"), "[limits]\n" + limits + "\n");
        var sources = new Configuration.Sources(file, Map.of(), Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("data").toString()));
        Configuration configuration = sources.read();
        folder = DataFolder.open(parent.resolve("data"));
        node = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
        try (Connection any = connect("postgres")) {
            TestNode.run(any, "create database small", "create database large", "alter database large set craton.tenant_memory = 0");
        }
    }

    @AfterEach
    void stop() {
        if (node != null) node.close();
        if (folder != null) folder.close();
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/" + database + "?user=postgres";
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database));
    }

    private static void load(Connection connection) throws SQLException {
        TestNode.run(connection, "create table r (n int primary key, t text)",
                "insert into r select g, md5(g::text) || repeat('x', 60) || g % 1000 from generate_series(1, " + ROWS + ") g");
    }

    private static void outOfMemory(Throwable thrown) {
        PSQLException e = (PSQLException) thrown;
        assertThat(e.getSQLState()).isEqualTo("53200");
        assertThat(e.getMessage()).contains("out of memory in database \"small\"");
        assertThat(e.getServerErrorMessage().getDetail()).contains("may hold 4096 kB");
        assertThat(e.getServerErrorMessage().getHint()).contains("max_memory_per_tenant", "craton.tenant_memory");
    }

    private long held(Connection any, String database) throws SQLException {
        return Long.parseLong(TestNode.value(any, "select memory from craton_tenants where database = '" + database + "'"));
    }

    private void awaitNothingHeld(String database) throws Exception {
        try (Connection any = connect("postgres")) {
            RealNodes.await(() -> {
                try {
                    return held(any, database) == 0;
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    @Test
    void whatCanGoToFilesGoesThereAndAnswersTheSame() throws Exception {
        start("max_memory_per_tenant = \"4MB\"");
        try (Connection small = connect("small"); Connection large = connect("large")) {
            load(small);
            load(large);
            for (String query : SPILLING) assertThat(TestNode.values(small, query)).as(query).isEqualTo(TestNode.values(large, query));
        }
        awaitNothingHeld("small");
        awaitNothingHeld("large");
    }

    /** Tables of hashes double when they are full, at one limit or another from less than what is told to go to files to more than there may be. */
    @Test
    void whatCanGoToFilesDoesSoAtAnyLimitAndWithAnyNumberOfThreads() throws Exception {
        start("max_memory_per_tenant = \"4MB\"");
        try (Connection small = connect("small"); Connection large = connect("large"); Connection any = connect("postgres")) {
            load(small);
            load(large);
            TestNode.run(small, "set min_parallel_table_scan_size = 0", "set max_parallel_workers_per_gather = 4");
            for (String query : SPILLING) {
                List<String> expected = TestNode.values(large, query);
                for (int limit = 1600; limit < 5200; limit += 400) {
                    TestNode.run(any, "alter database small set craton.tenant_memory = '" + limit + "kB'");
                    assertThat(TestNode.values(small, query)).as("%d kB, %s", limit, query).isEqualTo(expected);
                }
            }
        }
    }

    /** Their keys are sorted in files. */
    @Test
    void uniqueIndexesAreMadeAtAnyLimit() throws Exception {
        start("max_memory_per_tenant = \"4MB\"");
        try (Connection small = connect("small"); Connection any = connect("postgres")) {
            load(small);
            TestNode.run(small, "create table s as select n, t from r");
            for (int limit = 1600; limit < 5200; limit += 700) {
                TestNode.run(any, "alter database small set craton.tenant_memory = '" + limit + "kB'");
                TestNode.run(small, "create unique index u on s (t)", "drop index u", "alter table s add constraint u unique (t, n) deferrable", "alter table s drop constraint u");
            }
            TestNode.run(small, "insert into s values (1, null), (2, null)", "create unique index u on s (t)", "drop index u");
            assertThatThrownBy(() -> TestNode.run(small, "create unique index u on s (t) nulls not distinct")).hasMessageContaining("Key (t)=(null) is duplicated.");
        }
        awaitNothingHeld("small");
    }

    @Test
    void whatCannotFailsAndTheSessionAndTheOtherDatabaseGoOn() throws Exception {
        start("max_memory_per_tenant = \"4MB\"");
        try (Connection small = connect("small"); Connection large = connect("large"); Connection any = connect("postgres")) {
            assertThatThrownBy(() -> TestNode.run(small, TOO_MUCH)).satisfies(TenantMemoryTest::outOfMemory);
            assertThat(TestNode.value(small, "select 1")).isEqualTo("1");
            assertThat(held(any, "small")).isZero();
            assertThat(TestNode.value(large, TOO_MUCH)).isEqualTo("20000000");
            TestNode.run(any, "alter database small set craton.tenant_memory = '512MB'");
            assertThat(TestNode.value(small, TOO_MUCH)).as("the database's own limit holds at once, in open sessions").isEqualTo("20000000");
            assertThat(TestNode.value(any, "select memory_limit from craton_tenants where database = 'small'")).isEqualTo(Long.toString(512L << 20));
            TestNode.run(any, "alter database small reset craton.tenant_memory");
            assertThatThrownBy(() -> TestNode.run(small, TOO_MUCH)).satisfies(TenantMemoryTest::outOfMemory);
            assertThat(TestNode.value(any, "select memory_limit from craton_tenants where database = 'large'")).isEqualTo("0");
        }
    }

    @Test
    void whatIsHeldByOneSessionCountsForTheOthersOfItsDatabaseAlone() throws Exception {
        start("max_memory_per_tenant = \"4MB\"");
        try (Connection holder = connect("small"); Connection small = connect("small"); Connection large = connect("large"); Connection any = connect("postgres")) {
            holder.setAutoCommit(false);
            // An aggregate's states cannot go to files: they stay until the cursor is closed.
            TestNode.run(holder, "declare c cursor for select g % 10, array_agg(g) from generate_series(1, 40000) g group by 1", "fetch 1 from c");
            long held = held(any, "small");
            assertThat(held).isBetween(2L << 20, 4L << 20);
            String states = "select sum(cardinality(a)) from (select array_agg(g) a from generate_series(1, 40000) g group by g % 10) s";
            assertThatThrownBy(() -> TestNode.run(small, states)).satisfies(TenantMemoryTest::outOfMemory);
            assertThat(held(any, "small")).as("the refused statement holds nothing").isEqualTo(held);
            assertThat(TestNode.value(large, states)).isEqualTo("40000");
            assertThat(metric("craton_tenant_statement_memory_bytes{tenant=\"small\"}")).isEqualTo((double) held);
            TestNode.run(holder, "close c");
            assertThat(held(any, "small")).isZero();
            assertThat(TestNode.value(small, states)).isEqualTo("40000");
        }
    }

    private double metric(String name) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String page = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.address().getPort() + "/metrics")).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
            return page.lines().filter(line -> line.startsWith(name + " ")).mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1))).findFirst().orElseThrow();
        }
    }

    @Test
    void writesGoToTheLogAheadAndRowsOfCursorsToFiles() throws Exception {
        start("max_memory_per_tenant = \"2MB\"");
        try (Connection small = connect("small"); Connection any = connect("postgres")) {
            TestNode.run(small, "create table t (n int primary key, v text)");
            small.setAutoCommit(false);
            TestNode.run(small, "insert into t select g, repeat('x', 500) from generate_series(1, 20000) g");
            assertThat(held(any, "small")).as("of ten megabytes").isBetween(1L, 2L << 20);
            TestNode.run(small, "create temporary table own (n int, v text)", "insert into own select n, v from t");
            assertThat(held(any, "small")).isLessThan(3L << 20);
            assertThat(TestNode.value(small, "select count(*) || ' ' || sum(o.n) from t join own o using (n)")).isEqualTo("20000 200010000");
            small.commit();
            assertThat(held(any, "small")).isZero();
            TestNode.run(small, "declare c scroll cursor with hold for select n, v from t order by n");
            small.commit();
            assertThat(held(any, "small")).isLessThan(2L << 20);
            assertThat(TestNode.value(small, "fetch absolute 19999 from c")).startsWith("19999|xxx");
            assertThat(TestNode.value(small, "fetch absolute 3 from c")).startsWith("3|xxx");
            TestNode.run(small, "close c");
            small.commit();
            assertThat(held(any, "small")).isZero();
            TestNode.run(small, "insert into t select g, repeat('x', 400) from generate_series(30001, 31000) g");
            assertThat(held(any, "small")).isPositive();
            small.rollback();
            assertThat(held(any, "small")).isZero();
        }
    }

    /** However statements end: nothing of them stays in the account. */
    @Test
    void memoryIsGivenBackHoweverStatementsEnd() throws Exception {
        start("max_memory_per_tenant = \"24MB\"");
        System.out.println("seed " + SEED);
        try (Connection small = connect("small")) {
            load(small);
            TestNode.run(small, "create table w (n int primary key, v text)",
                    "create procedure p(n int) language plpgsql as $$ declare a int[]; begin for i in 1 .. n loop a := array(select g from generate_series(1, 40000) g); "
                            + "if i % 2 = 0 then rollback; end if; end loop; perform 1 / 0; end $$",
                    "create function f() returns int language plpgsql as $$ begin perform length(string_agg(repeat('x', 1000), '')) from generate_series(1, 50000); return 1; "
                            + "exception when out_of_memory then return 0; end $$");
        }
        Queue<String> odd = new ConcurrentLinkedQueue<>();
        AtomicInteger failed = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                Random random = new Random(SEED * 7 + i);
                int number = i;
                threads.submit(() -> {
                    try {
                        for (int round = 0; round < 30; round++) round(random, number, round, failed);
                    } catch (SQLException | InterruptedException | RuntimeException e) {
                        odd.add(e.toString());
                    }
                });
            }
        }
        assertThat(odd).as("seed %d", SEED).isEmpty();
        assertThat(failed.get()).as("seed %d: statements that failed", SEED).isGreaterThan(50);
        awaitNothingHeld("small");
    }

    @Test
    void nothingIsHeldByASessionBetweenStatements() throws Exception {
        start("max_memory_per_tenant = \"16MB\"");
        try (Connection small = connect("small"); Connection any = connect("postgres")) {
            load(small);
            String prepared = "prepare q(int) as select array_agg(x.n order by x.t) from r x join r y on x.n = y.n where x.n < $1";
            String procedure = "do $$ declare a int[]; begin for i in 1 .. 4 loop a := array(select g from generate_series(1, 50000) g); commit; end loop; perform 1 / 0; end $$";
            TestNode.run(small, prepared);
            for (String statement : List.of(TOO_MUCH, "select 1 / (x.n - 40000) from r x join r y on x.n = y.n order by x.t, x.n", "execute q(30000)", procedure,
                    "create table copy as select * from r order by t", "explain analyze select distinct t, n from r", "select array_agg(n), array_agg(t) from r; select 1 / 0",
                    "begin; update r set t = t || 'x'; declare c scroll cursor for select * from r order by t; fetch 9000 from c; rollback",
                    "begin; savepoint s; insert into copy select n, t || 'y' from r; select 1 / 0", "set statement_timeout = 30; " + SPILLING.get(0))) {
                try {
                    TestNode.run(small, statement);
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).as(statement).isIn("22012", "53200", "57014");
                }
                TestNode.run(small, "rollback", "reset statement_timeout");
                assertThat(held(any, "small")).as(statement).isZero();
            }
        }
    }

    private void round(Random random, int thread, int round, AtomicInteger failed) throws SQLException, InterruptedException {
        Connection connection = connect("small");
        boolean gone = false;
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < 4 && !gone; i++) {
                try {
                    switch (random.nextInt(11)) {
                        case 0 -> statement.execute(TOO_MUCH);
                        case 1 -> statement.execute("select 1 / (x.n - 40000) from r x join r y on x.n = y.n order by x.t, x.n");
                        case 2 -> {
                            statement.execute("set statement_timeout = " + (5 + random.nextInt(80)));
                            statement.execute(SPILLING.get(random.nextInt(SPILLING.size())));
                            statement.execute("set statement_timeout = 0");
                        }
                        case 3 -> {
                            Thread canceller = Thread.startVirtualThread(() -> {
                                try {
                                    Thread.sleep(random.nextInt(60));
                                    ((PGConnection) connection).cancelQuery();
                                } catch (SQLException | InterruptedException e) {
                                    // the statement may be over, and its connection
                                }
                            });
                            try {
                                statement.execute(SPILLING.get(random.nextInt(SPILLING.size())));
                            } finally {
                                canceller.join();
                            }
                        }
                        case 4 -> {
                            statement.execute("begin");
                            statement.execute("declare c scroll cursor for select n, t, array_agg(n) over (order by n rows 2 preceding) from r order by t");
                            statement.execute("fetch 5000 from c");
                            statement.execute(random.nextBoolean() ? "close c" : "select 1 / 0");
                            statement.execute("rollback");
                        }
                        case 5 -> {
                            statement.execute("begin");
                            statement.execute("declare h cursor with hold for select n, t from r");
                            statement.execute("commit");
                            statement.execute("fetch 10 from h");
                            if (random.nextBoolean()) statement.execute("close h");
                        }
                        case 6 -> {
                            connection.setAutoCommit(false);
                            statement.setFetchSize(50);
                            try (ResultSet rows = statement.executeQuery("select n, t from r order by t, n")) {
                                rows.next();
                                if (random.nextInt(3) == 0) {
                                    connection.abort(Runnable::run);
                                    gone = true;
                                }
                            }
                            if (!gone) {
                                statement.setFetchSize(0);
                                connection.rollback();
                                connection.setAutoCommit(true);
                            }
                        }
                        case 7 -> {
                            statement.execute("begin");
                            statement.execute("savepoint s");
                            int first = (thread * 100 + round) * 10_000;
                            statement.execute("insert into w select g, repeat('y', 200) from generate_series(" + first + ", " + (first + 5_000) + ") g on conflict do nothing");
                            statement.execute(random.nextBoolean() ? "rollback to s" : "select 1");
                            statement.execute(random.nextBoolean() ? "commit" : "rollback");
                        }
                        case 8 -> statement.execute("call p(3)");
                        case 9 -> statement.execute("select f()");
                        default -> {
                            statement.execute("begin");
                            statement.execute("insert into w select -g, repeat('z', 300) from generate_series(1, 3000) g where g % 4 = " + thread);
                            connection.abort(Runnable::run);
                            gone = true;
                        }
                    }
                } catch (SQLException e) {
                    failed.incrementAndGet();
                    if (gone || connection.isClosed()) return;
                    statement.execute("rollback");
                    connection.setAutoCommit(true);
                    statement.setFetchSize(0);
                    statement.execute("set statement_timeout = 0");
                }
            }
        } catch (SQLException e) {
            if (!gone && !connection.isClosed()) throw e;
        } finally {
            if (!gone) connection.close();
        }
    }

    @Test
    void onlySuperusersSayHowMuchADatabaseMayHold() throws Exception {
        start("max_memory_per_tenant = \"4MB\"");
        try (Connection any = connect("postgres")) {
            TestNode.run(any, "create role owner login", "alter database small owner to owner", "alter database small set craton.tenant_memory = '3MB'");
            try (Connection own = DriverManager.getConnection(url("small").replace("user=postgres", "user=owner"))) {
                for (String change : List.of("set craton.tenant_memory = '1GB'", "reset craton.tenant_memory", "set craton.tenant_memory from current")) {
                    assertThatThrownBy(() -> TestNode.run(own, "alter database small " + change)).as(change)
                            .hasMessageMatching("(?s).*(permission denied to set parameter|must be superuser .* to examine) \"craton.tenant_memory\".*");
                }
                TestNode.run(own, "alter database small set work_mem = '1MB'", "alter database small reset all");
            }
            assertThat(TestNode.value(any, "select memory_limit from craton_tenants where database = 'small'")).isEqualTo(Long.toString(3 << 20));
            assertThat(TestNode.value(any, "select setconfig::text from pg_db_role_setting s join pg_database d on d.oid = setdatabase where datname = 'small'"))
                    .isEqualTo("{craton.tenant_memory=3MB}");
            assertThatThrownBy(() -> TestNode.run(any, "set craton.tenant_memory = '1GB'")).hasMessageContaining("cannot be set in a session");
            assertThatThrownBy(() -> TestNode.run(any, "alter role owner set craton.tenant_memory = '1GB'")).hasMessageContaining("cannot be set for a role");
        }
    }
}
