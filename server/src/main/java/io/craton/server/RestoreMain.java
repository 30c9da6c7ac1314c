package io.craton.server;

import io.craton.server.backup.RestoreCommand;
import io.craton.server.logging.LogOutput;
import java.io.PrintWriter;

/** {@code craton-restore}. */
public final class RestoreMain {
    private RestoreMain() {}

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        LogOutput.level("warn");
        int status = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
        if (status != 0) System.exit(status);
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        return Programs.run(RestoreCommand.class, out, err, args);
    }
}
