package io.craton.server;

import io.craton.server.config.StartException;
import java.io.PrintWriter;
import picocli.CommandLine;

/** How all programs but the server end: a line for what was wrong, by the command's own name, and the exit status. */
final class Programs {
    private Programs() {}

    static int run(Object program, String programName, PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(program).setOut(out).setErr(err);
        line.getCommandSpec().version(programName + " " + Version.TEXT);
        line.setParameterExceptionHandler((e, unused) -> {
            String name = e.getCommandLine().getCommandSpec().qualifiedName();
            err.println(name + ": " + e.getMessage() + " (see " + name + " --help)");
            return StartException.USAGE;
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            String name = command.getCommandSpec().qualifiedName();
            if (e instanceof StartException failure) {
                failure.getMessage().lines().forEach(each -> err.println(name + ": " + each));
                return failure.exitStatus();
            }
            err.println(name + ": " + e);
            e.printStackTrace(err);
            return StartException.FAILURE;
        });
        return line.execute(args);
    }
}
