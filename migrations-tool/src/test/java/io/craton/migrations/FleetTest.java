package io.craton.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many databases of a real PostgreSQL; skipped where none is installed. */
final class FleetTest {
    private static final int TENANTS = 8;
    private static @Nullable TemporaryPostgres server;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void startServer() throws Exception {
        Optional<Path> bin = TemporaryPostgres.programs();
        if (bin.isEmpty()) System.err.println("SKIPPED FleetTest: PostgreSQL's programs (initdb) were not found");
        assumeTrue(bin.isPresent(), "PostgreSQL's programs (initdb) were not found");
        server = TemporaryPostgres.start(bin.orElseThrow());
        for (int i = 0; i < TENANTS; i++) sql("postgres", "CREATE DATABASE shop_" + i + " STRATEGY file_copy");
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) server.close();
    }

    @BeforeEach
    void emptyDatabases() throws Exception {
        for (int i = 0; i < TENANTS; i++) sql("shop_" + i, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        file("V1__t.sql", "CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
    }

    private void file(String name, String sql) throws Exception {
        Files.writeString(folder.resolve(name), sql);
    }

    private static String url(String database) {
        return java.util.Objects.requireNonNull(server).url().replace("/postgres", "/" + database);
    }

    private static void sql(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(database), "postgres", ""); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String one(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(database), "postgres", ""); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private record Ran(int status, String out, String err) {}

    private Ran run(String... command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--url", url("postgres"), "--user", "postgres", "--dir", folder.toString()));
        int status = Main.execute(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
        return new Ran(status, out.toString(), err.toString());
    }

    @Test
    void allThatMatchAreMigratedAndTheReportCountsThem() {
        Ran ran = run("apply", "--match", "shop_*", "--canary", "2", "--parallel", "4");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).endsWith("8 tenants: 8 done\n");
        assertThat(run("apply", "--match", "shop_*", "--json").out()).contains("\"current\": 8");
        assertThat(run("status", "--match", "shop_*").out()).startsWith("8 tenants have everything");
        assertThat(run("apply", "--tenant", "nobody").err()).contains("tenant \"nobody\" does not exist");
    }

    @Test
    void aFailingTenantStaysAsItWasAndACanaryKeepsTheOthersSafe() throws Exception {
        sql("shop_1", "CREATE TABLE v (a int)");
        file("V2__u.sql", "CREATE TABLE u (a int)");
        file("V3__v.sql", "CREATE TABLE v (a int)");
        Ran canary = run("apply", "--match", "shop_*", "--canary", "2");
        assertThat(canary.status()).isEqualTo(1);
        assertThat(canary.out()).contains("failed    shop_1: V3__v.sql:1:1: relation \"v\" already exists (42P07)").endsWith("8 tenants: 1 done, 1 failed, 6 skipped\n");
        assertThat(one("shop_1", "SELECT to_regclass('t')")).isEqualTo("null");
        assertThat(one("shop_2", "SELECT to_regclass('t')")).isEqualTo("null");
        Ran all = run("apply", "--match", "shop_*", "--max-failures", "1");
        assertThat(all.out()).endsWith("8 tenants: 6 done, 1 current, 1 failed\n");
    }

    @Test
    void aRunGoesOnWhereItEndedAndRefusesOtherFiles() throws Exception {
        sql("shop_7", "CREATE TABLE t (a int)");
        assertThat(run("apply", "--match", "shop_*").status()).isEqualTo(1);
        sql("shop_7", "DROP TABLE t");
        assertThat(run("apply", "--match", "shop_*", "--resume").out()).endsWith("8 tenants: 1 done, 7 current\n");
        file("V2__u.sql", "CREATE TABLE u (a int)");
        assertThat(run("apply", "--match", "shop_*", "--resume").err()).contains("the files are not those");
    }

    @Test
    void versionsAreTakenBackByTheirUndoFiles() throws Exception {
        file("V2__u.sql", "CREATE TABLE u (a int)");
        file("U2__u.sql", "DROP TABLE u");
        assertThat(run("apply", "--match", "shop_*").status()).isZero();
        assertThat(run("rollback", "--match", "shop_*").out()).endsWith("8 tenants: 8 done\n");
        assertThat(one("shop_3", "SELECT to_regclass('u') IS NULL AND to_regclass('t') IS NOT NULL")).isEqualTo("t");
        assertThat(run("rollback", "--tenant", "shop_3").out()).contains("version 1 cannot be rolled back: there is no file U1__");
        assertThat(run("apply", "--match", "shop_*").out()).endsWith("8 tenants: 8 done\n");
    }

    @Test
    void driftNamesWhatDiffers() throws Exception {
        assertThat(run("apply", "--tenant", "shop_0").status()).isZero();
        assertThat(run("drift", "--tenant", "shop_0", "--replay").out()).startsWith("shop_0: no drift");
        sql("shop_0", "ALTER TABLE t ADD b int, ALTER a SET NOT NULL");
        Ran ran = run("drift", "--tenant", "shop_0");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("shop_0: drift\n  - column public.t.a integer\n  + column public.t.a integer not null\n  + column public.t.b integer\n");
    }

    @Test
    void historiesOfFlywayAndLiquibaseAreTakenOver() throws Exception {
        sql("shop_0", "CREATE TABLE flyway_schema_history (installed_rank int, version text, description text, type text, script text, checksum int, execution_time int, success bool);"
                + "INSERT INTO flyway_schema_history VALUES (1, '1', 't', 'SQL', 'V1__t.sql', " + ForeignHistory.flywayChecksum("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
                + ", 5, true)");
        assertThat(run("import", "flyway", "--tenant", "shop_0").out()).isEqualTo("shop_0: 1 rows imported from flyway\n");
        assertThat(run("apply", "--tenant", "shop_0").out()).isEqualTo("1 tenants: 1 current\n");
        sql("shop_1", "CREATE TABLE databasechangelog (id text, author text, filename text, dateexecuted timestamp, orderexecuted int, md5sum text);"
                + "INSERT INTO databasechangelog VALUES ('7', 'me', 'log.xml', now(), 1, '8:abc')");
        assertThat(run("import", "liquibase", "--baseline", "1", "--tenant", "shop_1").status()).isZero();
        assertThat(run("apply", "--tenant", "shop_1").out()).isEqualTo("1 tenants: 1 current\n");
        assertThat(run("import", "liquibase", "--baseline", "1", "--tenant", "shop_1").err()).contains("has a history of its own already");
    }

    @Test
    void tenantsWithoutAHistoryToImportAreNamedAndTheOthersGoOn() throws Exception {
        for (int i : new int[] {0, 2}) {
            sql("shop_" + i, "CREATE TABLE flyway_schema_history (installed_rank int, version text, description text, type text, script text, checksum int, execution_time int, success bool);"
                    + "INSERT INTO flyway_schema_history VALUES (1, '1', 't', 'SQL', 'V1__t.sql', null, 5, true)");
        }
        Ran ran = run("import", "flyway", "--tenant", "shop_0", "--tenant", "shop_1", "--tenant", "shop_2");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("shop_0: 1 rows imported from flyway\nshop_2: 1 rows imported from flyway\n");
        assertThat(ran.err()).isEqualTo("craton-migrate: shop_1: there is no history of Flyway here: table flyway_schema_history does not exist (--table names another)\n");
        assertThat(run("import", "liquibase", "--baseline", "1", "--tenant", "shop_1").err()).contains("shop_1: there is no history of Liquibase here: table databasechangelog");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertThat(Main.execute(new PrintWriter(out), new PrintWriter(err), "baseline", "1", "--tenant", "shop_0", "--tenant", "shop_1", "--url", url("postgres"), "--user", "postgres")).isEqualTo(1);
        assertThat(out.toString()).isEqualTo("shop_1: baseline 1\n");
        assertThat(err.toString()).startsWith("craton-migrate: shop_0: version 1 is applied already");
    }

    @Test
    void aBaselineIsAVersionThatTheFilesHave() throws Exception {
        file("V3__u.sql", "CREATE TABLE u (a int)");
        Ran ran = run("baseline", "2", "--placeholder", "a=b", "--tenant", "shop_0");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).startsWith("craton-migrate: there is no file of version 2 in ").endsWith(": the one below is of 1\n");
        assertThat(run("baseline", "33", "--tenant", "shop_0").err()).endsWith(": the one below is of 3\n");
        assertThat(run("baseline", "0.9", "--tenant", "shop_1").out()).as("older than the files").isEqualTo("shop_1: baseline 0.9\n");
        assertThat(run("baseline", "1", "--tenant", "shop_0").out()).isEqualTo("shop_0: baseline 1\n");
        assertThat(run("apply", "--tenant", "shop_0", "--tenant", "shop_1").status()).isZero();
        assertThat(one("shop_0", "SELECT to_regclass('t') IS NULL AND to_regclass('u') IS NOT NULL")).isEqualTo("t");
        assertThat(one("shop_1", "SELECT to_regclass('t') IS NOT NULL AND to_regclass('u') IS NOT NULL")).isEqualTo("t");
        StringWriter err = new StringWriter();
        assertThat(Main.execute(new PrintWriter(err), new PrintWriter(err), "baseline", "4", "--dir", "nowhere", "--url", url("shop_2"))).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("craton-migrate: nowhere: no such folder\n");
    }

    @Test
    void aTenantThatCannotBeComparedIsNamedAndTheOthersAreCompared() throws Exception {
        assertThat(run("apply", "--match", "shop_*").status()).isZero();
        sql("shop_3", "ALTER TABLE t ADD b int; INSERT INTO craton_migration_history SELECT rank + 1, kind, '7', name, 'V7__gone.sql', checksum, applied_at, applied_by, millis, finished, null "
                + "FROM craton_migration_history");
        Ran ran = run("drift", "--match", "shop_*");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("craton-migrate: shop_3: V7__gone.sql: is applied, but the file is missing\n");
        assertThat(ran.out()).contains("shop_2: no drift", "shop_7: no drift").doesNotContain("shop_3");
        sql("shop_4", "ALTER TABLE craton_migration_history RENAME rank TO place");
        ran = run("status", "--match", "shop_*");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("craton-migrate: shop_4: column \"rank\" does not exist (42703)");
        assertThat(ran.out()).contains("7 tenants have everything");
    }

    /** What is new to a tenant that has nothing has rows in one that went on with each version. */
    @Test
    void lintTakesEachFileByItself() throws Exception {
        file("V2__u.sql", "CREATE TABLE u (a int); CREATE INDEX ON u (a); CREATE INDEX ON t (a)");
        StringWriter out = new StringWriter();
        assertThat(Main.execute(new PrintWriter(out), new PrintWriter(out), "lint", "--dir", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("V2__u.sql:1:48: ", "2 files, 1 dangerous statements");
        assertThat(run("plan", "--tenant", "shop_0").out()).doesNotContain("locks");
    }

    /** Wherever the server ends the run's sessions, each tenant has all or nothing, and another run completes it. */
    @Test
    void killedRunsLeaveWholeTenants() throws Exception {
        file("V2__u.sql", "CREATE TABLE u (a int); INSERT INTO u SELECT generate_series(1, 1000)");
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Thread killer = new Thread(() -> {
            Random random = new Random(seed);
            for (int i = 0; i < 4; i++) {
                try {
                    Thread.sleep(random.nextInt(40));
                    sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'craton-migrate'");
                } catch (SQLException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        killer.start();
        Ran ran = run("apply", "--match", "shop_*", "--max-failures", "100");
        killer.join();
        for (int i = 0; i < TENANTS; i++) {
            assertThat(one("shop_" + i, "SELECT (to_regclass('t') IS NULL) = (to_regclass('u') IS NULL)")).as(ran.out()).isEqualTo("t");
        }
        assertThat(run("apply", "--match", "shop_*").status()).isZero();
        assertThat(one("shop_5", "SELECT count(*) FROM u")).isEqualTo("1000");
    }
}
