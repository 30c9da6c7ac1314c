package io.craton.migrations;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code craton-migrate}: brings a database, or a thousand, to the state of a folder of SQL files. */
@Command(name = "craton-migrate", mixinStandardHelpOptions = true, version = "craton-migrate 0.1.0", sortOptions = false, synopsisSubcommandLabel = "COMMAND",
        subcommands = {ReadCommand.Show.class, LintCommand.class, ReadCommand.Validate.class, ChangeCommand.Apply.class, ReadCommand.Status.class,
                ChangeCommand.Rollback.class, DriftCommand.class, BaselineCommand.class, ImportCommand.class},
        description = {"Applies SQL files over JDBC: versioned ones (V1__name.sql, V2.1__other.sql, 003_third.sql) once each and in order, "
                + "repeatable ones (R__name.sql) whenever they change; U1__name.sql takes version 1 back."},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:a file, the history or a statement is wrong, or a tenant failed", "2:wrong command line", "3:the database cannot be reached", "78:no JDK 25 found"})
public final class Main {
    static final int WRONG = 1;
    static final int USAGE = 2;
    private static final int UNREACHABLE = 3;

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        System.exit(execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    public static boolean isCommand(String name) {
        return Arrays.stream(Main.class.getAnnotation(Command.class).subcommands()).anyMatch(each -> each.getAnnotation(Command.class).name().equals(name));
    }

    /** Also what {@code craton-admin migrate} calls. The answer is the exit status. */
    public static int execute(PrintWriter out, PrintWriter err, String... args) {
        for (Class<?> each : Main.class.getAnnotation(Command.class).subcommands()) {
            String name = each.getAnnotation(Command.class).name();
            // picocli builds each command that it knows by reflection: only the one that is asked for.
            if (args.length > 0 && name.equals(args[0])) return execute(new CommandLine(each).setCommandName("craton-migrate " + name), out, err, Arrays.copyOfRange(args, 1, args.length));
        }
        return execute(new CommandLine(new Main()), out, err, args);
    }

    private static int execute(CommandLine line, PrintWriter out, PrintWriter err, String... args) {
        if (!(line.getCommandSpec().userObject() instanceof Main)) line.addMixin("help", new Help());
        line.setOut(out).setErr(err);
        line.setParameterExceptionHandler((e, unused) -> {
            String name = e.getCommandLine().getCommandSpec().qualifiedName();
            err.println(name + ": " + e.getMessage() + " (see " + name + " --help)");
            return USAGE;
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            boolean expected = e instanceof SQLException || e instanceof MigrationException || e instanceof java.io.IOException;
            String text = e instanceof SQLException sql ? ServerError.text(sql) : expected && e.getMessage() != null ? e.getMessage() : e.toString();
            err.println("craton-migrate: " + text);
            if (e instanceof MigrationException wrong) return wrong.exitStatus();
            return e instanceof SQLException sql && connectionFailed(sql.getSQLState()) ? UNREACHABLE : WRONG;
        });
        return line.execute(args);
    }

    private static boolean connectionFailed(@Nullable String state) {
        return state != null && (state.startsWith("08") || state.startsWith("28") || state.startsWith("57P") || state.equals("3D000"));
    }

    /** Every command has it. */
    @Command
    private static final class Help {
        @CommandLine.Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
        private boolean help;
    }
}
