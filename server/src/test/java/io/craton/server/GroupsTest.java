package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.io.FileStore;
import io.craton.storage.io.RealFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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
                assertThat(TestNode.values(first, "select detail from craton_audit where database = 'b' and class in ('ddl', 'rights') order by position"))
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
