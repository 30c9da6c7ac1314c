package io.craton.server;

import io.craton.server.admin.ClusterCommands;
import io.craton.server.admin.StatusCommand;
import io.craton.server.admin.VerifyCommand;
import io.craton.server.config.StartException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-admin}: looks after nodes and data folders. */
@Command(name = "craton-admin", sortOptions = false, subcommands = {StatusCommand.class, AdminMain.NodeCommand.class, ClusterCommands.class, VerifyCommand.class, AdminMain.LogCommand.class},
        description = "Looks after Craton's nodes and data folders.", synopsisSubcommandLabel = "COMMAND")
public final class AdminMain implements Callable<Integer> {
    @Option(names = {"-h", "--help"}, usageHelp = true, scope = CommandLine.ScopeType.LOCAL, description = "Print help")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Print version")
    private boolean version;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }

    /** {@code craton-admin node}. */
    @Command(name = "node", sortOptions = false, subcommands = StatusCommand.OfNode.class, description = "One running node.", synopsisSubcommandLabel = "COMMAND")
    static final class NodeCommand implements Callable<Integer> {
        @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
        private boolean help;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
        }
    }

    /** {@code craton-admin log}. */
    @Command(name = "log", sortOptions = false, subcommands = VerifyCommand.OfLog.class, description = "The event log of a data folder.",
            synopsisSubcommandLabel = "COMMAND")
    static final class LogCommand implements Callable<Integer> {
        @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
        private boolean help;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
        }
    }

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        LogLevels.set("warn");
        int status = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
        if (status != 0) System.exit(status);
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new AdminMain()).setOut(out).setErr(err);
        line.getCommandSpec().version("craton-admin " + Version.TEXT);
        line.setParameterExceptionHandler((e, unused) -> {
            String name = e.getCommandLine().getCommandSpec().qualifiedName();
            err.println(name + ": " + e.getMessage() + " (see " + name + " --help)");
            return StartException.USAGE;
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            String name = command.getCommandSpec().qualifiedName();
            if (e instanceof StartException failure) {
                err.println(name + ": " + failure.getMessage());
                return failure.exitStatus();
            }
            err.println(name + ": " + e);
            e.printStackTrace(err);
            return StartException.FAILURE;
        });
        return line.execute(args);
    }
}
