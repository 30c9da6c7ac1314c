package io.craton.server;

import io.craton.server.backup.SnapshotCommand;
import io.craton.server.backup.StreamCommand;
import io.craton.server.logging.LogOutput;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code craton-backup}. */
@Command(name = "craton-backup", sortOptions = false, subcommands = {StreamCommand.class, SnapshotCommand.class}, description = "Backs up Craton's data folders.", synopsisSubcommandLabel = "COMMAND")
public final class BackupMain {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Print version")
    private boolean version;

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        LogOutput.level("warn");
        int status = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
        if (status != 0) System.exit(status);
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        return Programs.run(BackupMain.class, out, err, args);
    }
}
