package io.craton.jepsen;

import io.craton.jepsen.cluster.Cluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges the folders of nodes that no longer run: each log and its projections hold, and all logs end in the same head. */
final class Offline {
    private static final Pattern HEAD = Pattern.compile("log: head (\\S+) at entry (\\d+)");

    private final List<String> admin;

    /** @param admin the command {@code craton-admin}; empty for no check */
    Offline(List<String> admin) {
        this.admin = List.copyOf(admin);
    }

    List<String> check(Cluster cluster) throws IOException, InterruptedException {
        List<String> problems = new ArrayList<>();
        if (admin.isEmpty()) return problems;
        Map<String, List<Integer>> heads = new HashMap<>();
        for (int node = 1; node <= cluster.size(); node++) {
            List<String> command = new ArrayList<>(admin);
            command.addAll(List.of("verify", "--data-dir", cluster.node(node).data().toString()));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) problems.add("verify of node " + node + ": " + output);
            Matcher matcher = HEAD.matcher(output);
            if (matcher.find()) heads.computeIfAbsent(matcher.group(1) + " at entry " + matcher.group(2), head -> new ArrayList<>()).add(node);
            else if (process.exitValue() == 0) problems.add("verify of node " + node + " names no head: " + output);
        }
        if (heads.size() > 1) problems.add("the logs differ: " + heads);
        return problems;
    }
}
