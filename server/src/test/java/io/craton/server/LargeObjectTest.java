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
