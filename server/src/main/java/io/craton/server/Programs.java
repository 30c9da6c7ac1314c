package io.craton.server;

import io.craton.server.config.StartException;
import java.io.PrintWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** How all programs but the server run: the command that the first words name, a line for what was wrong, by the command's own name, and the exit status. */
final class Programs {
    private Programs() {}

    /** @param program a class with {@link Command} */
    static int run(Class<?> program, PrintWriter out, PrintWriter err, String... args) {
        String programName = program.getAnnotation(Command.class).name();
        // picocli builds each command that it knows by reflection: only the one that is asked for, which takes a tenth of the time.
        Class<?> command = program;
        String name = programName;
        int words = 0;
        for (Class<?> next = named(command, args, words); next != null; next = named(command, args, words)) {
            command = next;
            name += " " + args[words++];
        }
        CommandLine line = new CommandLine(command).setCommandName(name).setOut(out).setErr(err);
        line.getCommandSpec().version(programName + " " + Version.TEXT);
        line.setParameterExceptionHandler((e, unused) -> {
            String qualified = e.getCommandLine().getCommandSpec().qualifiedName();
            err.println(qualified + ": " + e.getMessage() + " (see " + qualified + " --help)");
            return StartException.USAGE;
        });
        line.setExecutionExceptionHandler((e, failed, result) -> {
            String qualified = failed.getCommandSpec().qualifiedName();
            if (e instanceof StartException failure) {
                failure.getMessage().lines().forEach(each -> err.println(qualified + ": " + each));
                return failure.exitStatus();
            }
            err.println(qualified + ": " + e);
            e.printStackTrace(err);
            return StartException.FAILURE;
        });
        return line.execute(Arrays.copyOfRange(args, words, args.length));
    }

    /** The command under this one that the word at this place names. */
    private static @Nullable Class<?> named(Class<?> command, String[] args, int word) {
        if (word == args.length) return null;
        for (Class<?> each : command.getAnnotation(Command.class).subcommands()) {
            if (each.getAnnotation(Command.class).name().equals(args[word])) return each;
        }
        return null;
    }
}
