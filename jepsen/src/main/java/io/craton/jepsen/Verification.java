package io.craton.jepsen;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A command that examines the data folder while no node runs on it; a status other than 0 is a problem. */
record Verification(List<String> command) {
    Verification {
        command = List.copyOf(command);
    }

    /** No command: nothing is examined. */
    static Verification none() {
        return new Verification(List.of());
    }

    List<String> run(Path data) throws IOException, InterruptedException {
        if (command.isEmpty()) return List.of();
        List<String> full = new ArrayList<>(command);
        full.addAll(List.of("--data-dir", data.toString()));
        Process process = new ProcessBuilder(full).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() == 0 ? List.of() : List.of(String.join(" ", command) + ": " + output);
    }
}
