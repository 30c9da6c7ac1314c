package io.craton.server;

import io.craton.server.admin.ClusterCommands;
import io.craton.server.admin.ConfigCommands;
import io.craton.server.admin.DiagnosticsCommands;
import io.craton.server.admin.EncryptionCommands;
import io.craton.server.admin.MigrateCommand;
import io.craton.server.admin.ProjectionCommands;
import io.craton.server.admin.SchemaCommands;
import io.craton.server.admin.StatusCommand;
import io.craton.server.admin.RegionCommands;
import io.craton.server.admin.TenantCommands;
import io.craton.server.admin.VerifyCommand;
import io.craton.server.logging.LogOutput;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code craton-admin}: looks after nodes and data folders. A command that only groups others is none itself: picocli says that one is missing. */
@Command(name = "craton-admin", sortOptions = false, subcommands = {StatusCommand.class, StatusCommand.Metrics.class, AdminMain.NodeCommand.class, ClusterCommands.class, VerifyCommand.class,
        AdminMain.LogCommand.class, ConfigCommands.class, ProjectionCommands.class, DiagnosticsCommands.class, EncryptionCommands.class, MigrateCommand.class, SchemaCommands.class, TenantCommands.class, RegionCommands.class}, description = "Looks after Craton's nodes and data folders.", synopsisSubcommandLabel = "COMMAND")
public final class AdminMain {
    @Option(names = {"-h", "--help"}, usageHelp = true, scope = CommandLine.ScopeType.LOCAL, description = "Print help")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Print version")
    private boolean version;

    /** {@code craton-admin node}. */
    @Command(name = "node", sortOptions = false, subcommands = StatusCommand.OfNode.class, description = "One running node.", synopsisSubcommandLabel = "COMMAND")
    static final class NodeCommand {
        @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
        private boolean help;
    }

    /** {@code craton-admin log}. */
    @Command(name = "log", sortOptions = false, subcommands = VerifyCommand.OfLog.class, description = "The event log of a data folder.",
            synopsisSubcommandLabel = "COMMAND")
    static final class LogCommand {
        @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
        private boolean help;
    }

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        LogOutput.level("error"); // what goes wrong is said in a line, by whoever knows what was asked
        int status = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
        if (status != 0) System.exit(status);
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        return Programs.run(AdminMain.class, out, err, args);
    }
}
