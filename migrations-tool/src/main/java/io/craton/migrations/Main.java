package io.craton.migrations;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code craton-migrate}: brings a database to the state of a folder of SQL files. */
@Command(name = "craton-migrate", mixinStandardHelpOptions = true, sortOptions = false, synopsisSubcommandLabel = "COMMAND",
        description = "Applies versioned SQL files (V1__name.sql, V2.1__other.sql) over JDBC, each once and as one transaction.",
        footer = "The password is taken from PGPASSWORD.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:a file, the history or a statement is wrong", "2:wrong command line", "3:the database cannot be reached"})
public final class Main {
    private static final int WRONG = 1;
    private static final int UNREACHABLE = 3;

    @Option(names = "--url", scope = ScopeType.INHERIT, defaultValue = "jdbc:postgresql://127.0.0.1:5432/postgres",
            description = "JDBC address (default: ${DEFAULT-VALUE})")
    private String url = "";

    @Option(names = "--user", scope = ScopeType.INHERIT, defaultValue = "postgres", description = "User (default: ${DEFAULT-VALUE})")
    private String user = "";

    @Option(names = "--dir", scope = ScopeType.INHERIT, defaultValue = "migrations", description = "Folder of the files (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("migrations");

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((e, command, result) -> {
            line.getErr().println("craton-migrate: " + e.getMessage());
            return e instanceof SQLException sql && connectionFailed(sql.getSQLState()) ? UNREACHABLE : WRONG;
        });
        return line;
    }

    private static boolean connectionFailed(@Nullable String state) {
        return state != null && (state.startsWith("08") || state.startsWith("28") || state.startsWith("57P") || state.equals("3D000"));
    }

    @Command(name = "apply", description = "Apply all pending files.")
    int apply() throws SQLException, IOException, MigrationException {
        List<Migration> files = MigrationFolder.read(folder);
        try (Connection connection = connect()) {
            int count = new Migrator(connection).apply(files, migration -> System.out.printf("applied %s%n", migration.file()));
            System.out.printf("%d applied, %d in all%n", count, files.size());
        }
        return 0;
    }

    @Command(name = "status", description = "Show what is applied and what is pending.")
    int status() throws SQLException, IOException, MigrationException {
        List<Migration> files = MigrationFolder.read(folder);
        try (Connection connection = connect()) {
            Migrator migrator = new Migrator(connection);
            for (Applied row : migrator.history()) System.out.printf("applied  %-12s %s  %s%n", row.version(), row.at(), row.file());
            Plan plan = migrator.plan(files);
            for (Migration file : plan.pending()) System.out.printf("pending  %-12s %s%n", file.version(), file.file());
            return problems(plan);
        }
    }

    @Command(name = "plan", description = "Show the files that apply would run, in order.")
    int plan() throws SQLException, IOException, MigrationException {
        List<Migration> files = MigrationFolder.read(folder);
        try (Connection connection = connect()) {
            Plan plan = new Migrator(connection).plan(files);
            for (Migration file : plan.pending()) {
                System.out.printf("%s: %d statements%n", file.file(), SqlScript.split(file.sql()).size());
            }
            return problems(plan);
        }
    }

    @Command(name = "validate", description = "Compare the files with what was applied; changes nothing.")
    int validate() throws SQLException, IOException, MigrationException {
        List<Migration> files = MigrationFolder.read(folder);
        try (Connection connection = connect()) {
            Plan plan = new Migrator(connection).plan(files);
            if (plan.problems().isEmpty()) System.out.printf("valid: %d files, %d pending%n", files.size(), plan.pending().size());
            return problems(plan);
        }
    }

    private static int problems(Plan plan) {
        plan.problems().forEach(problem -> System.err.println("craton-migrate: " + problem));
        return plan.problems().isEmpty() ? 0 : WRONG;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, System.getenv().getOrDefault("PGPASSWORD", ""));
    }
}
