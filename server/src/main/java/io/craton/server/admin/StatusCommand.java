package io.craton.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-admin status}, and {@code node status} for people. */
@Command(name = "status", sortOptions = false, description = "What a running node says of itself and its cluster, as JSON.")
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions node = new NodeOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().getOut().println(node.status().toPrettyString());
        return 0;
    }

    /** {@code craton-admin metrics}. */
    @Command(name = "metrics", sortOptions = false, description = "What a running node counts and measures, in Prometheus's form.")
    public static final class Metrics implements Callable<Integer> {
        @Mixin
        private NodeOptions node = new NodeOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            spec.commandLine().getOut().print(new String(node.get("/metrics"), StandardCharsets.UTF_8));
            spec.commandLine().getOut().flush();
            return 0;
        }
    }

    /** {@code craton-admin node status}. */
    @Command(name = "status", sortOptions = false, description = "What a running node says of itself.")
    public static final class OfNode implements Callable<Integer> {
        @Mixin
        private NodeOptions node = new NodeOptions();

        @Option(names = "--json", description = "As JSON")
        private boolean json;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            JsonNode status = node.status();
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(status.toPrettyString());
                return 0;
            }
            for (String name : new String[] {"node_id", "state", "view", "leader", "commit_index", "applied_index"}) {
                out.printf("%-14s %s%n", name, status.path(name).isNull() ? "none" : status.path(name).asText());
            }
            return 0;
        }
    }
}
