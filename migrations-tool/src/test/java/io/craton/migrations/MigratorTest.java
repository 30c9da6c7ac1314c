package io.craton.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** The whole tool against a real PostgreSQL; skipped where none is installed. */
final class MigratorTest {
    private static @Nullable TemporaryPostgres server;

    @BeforeAll
    static void startServer() throws Exception {
        Optional<Path> bin = TemporaryPostgres.programs();
        if (bin.isEmpty()) System.err.println("SKIPPED MigratorTest: PostgreSQL's programs (initdb) were not found");
        assumeTrue(bin.isPresent(), "PostgreSQL's programs (initdb) were not found");
        server = TemporaryPostgres.start(bin.orElseThrow());
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) server.close();
    }

    @BeforeEach
    void emptyDatabase() throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }
    }

    private static String url() {
        return java.util.Objects.requireNonNull(server).url();
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", "");
    }

    private static int apply(List<Migration> files) throws SQLException, MigrationException {
        try (Connection connection = connect()) {
            return new Migrator(connection, Placeholders.of(java.util.Map.of()), java.time.Duration.ofMinutes(1)).apply(MigrationSet.of(files, true), Migrator.Unit.FILE, QUIET).size();
        }
    }

    private static final Migrator.Listener QUIET = new Migrator.Listener() {
        @Override
        public void waits(String why) {}

        @Override
        public void done(Migration file) {}
    };

    private static String one(String sql) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    @Test
    void appliesEachFileOnce() throws Exception {
        List<Migration> files = List.of(Migration.of("V1__t.sql", "CREATE TABLE t (a int); INSERT INTO t VALUES (1)"),
                Migration.of("V2__more.sql", "INSERT INTO t VALUES (2);"));
        assertThat(apply(files.subList(0, 1))).isEqualTo(1);
        assertThat(apply(files)).isEqualTo(1);
        assertThat(apply(files)).isZero();
        assertThat(one("SELECT string_agg(a::text, ',' ORDER BY a) FROM t")).isEqualTo("1,2");
        assertThat(one("SELECT string_agg(version || ' ' || name, ',' ORDER BY version) FROM craton_migration_history")).isEqualTo("1 t,2 more");
    }

    @Test
    void failedFileHasNoEffectAndIsNamedWithItsLine() throws Exception {
        List<Migration> files = List.of(Migration.of("V1__t.sql", "CREATE TABLE t (a int);"),
                Migration.of("V2__bad.sql", "INSERT INTO t VALUES (1);\n\nINSERT INTO t\n  VALUES (nowhere);\n"));
        assertThatThrownBy(() -> apply(files)).isInstanceOf(MigrationException.class)
                .hasMessageStartingWith("V2__bad.sql:4:11: column \"nowhere\" does not exist (42703)");
        assertThat(one("SELECT count(*) FROM t")).isEqualTo("0");
        assertThat(one("SELECT count(*) FROM craton_migration_history")).isEqualTo("1");
    }

    @Test
    void deferredConstraintFailsAtCommitWithTheFile() throws Exception {
        assertThatThrownBy(() -> apply(List.of(Migration.of("V1__d.sql", "CREATE TABLE p (a int PRIMARY KEY);"
                + "CREATE TABLE c (a int REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (1)"))))
                .isInstanceOf(MigrationException.class).hasMessageContaining("V1__d.sql: at commit:").hasMessageContaining("23503");
        assertThat(one("SELECT to_regclass('p')")).isEqualTo("null");
    }

    @Test
    void transactionControlInAFileIsRefused() throws Exception {
        assertThatThrownBy(() -> apply(List.of(Migration.of("V1__c.sql", "CREATE TABLE t (a int);\nCOMMIT;"))))
                .hasMessage("V1__c.sql:2:1: COMMIT is not allowed: each file is one transaction already");
        assertThat(one("SELECT to_regclass('t')")).isEqualTo("null");
    }

    @Test
    void concurrentRunsApplyEachFileOnce() throws Exception {
        List<Migration> files = List.of(Migration.of("V1__t.sql", "CREATE TABLE t (a int)"), Migration.of("V2__s.sql", "CREATE TABLE s (a int)"));
        List<Callable<Integer>> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) runs.add(() -> apply(files));
        int applied = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> run : threads.invokeAll(runs)) applied += run.get();
        }
        assertThat(applied).isEqualTo(2);
    }

    @Test
    void commandsAnswerWithTheirExitStatus(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("V1__t.sql"), "CREATE TABLE t (a int);");
        String[] options = {"--url", url(), "--dir", folder.toString()};
        assertThat(run("status", options)).isZero();
        assertThat(run("plan", options)).isZero();
        assertThat(one("SELECT to_regclass('craton_migration_history')")).isEqualTo("null");
        assertThat(run("apply", options)).isZero();
        assertThat(run("validate", options)).isZero();
        Files.writeString(folder.resolve("V1__t.sql"), "CREATE TABLE t (a bigint);");
        assertThat(run("validate", options)).isEqualTo(1);
        assertThat(run("apply", options)).isEqualTo(1);
        assertThat(run("apply", "--url", "jdbc:postgresql://127.0.0.1:1/postgres", "--dir", folder.toString())).isEqualTo(3);
        assertThat(run("nonsense")).isEqualTo(2);
    }

    private static int run(String command, String... options) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(options));
        return Main.execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), all.toArray(String[]::new));
    }
}
