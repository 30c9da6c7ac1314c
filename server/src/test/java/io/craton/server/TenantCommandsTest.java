package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code craton-admin tenant} and {@code migrate} against a node. */
@ExtendWith(TestNode.class)
class TenantCommandsTest {
    private record Ran(int status, String out, String err) {}

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-p", String.valueOf(TestNode.port())));
        int status = AdminMain.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
        return new Ran(status, out.toString(), err.toString());
    }

    @Test
    void aTenantIsMadeShownAndDropped() {
        assertThat(run("tenant", "create", "made by \"command\"").out()).matches("tenant \\d+: made by \"command\"\n");
        assertThat(run("tenant", "create", "made by \"command\"").status()).isEqualTo(1);
        assertThat(run("tenant", "create", "made by \"command\"", "--if-not-exists").status()).isZero();
        assertThat(run("tenant", "list").out()).contains("made by \"command\"");
        String info = run("tenant", "info", "made by \"command\"", "--json").out();
        assertThat(info).contains("\"connection_limit\" : -1", "\"memory\" : 0", "\"memory_limit\" : 0", "max_streams_per_tenant", "max_memory_per_tenant");
        String number = info.replaceAll("(?s).*\"tenant\" : (\\d+).*", "$1");
        assertThat(run("tenant", "drop", number).out()).isEqualTo("dropped tenant " + number + ": made by \"command\"\n");
        assertThat(run("tenant", "info", number).err()).isEqualTo("craton-admin tenant info: tenant \"" + number + "\" does not exist\n");
        assertThat(run("tenant", "drop", number, "--if-exists").status()).isZero();
    }

    @Test
    void whatTheServerSaysBesidesIsToldAndANameThatItWouldCutIsRefused() throws Exception {
        run("tenant", "create", "occupied");
        try (Connection other = java.sql.DriverManager.getConnection(TestNode.url().replace("/postgres", "/occupied"), "postgres", "")) {
            assertThat(other.isValid(1)).isTrue();
            assertThat(run("tenant", "drop", "occupied").err()).contains("is being accessed by other users", "DETAIL: There is 1 other session using the database.");
        }
        assertThat(run("tenant", "drop", "occupied", "--force").status()).isZero();
        Ran ran = run("tenant", "create", "n".repeat(64));
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("63 bytes at most");
        assertThat(run("tenant", "list").out()).doesNotContain("nnnn");
    }

    @Test
    void connectionLimitsBelowOneThatMeansNoneAreRefused() throws SQLException {
        assertThat(run("tenant", "create", "invalid", "--connection-limit", "-2").err()).contains("invalid connection limit: -2");
        assertThat(run("tenant", "create", "valid").status()).isZero();
        try (Connection connection = TestNode.connect()) {
            assertThatThrownBy(() -> TestNode.run(connection, "alter database valid connection limit -2")).hasMessageContaining("invalid connection limit: -2")
                    .extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("22023");
            TestNode.run(connection, "alter database valid connection limit 0", "drop database valid");
        }
    }

    @Test
    void migrateTakesTheOtherCommandsToo(@TempDir Path folder) throws Exception {
        run("tenant", "create", "aliased");
        Files.writeString(folder.resolve("V1__t.sql"), "CREATE TABLE t (a int);\n");
        assertThat(run("migrate", "apply", "--tenant", "aliased", "--dir", folder.toString()).out()).isEqualTo("1 tenants: 1 done\n");
        assertThat(run("migrate", "status", "--tenant", "aliased", "--dir", folder.toString()).out()).isEqualTo("1 tenants have everything: aliased\n");
        assertThat(run("migrate", "nonsense", "--tenant", "aliased").status()).isEqualTo(2);
        assertThat(run("tenant", "drop", "aliased").status()).isZero();
    }

    @Test
    void oneFileGoesToOneTenantByItsNumber(@TempDir Path folder) throws Exception {
        String number = run("tenant", "create", "migrated").out().replaceAll("\\D", "");
        Path file = Files.writeString(folder.resolve("001_add_table.sql"), "CREATE TABLE t (a int);\n");
        assertThat(run("migrate", "--tenant", number, "--migration-file", file.toString()).out()).isEqualTo("1 tenants: 1 done\n");
        assertThat(run("migrate", "--tenant", "migrated", "--migration-file", file.toString()).out()).isEqualTo("1 tenants: 1 current\n");
        Files.writeString(file, "CREATE TABLE t (a int, b int);\n");
        Ran changed = run("migrate", "--tenant", "migrated", "--migration-file", file.toString());
        assertThat(changed.status()).isEqualTo(1);
        assertThat(changed.out()).contains("001_add_table.sql: was changed after it had been applied");
        assertThat(run("tenant", "drop", "migrated").status()).isZero();
    }

    @Test
    void twoRunsOnOneTenantKeepApart(@TempDir Path folder) throws Exception {
        run("tenant", "create", "locked");
        Path file = Files.writeString(folder.resolve("V1__t.sql"), "CREATE TABLE t (a int);\n");
        try (Connection other = java.sql.DriverManager.getConnection(TestNode.url().replace("/postgres", "/locked"), "postgres", "")) {
            TestNode.run(other, "SELECT pg_advisory_lock(" + 0x637261746F6E6D69L + ")");
            Ran ran = run("migrate", "--tenant", "locked", "--migration-file", file.toString(), "--lock-wait", "0");
            assertThat(ran.status()).isEqualTo(1);
            assertThat(ran.out()).contains("another run of craton-migrate (server process ").contains("nothing was done");
        }
        assertThat(run("tenant", "drop", "locked").status()).isZero();
    }

    @Test
    void aViewNumbersThem() throws SQLException {
        try (Connection connection = TestNode.connect()) {
            assertThat(TestNode.values(connection, "select tenant || ' ' || database || ' ' || owner from craton_tenants where tenant in (1, 3) order by 1"))
                    .containsExactly("1 postgres postgres", "3 craton postgres");
        }
    }
}
