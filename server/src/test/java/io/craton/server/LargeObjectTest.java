package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;
import org.postgresql.fastpath.Fastpath;
import org.postgresql.fastpath.FastpathArg;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** Large objects by SQL's functions and by the protocol's function calls: their bytes, descriptors, savepoints, rights, and what a transaction that only reads may do with them. */
@ExtendWith(TestNode.class)
class LargeObjectTest {
    private static void refused(Connection connection, String state, String statement) {
        assertThatThrownBy(() -> TestNode.run(connection, statement)).as(statement).extracting(e -> ((SQLException) e).getSQLState()).isEqualTo(state);
    }

    @Test
    void bytesAreKeptAndReadInAnyPlace() throws SQLException {
        try (Connection connection = TestNode.connect()) {
            TestNode.run(connection, "select lo_create(4201)", "select lo_put(4201, 3, 'abc')");
            assertThat(TestNode.value(connection, "select lo_get(4201)::text")).isEqualTo("\\x000000616263");
            TestNode.run(connection, "select lo_put(4201, 4096, 'z')");
            assertThat(TestNode.value(connection, "select length(lo_get(4201)) || ' ' || lo_get(4201, 4, 2)::text")).isEqualTo("4097 \\x6263");
            assertThat(TestNode.value(connection, "select string_agg(pageno || ':' || length(data), ' ' order by pageno) from pg_largeobject where loid = 4201"))
                    .isEqualTo("0:6 2:1");
            refused(connection, "23505", "select lo_create(4201)");
            TestNode.run(connection, "select lo_unlink(4201)");
            refused(connection, "42704", "select lo_get(4201)");
            assertThat(TestNode.value(connection, "select count(*) from pg_largeobject where loid = 4201")).isEqualTo("0");
        }
    }

    @Test
    void descriptorsEndWithWhatOpenedThem() throws SQLException {
        try (Connection connection = TestNode.connect()) {
            TestNode.run(connection, "select lo_from_bytea(4202, 'first')");
            connection.setAutoCommit(false);
            TestNode.run(connection, "select lo_open(4202, 262144)", "select lo_put(4202, 0, 'later')");
            assertThat(TestNode.value(connection, "select convert_from(loread(0, 10), 'UTF8')")).isEqualTo("first");
            assertThat(TestNode.value(connection, "select convert_from(lo_get(4202), 'UTF8')")).isEqualTo("later");
            TestNode.run(connection, "savepoint s");
            assertThat(TestNode.value(connection, "select lo_open(4202, 131072)")).isEqualTo("1");
            refused(connection, "55000", "select lowrite(0, 'x')");
            TestNode.run(connection, "rollback to s");
            refused(connection, "42704", "select lo_tell(1)");
            connection.rollback();
            assertThat(TestNode.value(connection, "select convert_from(lo_get(4202), 'UTF8')")).isEqualTo("first");
            refused(connection, "42704", "select lo_tell(0)");
            connection.rollback();
            TestNode.run(connection, "select lo_unlink(4202)");
            connection.commit();
        }
    }

    @Test
    void rightsAreAskedFor() throws SQLException {
        try (Connection connection = TestNode.connect()) {
            TestNode.run(connection, "create role lo_reader", "select lo_from_bytea(4203, 'secret')", "set role lo_reader");
            refused(connection, "42501", "select lo_get(4203)");
            refused(connection, "42501", "select lo_import('/etc/hostname')");
            TestNode.run(connection, "reset role", "grant select on large object 4203 to lo_reader", "comment on large object 4203 is 'c'", "set role lo_reader", "select lo_get(4203)");
            refused(connection, "42501", "select lo_put(4203, 0, 'x')");
            refused(connection, "42501", "select lo_unlink(4203)");
            TestNode.run(connection, "reset role", "alter large object 4203 owner to lo_reader");
            refused(connection, "2BP01", "drop role lo_reader");
            TestNode.run(connection, "drop owned by lo_reader", "drop role lo_reader");
            assertThat(TestNode.value(connection, "select count(*) from pg_largeobject_metadata where oid = 4203")).isEqualTo("0");
        }
    }

    @Test
    void whoOnlyReadsWritesNone() throws SQLException {
        try (Connection connection = TestNode.connect()) {
            TestNode.run(connection, "select lo_from_bytea(4204, 'x')", "begin read only", "select lo_get(4204)");
            refused(connection, "25006", "select lo_open(4204, 131072)");
            TestNode.run(connection, "rollback", "select lo_unlink(4204)");
        }
    }

    /** Effects come row by row, and in a row from left to right. */
    @Test
    void rowsAreWrittenOneAfterTheOther() throws SQLException {
        try (Connection connection = TestNode.connect()) {
            TestNode.run(connection, "select lo_from_bytea(4205, 'abcdef')");
            connection.setAutoCommit(false);
            TestNode.run(connection, "select lo_open(4205, 393216)");
            assertThat(TestNode.values(connection, "select concat_ws(' ', n, convert_from(loread(0, 1), 'UTF8'), lo_tell(0), lowrite(0, 'x'), lo_tell(0)) from generate_series(1, 3) n"))
                    .containsExactly("1 a 1 1 2", "2 c 3 1 4", "3 e 5 1 6");
            try (java.sql.ResultSet rows = connection.createStatement().executeQuery("select loread(0, 1), lo_lseek(0, n, 0), lo_tell(0), lo_put(4205, n, 'y'), lo_get(4205) from generate_series(0, 5) n")) {
                for (int n = 0; rows.next(); n++) {
                    assertThat(new String(rows.getBytes(1), java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo(n == 0 ? "" : "y");
                    assertThat(rows.getInt(3)).isEqualTo(n);
                    assertThat(new String(rows.getBytes(5), java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("axcxex");
                }
            }
            assertThat(TestNode.value(connection, "select convert_from(lo_get(4205), 'UTF8')")).isEqualTo("yyyyyy");
            TestNode.run(connection, "select lo_unlink(4205)");
            connection.commit();
        }
    }

    /** Oids that the node gives out may have been taken before: then those behind all others', and where there are none, those between. */
    @Test
    void oidsThatAreTakenArePassedOver() throws SQLException {
        try (Connection connection = TestNode.connect()) {
            long next = Long.parseLong(TestNode.value(connection, "select lo_creat(-1)")) + 1;
            TestNode.run(connection, "begin", "select lo_create((n)::oid) from generate_series(" + next + ", " + (next + 99) + ") n");
            long behind = Long.parseLong(TestNode.value(connection, "select max(oid::int8) + 1 from pg_largeobject_metadata"));
            assertThat(TestNode.value(connection, "select lo_creat(-1)")).isEqualTo(Long.toString(behind));
            TestNode.run(connection, "select lo_create(4294967295)", "select lo_unlink(" + (next + 50) + "::oid)");
            assertThat(Long.parseLong(TestNode.value(connection, "select lo_creat(-1)"))).isIn(next + 50, behind + 1);
            TestNode.run(connection, "rollback", "select lo_unlink(" + (next - 1) + "::oid)");
        }
    }

    /** A session of the past has the objects as they were, by SQL and by function calls, and changes none. */
    @Test
    void thePastHasThemAsTheyWere() throws SQLException {
        String position;
        try (Connection connection = TestNode.connect()) {
            TestNode.run(connection, "select lo_from_bytea(4206, 'then' || repeat('.', 3000)::bytea)");
            position = TestNode.value(connection, "select craton_position()");
            TestNode.run(connection, "select lo_put(4206, 0, 'now!')", "begin; select lo_open(4206, 131072); select lo_truncate(0, 10); commit");
            assertThat(TestNode.value(connection, "select convert_from(lo_get(4206), 'UTF8')")).isEqualTo("now!......");
            TestNode.run(connection, "select lo_unlink(4206)", "select lo_from_bytea(4207, 'later')");
        }
        try (Connection past = TestNode.connect("options", "-c craton.as_of=" + position)) {
            assertThat(TestNode.value(past, "select length(lo_get(4206)) || ' ' || convert_from(lo_get(4206, 0, 5), 'UTF8')")).isEqualTo("3004 then.");
            assertThat(TestNode.value(past, "select sum(length(data)) from pg_largeobject where loid = 4206")).isEqualTo("3004");
            assertThat(TestNode.value(past, "select count(*) from pg_largeobject_metadata where oid in (4206, 4207)")).isEqualTo("1");
            refused(past, "42704", "select lo_get(4207)");
            for (String write : new String[] {"select lo_put(4206, 0, 'x')", "select lo_create(4208)", "select lo_unlink(4206)"}) refused(past, "25006", write);
            past.setAutoCommit(false);
            LargeObjectManager manager = past.unwrap(PGConnection.class).getLargeObjectAPI();
            try (LargeObject object = manager.open(4206L, LargeObjectManager.READ)) {
                assertThat(new String(object.read(4), java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("then");
                assertThat(object.size64()).isEqualTo(3004);
            }
            past.commit();
        }
        try (Connection connection = TestNode.connect()) {
            TestNode.run(connection, "select lo_unlink(4207)");
        }
    }

    /** pgjdbc calls functions by their oids, as libpq does. */
    @Test
    void driversReachThemByFunctionCalls() throws SQLException {
        try (Connection connection = TestNode.connect()) {
            connection.setAutoCommit(false);
            LargeObjectManager manager = connection.unwrap(PGConnection.class).getLargeObjectAPI();
            long oid = manager.createLO();
            byte[] bytes = new byte[100_000];
            for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 31 >> 3);
            try (LargeObject object = manager.open(oid)) {
                object.write(bytes);
                object.seek64(70_000, LargeObject.SEEK_SET);
                assertThat(object.read(10)).isEqualTo(java.util.Arrays.copyOfRange(bytes, 70_000, 70_010));
                assertThat(object.tell64()).isEqualTo(70_010);
                assertThat(object.size64()).isEqualTo(bytes.length);
                object.truncate64(50_000);
            }
            connection.commit();
            try (LargeObject object = manager.open(oid, LargeObjectManager.READ)) {
                assertThat(object.read(bytes.length)).isEqualTo(java.util.Arrays.copyOf(bytes, 50_000));
            }
            manager.delete(oid);
            connection.commit();
            assertThatThrownBy(() -> manager.open(oid)).extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("42704");
            assertThatThrownBy(() -> manager.createLO()).extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("25P02");
            connection.rollback();
        }
    }

    @Test
    @SuppressWarnings("deprecation")
    void whatCannotBeCalledByItsOidIsRefused() throws SQLException {
        try (Connection connection = TestNode.connect()) {
            Fastpath calls = connection.unwrap(PGConnection.class).getFastpathAPI();
            assertThat(calls.fastpath(1317, new FastpathArg[] {new FastpathArg("cr\u00e9me".getBytes(java.nio.charset.StandardCharsets.UTF_8))})).isEqualTo(new byte[] {0, 0, 0, 5});
            refusedCall(calls, "42883", 4_000_000);
            refusedCall(calls, "0A000", 2108); // sum
            refusedCall(calls, "08P01", 1317); // length, without its argument
            refusedCall(calls, "22012", 154, new FastpathArg(1), new FastpathArg(0)); // int4div
            assertThat(TestNode.value(connection, "select count(*) from pg_prepared_statements where name like '%call%'")).isEqualTo("0");
        }
    }

    private static void refusedCall(@SuppressWarnings("deprecation") Fastpath calls, String state, int function, FastpathArg... arguments) {
        assertThatThrownBy(() -> calls.fastpath(function, arguments)).extracting(e -> ((SQLException) e).getSQLState()).isEqualTo(state);
    }
}
