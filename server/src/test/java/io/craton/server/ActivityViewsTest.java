package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What one session sees of what others do, hold and wait for. */
@ExtendWith(TestNode.class)
@Timeout(90)
class ActivityViewsTest {
    /** Who waits for whom: the query that PostgreSQL's wiki gives, in short. */
    private static final String BLOCKED = """
            select blocked.pid, blocking.pid, blocked.mode, blocked.locktype
            from pg_locks blocked join pg_locks blocking on blocking.locktype = blocked.locktype
                and blocking.database is not distinct from blocked.database and blocking.relation is not distinct from blocked.relation
                and blocking.transactionid is not distinct from blocked.transactionid
                and blocking.classid is not distinct from blocked.classid and blocking.objid is not distinct from blocked.objid
                and blocking.pid <> blocked.pid
            where not blocked.granted and blocking.granted""";

    private Connection first;
    private Connection second;
    private Connection watcher;

    @BeforeEach
    void open() throws SQLException {
        String schema = TestNode.newSchema();
        first = TestNode.connect("currentSchema", schema);
        second = TestNode.connect("currentSchema", schema);
        watcher = TestNode.connect("currentSchema", schema);
        TestNode.run(first, "create table t (a int primary key, b int)");
        TestNode.run(first, "insert into t values (1, 1)");
        first.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        first.close();
        second.close();
        watcher.close();
    }

    private static int process(Connection connection) throws SQLException {
        return connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
    }

    private CompletableFuture<Void> waiting(String sql) throws SQLException {
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            try {
                TestNode.run(second, sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        String waits = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and pid = " + process(second);
        while (TestNode.values(watcher, waits).isEmpty()) assertThat(waiting).isNotDone();
        return waiting;
    }

    private void blocks(String holding, String waits, String mode, String type) throws Exception {
        TestNode.run(first, holding);
        CompletableFuture<Void> waiting = waiting(waits);
        assertThat(TestNode.values(watcher, BLOCKED)).containsExactly(process(second) + "|" + process(first) + "|" + mode + "|" + type);
        assertThat(TestNode.values(watcher, "select pg_blocking_pids(" + process(second) + ")")).containsExactly("{" + process(first) + "}");
        assertThat(TestNode.values(watcher, "select wait_event, state, query from pg_stat_activity where pid = " + process(second)))
                .containsExactly(type + "|active|" + waits);
        assertThat(TestNode.values(watcher, "select wait_event_type, wait_event, state, xact_start <= query_start from pg_stat_activity where pid = "
                + process(first))).containsExactly("Client|ClientRead|idle in transaction|t");
        first.commit();
        waiting.get(90, TimeUnit.SECONDS);
        assertThat(TestNode.values(watcher, BLOCKED)).isEmpty();
        assertThat(TestNode.values(watcher, "select count(*) from pg_locks where pid = " + process(second))).containsExactly("0");
    }

    @Test
    void rowsAreWaitedForByTransaction() throws Exception {
        blocks("update t set b = 2", "update t set b = 3 where a = 1", "ShareLock", "transactionid");
    }

    @Test
    void tables() throws Exception {
        blocks("lock table t in row share mode", "alter table t add c int", "AccessExclusiveLock", "relation");
    }

    @Test
    void advisoryLocks() throws Exception {
        blocks("select pg_advisory_xact_lock(7, 8)", "select pg_advisory_xact_lock(7, 8)", "ExclusiveLock", "advisory");
        TestNode.run(first, "select pg_advisory_xact_lock_shared(9)");
        assertThat(TestNode.values(watcher, "select classid, objid, objsubid, mode from pg_locks where locktype = 'advisory'"))
                .containsExactly("0|9|1|ShareLock");
    }

    @Test
    void strangersSeeNoQueries() throws SQLException {
        TestNode.run(first, "create role stranger");
        TestNode.run(first, "grant pg_read_all_stats to stranger");
        first.commit();
        TestNode.run(watcher, "set role stranger");
        String queries = "select query, state, client_port is null from pg_stat_activity where pid = " + process(first);
        assertThat(TestNode.values(watcher, queries)).containsExactly("COMMIT|idle|f");
        TestNode.run(first, "revoke pg_read_all_stats from stranger");
        first.commit();
        assertThat(TestNode.values(watcher, queries)).containsExactly("<insufficient privilege>|null|t");
        TestNode.run(watcher, "reset role");
        TestNode.run(first, "drop role stranger");
        first.commit();
    }
}
