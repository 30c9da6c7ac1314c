package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

/**
 * A tenant full of a secret word, and an attacker who owns the tenant beside it: whatever the attacker asks, by names, oids, positions, locks and texts, the word is not
 * in an answer, nor in an error. The same questions asked inside the tenant find it, so that the search is known to work.
 */
@ExtendWith(TestNode.class)
@Timeout(400)
class TenantIsolationTest {
    private static final int ATTACKS = 300;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final String secret = "zz" + Long.toString(Math.abs(seed), 36);
    private final String victimName = "victim_" + Long.toString(Math.abs(seed), 36);
    private final String attackerName = "attacker_" + Long.toString(Math.abs(seed), 36);
    private Connection victim;
    private Connection attacker;
    private final List<Integer> oids = new ArrayList<>();
    private long position;

    private static Connection connect(String database, String user) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + TestNode.port() + "/" + database + "?ApplicationName=app", user, "");
    }

    @BeforeEach
    void open() throws SQLException {
        System.out.println("seed " + seed);
        try (Connection admin = TestNode.connect()) {
            TestNode.run(admin, "create role " + attackerName + " login", "create database " + victimName, "create database " + attackerName + " owner " + attackerName,
                    "revoke connect on database " + victimName + " from public");
        }
        victim = connect(victimName, "postgres");
        TestNode.run(victim, "create table t (id int primary key, v text unique)", "insert into t values (1, '" + secret + "')",
                "create table " + secret + " (" + secret + "_a int default 7 check (" + secret + "_a > 0))", "create view v_" + secret + " as select '" + secret + "' as x",
                "create function f_" + secret + "() returns text language sql as $$ select '" + secret + "' $$", "create sequence s_" + secret,
                "comment on table t is '" + secret + "'", "create type e_" + secret + " as enum ('" + secret + "')", "create index i_" + secret + " on t (lower(v))",
                "prepare p_" + secret + " as select '" + secret + "'", "listen ch", "select nextval('s_" + secret + "')", "analyze");
        for (String oid : TestNode.values(victim, "select oid::text from pg_class where relnamespace = 'public'::regnamespace union select oid::text from pg_proc where pronamespace = "
                + "'public'::regnamespace union select oid::text from pg_type where typnamespace = 'public'::regnamespace union select oid::text from pg_constraint where conrelid <> 0")) {
            oids.add(Integer.parseInt(oid));
        }
        position = Long.parseLong(TestNode.values(victim, "select craton_position()::text").getFirst());
        victim.setAutoCommit(false);
        TestNode.run(victim, "select pg_advisory_lock(42)", "update t set v = v || '!' where id = 1", "select '" + secret + "'");
        attacker = connect(attackerName, attackerName);
        TestNode.run(attacker, "create table t (id int primary key, v text unique)", "insert into t values (1, 'mine')", "listen ch");
    }

    @AfterEach
    void close() throws SQLException {
        attacker.close();
        victim.close();
        try (Connection admin = TestNode.connect()) {
            TestNode.run(admin, "drop database " + victimName + " with (force)", "drop database " + attackerName + " with (force)", "drop role " + attackerName);
        }
    }

    private String answer(Connection connection, String sql) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (Statement statement = connection.createStatement()) {
            for (boolean rows = statement.execute(sql); rows || statement.getUpdateCount() >= 0; rows = statement.getMoreResults()) {
                if (!rows) continue;
                try (ResultSet row = statement.getResultSet()) {
                    int columns = row.getMetaData().getColumnCount();
                    while (row.next()) for (int i = 1; i <= columns; i++) text.append(row.getString(i)).append('|');
                }
            }
        } catch (SQLException e) {
            boolean unknown = e.getMessage().contains("could not open relation with OID") || e.getMessage().contains("cache lookup failed"); // PostgreSQL's XX000
            if (e.getSQLState() == null || e.getSQLState().startsWith("08") || e.getSQLState().startsWith("XX") && !unknown) throw new AssertionError(sql, e);
            text.append(e.getMessage()).append(e instanceof org.postgresql.util.PSQLException p && p.getServerErrorMessage() != null ? p.getServerErrorMessage().toString() : "");
        }
        return text.toString();
    }

    private int oid() {
        return oids.get(random.nextInt(oids.size())) + (random.nextInt(4) == 0 ? random.nextInt(5) - 2 : 0);
    }

    /** The word is never in the question, so that an error cannot repeat it. */
    private String attack() {
        int oid = oid();
        long at = Math.max(1, position - random.nextInt(30));
        int victimProcess;
        try {
            victimProcess = victim.unwrap(PGConnection.class).getBackendPID();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return switch (random.nextInt(30)) {
            case 0 -> "select " + oid + "::regclass::text";
            case 1 -> "select pg_get_viewdef(" + oid + "::oid)";
            case 2 -> "select pg_get_functiondef(" + oid + "::oid)";
            case 3 -> "select pg_get_constraintdef(" + oid + "::oid)";
            case 4 -> "select pg_get_indexdef(" + oid + "::oid)";
            case 5 -> "select obj_description(" + oid + "::oid, 'pg_class'), col_description(" + oid + "::oid, 1)";
            case 6 -> "select format_type(" + oid + "::oid, -1)";
            case 7 -> "select * from " + victimName + ".public.t";
            case 8 -> "select v from t where id = 1";
            case 9 -> "select * from t for system_time as of position " + at;
            case 10 -> "set craton.as_of = '" + at + "'; select * from t; reset craton.as_of";
            case 11 -> "select * from craton_log where position between " + (at - 20) + " and " + at;
            case 12 -> "select * from craton_migrations";
            case 13 -> "select * from craton_schema_history";
            case 14 -> "select * from craton_audit";
            case 15 -> "select query, application_name, client_addr::text from pg_stat_activity";
            case 16 -> "select * from pg_locks";
            case 17 -> "select pg_cancel_backend(" + victimProcess + ")";
            case 18 -> "select pg_terminate_backend(" + victimProcess + ")";
            case 19 -> "insert into t values (1, 'again')";
            case 20 -> "select pg_sequence_last_value(" + oid + "::oid)";
            case 21 -> "select " + oid + "::regtype::text, " + oid + "::regproc::text";
            case 22 -> "select pg_relation_size(" + oid + "::oid), pg_total_relation_size(" + oid + "::oid)";
            case 23 -> "select * from pg_stats union all select * from pg_stats limit 3";
            case 24 -> "select has_table_privilege(" + oid + "::oid, 'select'), pg_table_is_visible(" + oid + "::oid)";
            case 25 -> "set role postgres";
            case 26 -> "select pg_describe_object('pg_class'::regclass, " + oid + ", 0)";
            case 27 -> "select database_to_xml(true, true, '')";
            case 28 -> "copy t to stdout";
            default -> "select pg_get_expr(adbin, adrelid) from pg_attrdef";
        };
    }

    @Test
    void nothingOfAnotherTenantIsEverAnswered() throws SQLException {
        for (int i = 0; i < ATTACKS; i++) {
            String sql = attack();
            assertThat(sql.startsWith("copy") ? "" : answer(attacker, sql)).as("seed %d: %s", seed, sql).doesNotContain(secret);
        }
        List<String> relations = TestNode.values(attacker, "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                + "where n.nspname = 'pg_catalog' and c.relkind in ('r', 'v') order by 1");
        assertThat(relationsWith(attacker, relations)).as("seed %d", seed).isEmpty();
        List<String> control = List.of("pg_catalog.pg_attribute", "pg_catalog.pg_class", "pg_catalog.pg_description", "pg_catalog.pg_enum", "pg_catalog.pg_proc");
        assertThat(relationsWith(victim, control)).containsExactlyElementsOf(control);
    }

    /** System relations of which some row has the word. */
    private List<String> relationsWith(Connection connection, List<String> relations) throws SQLException {
        List<String> found = new ArrayList<>();
        for (String relation : relations) if (answer(connection, "select x::text from " + relation + " x").contains(secret)) found.add(relation);
        return found;
    }

    @Test
    void locksNotificationsAndKeysAreEachTenantsOwn() throws SQLException {
        assertThat(answer(attacker, "select pg_try_advisory_lock(42)")).isEqualTo("t|");
        assertThat(answer(attacker, "update t set v = 'other' where id = 1; select v from t")).isEqualTo("other|");
        victim.rollback();
        TestNode.run(victim, "notify ch, '" + secret + "'");
        victim.commit();
        TestNode.run(attacker, "select 1");
        assertThat(attacker.unwrap(PGConnection.class).getNotifications()).isNullOrEmpty();
        assertThat(victim.unwrap(PGConnection.class).getNotifications(30_000)).isNotEmpty();
        assertThatThrownBy(() -> connect(victimName, attackerName)).hasMessageContaining("permission denied for database");
    }

    @Test
    void cancelKeysOfOneTenantEndNothingInAnother() throws SQLException {
        assertThat(answer(attacker, "select pg_terminate_backend(" + victim.unwrap(PGConnection.class).getBackendPID() + ")")).contains("must be a superuser");
        assertThat(answer(victim, "select 5")).isEqualTo("5|");
    }
}
