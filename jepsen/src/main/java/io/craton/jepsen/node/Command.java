package io.craton.jepsen.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A short program that is run to its end. */
public final class Command {
    private Command() {}

    /** What it printed; a status other than 0 is an error that says so. */
    public static String run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) throw new IOException(String.join(" ", words) + ": " + output.strip());
        return output;
    }
}
