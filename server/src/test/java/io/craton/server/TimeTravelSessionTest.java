package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.util.PSQLException;

/** The past through a driver: moments as parameters, and sessions that live in it. */
@ExtendWith(TestNode.class)
class TimeTravelSessionTest {
    private String schema;
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        schema = TestNode.newSchema();
        connection = TestNode.connect("currentSchema", schema);
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    private List<String> rows(String sql) throws SQLException {
        return TestNode.values(connection, sql);
    }

    private String position() throws SQLException {
        return rows("select craton_position()").getFirst();
    }

    @Test
    void aParameterNamesTheMoment() throws SQLException {
        TestNode.run(connection, "create table t (id int primary key, v text)", "insert into t values (1, 'old')");
        long before = Long.parseLong(position());
        Timestamp time;
        try (ResultSet now = connection.createStatement().executeQuery("select clock_timestamp()")) {
            now.next();
            time = now.getTimestamp(1);
        }
        TestNode.run(connection, "update t set v = 'new'", "alter table t add column w int default 5");
        long after = Long.parseLong(position());
        try (PreparedStatement byPosition = connection.prepareStatement("select * from t for system_time as of position ? where id = ?")) {
            List<String> seen = new ArrayList<>();
            for (long position : new long[] {before, after, before, after}) {
                byPosition.setLong(1, position);
                byPosition.setInt(2, 1);
                try (ResultSet row = byPosition.executeQuery()) {
                    row.next();
                    seen.add(row.getString("v") + row.getMetaData().getColumnCount());
                }
            }
            assertThat(seen).containsExactly("old2", "new3", "old2", "new3");
        }
        try (PreparedStatement byTime = connection.prepareStatement("select v from t for system_time as of ?::timestamptz")) {
            byTime.setTimestamp(1, time);
            try (ResultSet row = byTime.executeQuery()) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("old");
            }
        }
    }

    @Test
    void aSessionLivesInThePastAndOnlyReads() throws SQLException {
        TestNode.run(connection, "create table gone (id int primary key, v text)", "insert into gone values (1, 'a'), (2, 'b')", "create sequence s");
        String then = position();
        TestNode.run(connection, "drop table gone", "create table later (a int)");
        TestNode.run(connection, "set craton.as_of = '" + then + "'");
        assertThat(rows("select v from gone order by id desc")).containsExactly("b", "a");
        assertThat(rows("select tablename from pg_tables where schemaname = '" + schema + "'")).containsExactly("gone");
        for (String write : List.of("insert into gone values (3, 'c')", "create table x (a int)", "truncate gone", "select nextval('s')", "drop table gone")) {
            assertThat(catchThrowableOfType(SQLException.class, () -> TestNode.run(connection, write)).getSQLState()).as(write).isEqualTo("25006");
        }
        assertThat(catchThrowableOfType(SQLException.class, () -> TestNode.run(connection, "select * from later")).getSQLState()).isEqualTo("42P01");
        try (Connection born = TestNode.connect("options", "-c craton.as_of=" + then + " -c search_path=" + schema)) {
            assertThat(TestNode.values(born, "select v from gone where id = 2")).containsExactly("b");
        }
        TestNode.run(connection, "reset craton.as_of");
        assertThat(rows("select tablename from pg_tables where schemaname = '" + schema + "'")).containsExactly("later");
    }

    @Test
    void momentsThatThereAreNotAreOneClearError() {
        for (String moment : List.of("123456789", "2100-01-01", "tomorrowish", "99999999999999999999")) {
            SQLException refused = catchThrowableOfType(SQLException.class, () -> TestNode.run(connection, "set craton.as_of = '" + moment + "'"));
            assertThat(refused.getSQLState()).as(moment).isEqualTo("22023");
        }
        assertThat(catchThrowableOfType(SQLException.class, () -> TestNode.run(connection, "begin", "select 1", "set craton.as_of = '1'")).getSQLState())
                .isEqualTo("25001");
    }

    private static PSQLException refused(Connection connection, String sql) {
        return catchThrowableOfType(PSQLException.class, () -> TestNode.run(connection, sql));
    }

    private static Connection connectTo(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + TestNode.port() + "/" + database + "?user=postgres");
    }

    @Test
    void thereIsNothingBeforeTheCreationOfADatabase() throws SQLException {
        TestNode.run(connection, "create table t (id int primary key)");
        String before = position();
        String time = rows("select clock_timestamp()").getFirst();
        TestNode.run(connection, "create database born", "alter database born connection limit 5");
        String made;
        try (Connection born = connectTo("born")) {
            TestNode.run(born, "create table t (id int primary key)", "insert into t values (1)");
            String now = TestNode.value(born, "select craton_position()");
            for (String sql : List.of("set craton.as_of = '" + before + "'", "set craton.as_of = '" + time + "'", "select * from t for system_time as of position " + before,
                    "select * from t for system_time as of '" + time + "'", "select * from nothing for system_time as of position 0",
                    "create table copy as select * from t for system_time as of position " + before, "select * from craton_diff('t', " + before + ", " + now + ")",
                    "select * from craton_diff('t', '" + time + "'::timestamptz, now())")) {
                PSQLException refused = refused(born, sql);
                assertThat(refused.getSQLState()).as(sql).isEqualTo("22023");
                assertThat(refused.getMessage()).as(sql).contains("before the creation of the database");
                assertThat(refused.getServerErrorMessage().getDetail()).as(sql).startsWith("It was created at ");
            }
            assertThat(TestNode.value(born, "show craton.as_of")).isEmpty();
            assertThat(TestNode.value(born, "select to_regclass('copy') is null")).isEqualTo("t");
            made = refused(born, "set craton.as_of = '0'").getServerErrorMessage().getDetail().replaceFirst("It was created at position (\\d+), .*", "$1");
            assertThat(Long.parseLong(made)).isBetween(Long.parseLong(before) + 1, Long.parseLong(now) - 3);
            assertThat(refused(born, "set craton.as_of = '" + (Long.parseLong(made) - 1) + "'").getSQLState()).isEqualTo("22023");
            TestNode.run(born, "set craton.as_of = '" + made + "'");
            assertThat(TestNode.value(born, "select count(*) from pg_tables where schemaname = 'public'")).isEqualTo("0");
            TestNode.run(born, "set craton.as_of = '" + now + "'");
            assertThat(TestNode.value(born, "select count(*) from t")).isEqualTo("1");
        }
        assertThat(rows("select count(*) from t for system_time as of position " + before)).containsExactly("0");
        TestNode.run(connection, "drop database born", "create database born");
        try (Connection born = connectTo("born")) {
            assertThat(refused(born, "set craton.as_of = '" + made + "'").getMessage()).as("another one of that name").contains("before the creation");
        }
        TestNode.run(connection, "drop database born");
    }

    @Test
    void databasesThatAreThereFromTheBeginningBeginWithTheLog() throws SQLException {
        TestNode.run(connection, "create table t (id int primary key)");
        for (String sql : List.of("set craton.as_of = '2001-01-01'", "select * from t for system_time as of '2001-01-01'", "select * from craton_diff('t', '2001-01-01'::timestamptz, now())")) {
            PSQLException refused = refused(connection, sql);
            assertThat(refused.getSQLState()).as(sql).isEqualTo("22023");
            assertThat(refused.getMessage()).as(sql).contains("before the creation of the database");
            assertThat(refused.getServerErrorMessage().getDetail()).as(sql).startsWith("The log begins at 20");
        }
    }

    @Test
    void aRightThatWasTakenAwayTakesThePastAway() throws SQLException {
        TestNode.run(connection, "create role reader_of_past", "grant usage on schema " + schema + " to reader_of_past", "create table p (a int)",
                "insert into p values (1)", "grant select on p to reader_of_past");
        String then = position();
        TestNode.run(connection, "set role reader_of_past");
        assertThat(rows("select a from p for system_time as of position " + then)).containsExactly("1");
        TestNode.run(connection, "reset role", "revoke select on p from reader_of_past", "set role reader_of_past");
        assertThat(catchThrowableOfType(SQLException.class, () -> rows("select a from p for system_time as of position " + then)).getSQLState()).isEqualTo("42501");
        TestNode.run(connection, "reset role", "drop table p", "set role reader_of_past");
        assertThat(catchThrowableOfType(SQLException.class, () -> rows("select a from p for system_time as of position " + then)).getSQLState()).isEqualTo("42501");
        TestNode.run(connection, "reset role", "revoke all on schema " + schema + " from reader_of_past", "drop role reader_of_past");
    }
}
