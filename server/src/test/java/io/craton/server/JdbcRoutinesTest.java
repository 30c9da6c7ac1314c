package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Functions, procedures and triggers as programs use them through pgjdbc, against a real node. */
@ExtendWith(TestNode.class)
class JdbcRoutinesTest {
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = TestNode.connect("currentSchema", TestNode.newSchema());
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    private void run(String... statements) throws SQLException {
        TestNode.run(connection, statements);
    }

    @Test
    void functionsAreCalledByTheEscapeSyntax() throws SQLException {
        run("create function add(a int, b int) returns int language plpgsql as $$ begin return a + b; end $$");
        try (CallableStatement call = connection.prepareCall("{ ? = call add(?, ?) }")) {
            call.registerOutParameter(1, Types.INTEGER);
            for (int i = 0; i < 10; i++) { // past the fifth pgjdbc prepares it on the server
                call.setInt(2, i);
                call.setInt(3, 40);
                call.execute();
                assertThat(call.getInt(1)).isEqualTo(40 + i);
            }
        }
    }

    @Test
    void outArgumentsComeBackByNumber() throws SQLException {
        run("create function split(n numeric, out whole int, out part numeric, inout label text) language plpgsql as $$"
                + " begin whole := trunc(n); part := n - trunc(n); label := label || '!'; end $$");
        try (CallableStatement call = connection.prepareCall("{ call split(?, ?, ?, ?) }")) {
            call.setBigDecimal(1, new BigDecimal("3.25"));
            call.registerOutParameter(2, Types.INTEGER);
            call.registerOutParameter(3, Types.NUMERIC);
            call.setString(4, "x");
            call.registerOutParameter(4, Types.VARCHAR);
            call.execute();
            assertThat(call.getInt(2)).isEqualTo(3);
            assertThat(call.getBigDecimal(3)).isEqualByComparingTo("0.25");
            assertThat(call.getString(4)).isEqualTo("x!");
        }
    }

    @Test
    void proceduresEndTransactionsOnTheirOwn() throws SQLException {
        run("create table t (a int primary key)",
                "create procedure fill(n int, inout done int) language plpgsql as $$ begin for i in 1..n loop insert into t values (i);"
                        + " if i % 2 = 0 then commit; else rollback; end if; end loop; select count(*) into done from t; end $$");
        try (CallableStatement call = connection.prepareCall("call fill(?, ?)")) {
            call.setInt(1, 5);
            call.setInt(2, 0);
            call.registerOutParameter(2, Types.INTEGER);
            call.execute();
            assertThat(call.getInt(2)).isEqualTo(2);
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            PSQLException refused = catchThrowableOfType(PSQLException.class, () -> statement.execute("call fill(3, 0)"));
            assertThat(refused.getSQLState()).isEqualTo("2D000");
        }
        connection.rollback();
        connection.setAutoCommit(true);
        assertThat(TestNode.value(connection, "select string_agg(a::text, ',') from t")).isEqualTo("2,4");
    }

    @Test
    void cursorsComeBackAsResultSets() throws SQLException {
        run("create function numbers(n int) returns refcursor language plpgsql as $$ declare c refcursor;"
                + " begin open c for select i, i * i as sq from generate_series(1, n) i; return c; end $$");
        connection.setAutoCommit(false);
        try (CallableStatement call = connection.prepareCall("{ ? = call numbers(?) }")) {
            call.registerOutParameter(1, Types.REF_CURSOR);
            call.setInt(2, 3);
            call.execute();
            List<Integer> squares = new ArrayList<>();
            try (ResultSet rows = (ResultSet) call.getObject(1)) {
                while (rows.next()) squares.add(rows.getInt("sq"));
            }
            assertThat(squares).containsExactly(1, 4, 9);
        }
        connection.rollback();
    }

    @Test
    void errorsAndWarningsCarryTheirParts() throws SQLException {
        run("create function shout(a int) returns int language plpgsql as $$ begin\n raise warning 'half of % is %', a, a / 2 using hint = 'round';\n"
                + " raise exception using message = 'no ' || a, errcode = 'AB123', detail = 'd', hint = 'h', table = 't', column = 'c'; end $$");
        try (PreparedStatement select = connection.prepareStatement("select shout(?)")) {
            select.setInt(1, 7);
            ServerErrorMessage error = catchThrowableOfType(PSQLException.class, select::executeQuery).getServerErrorMessage();
            assertThat(error.getSQLState()).isEqualTo("AB123");
            assertThat(error.getMessage()).isEqualTo("no 7");
            assertThat(error.getDetail()).isEqualTo("d");
            assertThat(error.getHint()).isEqualTo("h");
            assertThat(error.getTable()).isEqualTo("t");
            assertThat(error.getColumn()).isEqualTo("c");
            assertThat(error.getWhere()).isEqualTo("PL/pgSQL function shout(integer) line 3 at RAISE");
            assertThat(select.getWarnings().getMessage()).isEqualTo("half of 7 is 3");
        }
    }

    @Test
    void triggersSeeBatches() throws SQLException {
        run("create table t (a int primary key, b text)", "create table log (n serial, line text)",
                "create function note() returns trigger language plpgsql as $$ begin new.b := upper(new.b);"
                        + " insert into log(line) values (tg_op || ' ' || new.a); return new; end $$",
                "create trigger n before insert or update on t for each row execute function note()");
        try (PreparedStatement insert = connection.prepareStatement("insert into t values (?, ?) returning b", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 1; i <= 3; i++) {
                insert.setInt(1, i);
                insert.setString(2, "row" + i);
                insert.addBatch();
            }
            insert.executeBatch();
            List<String> returned = new ArrayList<>();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                while (keys.next()) returned.add(keys.getString("b"));
            }
            assertThat(returned).containsExactly("ROW1", "ROW2", "ROW3");
        }
        try (PreparedStatement update = connection.prepareStatement("update t set b = ? where a = ?")) {
            for (int i = 0; i < 8; i++) {
                update.setString(1, "x" + i);
                update.setInt(2, 2);
                assertThat(update.executeUpdate()).isEqualTo(1);
            }
        }
        assertThat(TestNode.value(connection, "select b from t where a = 2")).isEqualTo("X7");
        assertThat(TestNode.value(connection, "select count(*) || ' ' || count(*) filter (where line = 'UPDATE 2') from log")).isEqualTo("11 8");
    }

    @Test
    void valuesFromFunctionsThatWriteAreWrittenOnce() throws SQLException {
        run("create table t (a int primary key, b int)", "create table calls (n int)",
                "create function next() returns int language plpgsql as $$ begin insert into calls values (1); return (select count(*) from calls); end $$",
                "insert into t values (1, 0)");
        try (PreparedStatement update = connection.prepareStatement("update t set b = next() where a = ?")) {
            for (int i = 1; i <= 8; i++) {
                update.setInt(1, 1);
                update.executeUpdate();
                assertThat(TestNode.value(connection, "select b || ' ' || (select count(*) from calls) from t")).isEqualTo(i + " " + i);
            }
        }
    }
}
