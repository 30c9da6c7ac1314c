package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/** What programs do with pgjdbc, against a real node. */
@ExtendWith(TestNode.class)
class PgJdbcTest {
    private Connection connection;
    private String schema;

    @BeforeEach
    void connect() throws SQLException {
        schema = TestNode.newSchema();
        connection = TestNode.connect("currentSchema", schema);
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    private void run(String... statements) throws SQLException {
        TestNode.run(connection, statements);
    }

    private String value(String sql) throws SQLException {
        return TestNode.value(connection, sql);
    }

    private static String state(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(call);
        assertThat(thrown).isInstanceOf(SQLException.class);
        return ((SQLException) thrown).getSQLState();
    }

    /** pgjdbc prepares anew where the error says that it is RevalidateCachedQuery's. */
    @ParameterizedTest
    @ValueSource(strings = {"never", "conservative"})
    void preparedStatementsSurviveAnotherSessionsMigrationAndAMoveToThePast(String autosave) throws SQLException {
        run("create table t (id int primary key, v text)", "insert into t values (1, 'x')");
        String before = value("select craton_position()");
        boolean transactions = !autosave.equals("never");
        try (Connection used = TestNode.connect("currentSchema", schema, "autosave", autosave)) {
            used.setAutoCommit(!transactions);
            assertThat(columns(used)).isEqualTo(2);
            if (transactions) used.commit();
            run("alter table t add column w int");
            assertThat(columns(used)).isEqualTo(3);
            if (transactions) used.commit();
            TestNode.run(used, "set craton.as_of = '" + before + "'");
            if (transactions) used.commit();
            assertThat(columns(used)).isEqualTo(2);
            if (transactions) used.commit();
            TestNode.run(used, "set craton.as_of = ''");
            if (transactions) used.commit();
            assertThat(columns(used)).isEqualTo(3);
        }
    }

    /** Often enough for the driver to keep it prepared. */
    private static int columns(Connection used) throws SQLException {
        int columns = 0;
        for (int i = 0; i < 8; i++) {
            try (PreparedStatement select = used.prepareStatement("select * from t where id = ?")) {
                select.setInt(1, 1);
                try (ResultSet row = select.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    columns = row.getMetaData().getColumnCount();
                }
            }
        }
        return columns;
    }

    @Test
    void batchesReturnCountsAndGeneratedKeys() throws SQLException {
        run("create table t (id serial primary key, name text)");
        try (PreparedStatement insert = connection.prepareStatement("insert into t (name) values (?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 0; i < 300; i++) {
                insert.setString(1, "n" + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(300).containsOnly(1);
            List<Integer> keys = new ArrayList<>();
            try (ResultSet generated = insert.getGeneratedKeys()) {
                while (generated.next()) keys.add(generated.getInt("id"));
            }
            assertThat(keys).hasSize(300).doesNotHaveDuplicates();
        }
        assertThat(value("select count(*) from t")).isEqualTo("300");
    }

    @Test
    void failedBatchLeavesNothingInATransaction() throws SQLException {
        run("create table t (id int primary key)");
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("insert into t values (?)")) {
            for (int id : new int[] {1, 2, 2, 3}) {
                insert.setInt(1, id);
                insert.addBatch();
            }
            assertThatThrownBy(insert::executeBatch).isInstanceOf(BatchUpdateException.class)
                    .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("23505"));
        }
        assertThat(state(() -> value("select 1"))).isEqualTo("25P02");
        connection.rollback();
        assertThat(value("select count(*) from t")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 1000})
    void fetchSizeReadsAllRowsThroughACursor(int fetchSize) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(fetchSize);
            long sum = 0;
            try (ResultSet rows = statement.executeQuery("select i from generate_series(1, 500) i")) {
                while (rows.next()) {
                    sum += rows.getInt(1);
                    if (rows.getInt(1) == 250) assertThat(value("select 1")).isEqualTo("1");
                }
            }
            assertThat(sum).isEqualTo(125_250);
        }
        connection.commit();
    }

    @Test
    void copyGoesIntoAViewWhoseTriggerTakesTheRows() throws Exception {
        run("create table t (id int primary key, name text)", "create view v as select id * 2 as twice, upper(name) as name from t",
                "create function takes() returns trigger language plpgsql as 'begin insert into t values (new.twice / 2, new.name); return new; end'");
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        assertThat(state(() -> copy.copyIn("copy v from stdin", new StringReader("2\ta\n")))).isEqualTo("42809");
        run("create trigger takes instead of insert on v for each row execute function takes()");
        assertThat(copy.copyIn("copy v from stdin", new StringReader("2\ta\n4\tb\n"))).isEqualTo(2);
        assertThat(value("select string_agg(id || name, ',' order by id) from t")).isEqualTo("1a,2b");
    }

    @Test
    void quotesDecideWhatIsNullWhereBothIsForced() throws Exception {
        run("create table t (id int primary key, c text, d text)");
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        assertThat(copy.copyIn("copy t from stdin (format csv, force_null (c, d), force_not_null (c, d))", new StringReader("1,,\"\"\n2,\"\",\n"))).isEqualTo(2);
        assertThat(value("select string_agg(id || coalesce(c, 'NULL') || '/' || coalesce(d, 'NULL'), ' ' order by id) from t")).isEqualTo("1/NULL 2NULL/");
    }

    @Test
    void copyGoesInAndOutInTextAndCsv() throws Exception {
        run("create table t (id int primary key, name text, n numeric)");
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        assertThat(copy.copyIn("copy t from stdin", new StringReader("1\tone\\ttab\t1.50\n2\t\\N\t\\N\n3\t\t-3\n"))).isEqualTo(3);
        assertThat(copy.copyIn("copy t from stdin (format csv, header)", new StringReader("id,name,n\n4,\"a \"\"b\"\"\nc\",4\n5,,\n"))).isEqualTo(2);
        StringWriter text = new StringWriter();
        assertThat(copy.copyOut("copy t to stdout", text)).isEqualTo(5);
        assertThat(text).hasToString("1\tone\\ttab\t1.50\n2\t\\N\t\\N\n3\t\t-3\n4\ta \"b\"\\nc\t4\n5\t\\N\t\\N\n");
        StringWriter csv = new StringWriter();
        copy.copyOut("copy (select id, name from t where id in (2, 3, 4) order by id desc) to stdout (format csv, header, null 'NULL')", csv);
        assertThat(csv).hasToString("id,name\n4,\"a \"\"b\"\"\nc\"\n3,\n2,NULL\n");
        assertThatThrownBy(() -> copy.copyIn("copy t from stdin", new StringReader("6\tx\t1\n7\ty\tz\n")))
                .isInstanceOfSatisfying(PSQLException.class, e -> {
                    assertThat(e.getSQLState()).isEqualTo("22P02");
                    assertThat(e.getServerErrorMessage().getWhere()).isEqualTo("COPY t, line 2, column n: \"z\"");
                });
        assertThat(value("select count(*) from t")).isEqualTo("5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void valuesOfAllKindsComeBackAsTheyWent(String binary) throws SQLException {
        UUID uuid = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
        try (Connection other = TestNode.connect("currentSchema", schema, "binaryTransfer", binary, "prepareThreshold", "1")) {
            TestNode.run(other, "create table t (a int2, b int4, c int8, d float4, e float8, f numeric(20, 5), g text, h bytea, i date, j timestamp, "
                    + "k timestamptz, l uuid, m boolean, n int[], o text[], p jsonb)");
            for (int round = 0; round < 3; round++) {
                TestNode.run(other, "delete from t");
                try (PreparedStatement insert = other.prepareStatement("insert into t values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?::jsonb)")) {
                    insert.setShort(1, (short) -7);
                    insert.setInt(2, Integer.MIN_VALUE);
                    insert.setLong(3, Long.MAX_VALUE);
                    insert.setFloat(4, 1.25f);
                    insert.setDouble(5, 0.1);
                    insert.setBigDecimal(6, new BigDecimal("-12345678901234.56789"));
                    insert.setString(7, "grüße 🚀 ' \\");
                    insert.setBytes(8, new byte[] {0, 1, -1, 92});
                    insert.setObject(9, LocalDate.of(2024, 2, 29));
                    insert.setObject(10, LocalDateTime.of(1999, 12, 31, 23, 59, 59, 123_456_000));
                    insert.setObject(11, OffsetDateTime.of(2030, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(5)));
                    insert.setObject(12, uuid);
                    insert.setBoolean(13, true);
                    insert.setArray(14, other.createArrayOf("int4", new Integer[] {1, null, 3}));
                    insert.setArray(15, other.createArrayOf("text", new String[] {"a,b", "\"q\"", null}));
                    insert.setString(16, "{\"k\": [1, 2.50, null]}");
                    assertThat(insert.executeUpdate()).isEqualTo(1);
                }
                try (PreparedStatement select = other.prepareStatement("select * from t where b = ?")) {
                    select.setInt(1, Integer.MIN_VALUE);
                    try (ResultSet row = select.executeQuery()) {
                        assertThat(row.next()).isTrue();
                        assertThat(row.getShort(1)).isEqualTo((short) -7);
                        assertThat(row.getInt(2)).isEqualTo(Integer.MIN_VALUE);
                        assertThat(row.getLong(3)).isEqualTo(Long.MAX_VALUE);
                        assertThat(row.getFloat(4)).isEqualTo(1.25f);
                        assertThat(row.getDouble(5)).isEqualTo(0.1);
                        assertThat(row.getBigDecimal(6)).isEqualTo(new BigDecimal("-12345678901234.56789"));
                        assertThat(row.getString(7)).isEqualTo("grüße 🚀 ' \\");
                        assertThat(row.getBytes(8)).containsExactly(0, 1, -1, 92);
                        assertThat(row.getObject(9, LocalDate.class)).isEqualTo(LocalDate.of(2024, 2, 29));
                        assertThat(row.getObject(10, LocalDateTime.class)).isEqualTo(LocalDateTime.of(1999, 12, 31, 23, 59, 59, 123_456_000));
                        assertThat(row.getObject(11, OffsetDateTime.class).toInstant())
                                .isEqualTo(OffsetDateTime.of(2030, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(5)).toInstant());
                        assertThat(row.getObject(12)).isEqualTo(uuid);
                        assertThat(row.getBoolean(13)).isTrue();
                        assertThat((Integer[]) row.getArray(14).getArray()).containsExactly(1, null, 3);
                        assertThat((String[]) row.getArray(15).getArray()).containsExactly("a,b", "\"q\"", null);
                        assertThat(row.getString(16)).isEqualTo("{\"k\": [1, 2.50, null]}");
                        assertThat(row.next()).isFalse();
                    }
                }
            }
        }
    }

    @Test
    void metadataDescribesTables() throws SQLException {
        run("create table parent (id int primary key, code varchar(10) not null unique)",
                "create table child (id bigserial primary key, parent_id int references parent (id) on delete cascade, amount numeric(12, 2) default 0)",
                "create view v as select id from parent", "comment on table child is 'a comment'");
        DatabaseMetaData metadata = connection.getMetaData();
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = metadata.getTables(null, schema, "%", new String[] {"TABLE", "VIEW"})) {
            while (rows.next()) tables.add(rows.getString("TABLE_NAME") + ":" + rows.getString("TABLE_TYPE") + ":" + rows.getString("REMARKS"));
        }
        assertThat(tables).containsExactly("child:TABLE:a comment", "parent:TABLE:null", "v:VIEW:null");
        List<String> columns = new ArrayList<>();
        try (ResultSet rows = metadata.getColumns(null, schema, "child", "%")) {
            while (rows.next()) {
                columns.add(rows.getString("COLUMN_NAME") + ":" + rows.getString("TYPE_NAME") + ":" + rows.getInt("COLUMN_SIZE") + ":"
                        + rows.getString("IS_NULLABLE") + ":" + rows.getString("IS_AUTOINCREMENT"));
            }
        }
        assertThat(columns).containsExactly("id:bigserial:19:NO:YES", "parent_id:int4:10:YES:NO", "amount:numeric:12:YES:NO");
        try (ResultSet keys = metadata.getImportedKeys(null, schema, "child")) {
            assertThat(keys.next()).isTrue();
            assertThat(keys.getString("PKTABLE_NAME") + ":" + keys.getString("FKCOLUMN_NAME") + ":" + keys.getInt("DELETE_RULE"))
                    .isEqualTo("parent:parent_id:" + DatabaseMetaData.importedKeyCascade);
        }
    }

    @Test
    void serverSidePreparedStatementsSurviveManyRunsAndSchemaChanges() throws SQLException {
        run("create table t (id int primary key, v int)", "insert into t select i, i * 2 from generate_series(1, 50) i");
        try (PreparedStatement select = connection.prepareStatement("select v from t where id = ?")) {
            for (int i = 1; i <= 50; i++) {
                select.setInt(1, i);
                try (ResultSet row = select.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getInt(1)).isEqualTo(i * 2);
                }
                if (i == 25) run("alter table t add column w int default 9");
            }
        }
    }

    @Test
    void savepointsUndoOnlyWhatCameAfter() throws SQLException {
        run("create table t (id int primary key)");
        connection.setAutoCommit(false);
        run("insert into t values (1)");
        Savepoint savepoint = connection.setSavepoint("here");
        assertThat(state(() -> run("insert into t values (2)", "insert into t values (1)"))).isEqualTo("23505");
        connection.rollback(savepoint);
        run("insert into t values (3)");
        connection.releaseSavepoint(savepoint);
        connection.commit();
        assertThat(TestNode.values(connection, "select id from t order by id")).containsExactly("1", "3");
    }

    @Test
    void isolationLevelAndReadOnlyAreSet() throws SQLException {
        for (int level : new int[] {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ,
                Connection.TRANSACTION_SERIALIZABLE}) {
            connection.setTransactionIsolation(level);
            assertThat(connection.getTransactionIsolation()).isEqualTo(level);
        }
        run("create table t (id int)");
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        assertThat(state(() -> run("insert into t values (1)"))).isEqualTo("25006");
        connection.rollback();
    }

    @Test
    void cancelAndTimeoutsEndAStatementAndTheConnectionGoesOn() throws Exception {
        try (Statement statement = connection.createStatement(); ExecutorService executor = Executors.newSingleThreadExecutor();
                Connection observer = TestNode.connect()) {
            int pid = connection.unwrap(PGConnection.class).getBackendPID();
            Future<String> state = executor.submit(() -> state(() -> statement.execute("select pg_sleep(60)")));
            while (!"active".equals(TestNode.value(observer, "select state from pg_stat_activity where pid = " + pid))) Thread.onSpinWait();
            statement.cancel();
            assertThat(state.get()).isEqualTo("57014");
        }
        try (Statement statement = connection.createStatement()) {
            run("set statement_timeout = '50ms'");
            assertThat(state(() -> statement.execute("select pg_sleep(60)"))).isEqualTo("57014");
            run("reset statement_timeout");
            assertThat(value("select 5")).isEqualTo("5");
        }
    }

    @Test
    void settingsAreUndoneWithTheirTransaction() throws SQLException {
        connection.setAutoCommit(false);
        run("set application_name = 'one'");
        connection.commit();
        run("set application_name = 'two'");
        connection.rollback();
        assertThat(value("show application_name")).isEqualTo("one");
        run("set local application_name = 'three'");
        connection.commit();
        assertThat(value("show application_name")).isEqualTo("one");
    }

    @Test
    void severalStatementsInOneMessageAreOneTransaction() throws SQLException {
        try (Connection simple = TestNode.connect("preferQueryMode", "simple", "currentSchema", schema)) {
            TestNode.run(simple, "create table t (id int primary key)");
            assertThat(state(() -> TestNode.run(simple, "insert into t values (1); insert into t values (1)"))).isEqualTo("23505");
            assertThat(TestNode.value(simple, "select count(*) from t")).isEqualTo("0");
            assertThat(state(() -> TestNode.run(simple, "insert into t values (1); commit; insert into t values (2); select 1/0")))
                    .isEqualTo("22012");
            assertThat(TestNode.values(simple, "select id from t")).containsExactly("1");
            TestNode.run(simple, "begin; insert into t values (3); rollback; insert into t values (4)");
            assertThat(TestNode.values(simple, "select id from t order by id")).containsExactly("1", "4");
        }
    }

    @Test
    void textsThatDifferInLiteralsGiveEachItsOwnAnswer() throws SQLException {
        try (Connection simple = TestNode.connect("preferQueryMode", "simple", "currentSchema", schema)) {
            TestNode.run(simple, "create table t (id int primary key, n int, s varchar(4))");
            for (int i = -3; i <= 3; i++) TestNode.run(simple, "insert into t values (" + i + ", " + -i * 10 + ", 's" + i + "')");
            for (int i = -3; i <= 3; i++) {
                TestNode.run(simple, "update t set n = n + " + i + " where id = " + i);
                assertThat(TestNode.value(simple, "select n from t where id = " + i)).isEqualTo(Integer.toString(-9 * i));
                assertThat(TestNode.value(simple, "select s from t where id = '" + i + "'")).isEqualTo("s" + i);
            }
            assertThat(state(() -> TestNode.value(simple, "select s from t where id = '1x'"))).isEqualTo("22P02");
            assertThat(state(() -> TestNode.run(simple, "insert into t values (9, 9, 'too long')"))).isEqualTo("22001");
            assertThat(TestNode.values(simple, "select n from t where id = 3000000000")).isEmpty();
        }
    }

    @Test
    void notificationsArriveWithoutAsking() throws SQLException {
        run("listen events");
        try (Connection other = TestNode.connect()) {
            TestNode.run(other, "notify events, 'first'");
            other.setAutoCommit(false);
            TestNode.run(other, "select pg_notify('events', g::text) from generate_series(1, 3) g");
            other.commit();
        }
        List<String> payloads = new ArrayList<>();
        while (payloads.size() < 4) {
            org.postgresql.PGNotification[] arrived = connection.unwrap(PGConnection.class).getNotifications(10_000);
            assertThat(arrived).isNotEmpty();
            for (var each : arrived) payloads.add(each.getName() + " " + each.getParameter());
        }
        assertThat(payloads).containsExactly("events first", "events 1", "events 2", "events 3");
    }
}
