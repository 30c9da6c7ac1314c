package io.craton.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.craton.replication.cluster.ClusterClient;
import io.craton.replication.cluster.HostPort;
import io.craton.replication.rpc.PeerSecurity;
import io.craton.replication.rpc.PeerTls;
import java.nio.file.Path;
import java.io.IOException;
import io.craton.server.config.StartException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code craton-admin cluster ...}. What only looks asks a node's HTTP pages; what changes members goes over the cluster port, to whoever knows the secret. */
@Command(name = "cluster", sortOptions = false, description = "Looks at a cluster and changes its members.", synopsisSubcommandLabel = "COMMAND",
        subcommands = {ClusterCommands.Status.class, ClusterCommands.WaitHealthy.class, ClusterCommands.Ping.class, ClusterCommands.Add.class, ClusterCommands.Remove.class,
            ClusterCommands.Transfer.class})
public final class ClusterCommands {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    private static ClusterClient client() {
        String secret = System.getenv("CRATON_CLUSTER_SECRET");
        PeerSecurity security = PeerSecurity.ofSecret(secret == null ? "" : secret);
        String certificate = System.getenv("CRATON_TLS_CERT");
        String key = System.getenv("CRATON_TLS_KEY");
        String authorities = System.getenv("CRATON_TLS_CA");
        if (certificate == null || key == null || authorities == null) return new ClusterClient(security);
        try {
            return new ClusterClient(security.withTls(PeerTls.load(Path.of(certificate), Path.of(key), Path.of(authorities))));
        } catch (IOException e) {
            throw new StartException(StartException.USAGE, e.getMessage());
        }
    }

    private static HostPort place(CommandSpec spec, String text) {
        try {
            return HostPort.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    /** {@code cluster status}. */
    @Command(name = "status", sortOptions = false, description = "The members, as one node sees them.",
            exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:there is a leader, all members answer, vote and are up to date, and none is joining", "1:not so, or the node does not answer"})
    static final class Status implements Callable<Integer> {
        @Mixin
        private NodeOptions node = new NodeOptions();

        @Option(names = "--json", description = "As JSON")
        private boolean json;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            JsonNode status = node.status();
            boolean healthy = status.path("cluster").path("healthy").asBoolean();
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(status.toPrettyString());
                return healthy ? 0 : 1;
            }
            JsonNode id = status.path("cluster").path("id");
            out.printf("%s, %s, view %s, leader %s%n", id.isTextual() ? "cluster " + id.asText() : "a node of its own", healthy ? "healthy" : "NOT healthy",
                    status.path("view").asText(), status.path("leader").isNull() ? "none" : status.path("leader").asText());
            out.printf("%4s  %-12s %-6s %14s  %-24s %s%n", "node", "state", "votes", "applied_index", "last seen", "address");
            out.printf("%4s  %-12s %-6s %14s  %-24s %s%n", status.path("node_id").asText(), status.path("state").asText(),
                    status.path("state").asText().matches("leader|follower|damaged") ? "yes" : "no", status.path("applied_index").asText(), "(asked)", node.place());
            for (JsonNode peer : status.path("cluster").path("peers")) {
                out.printf("%4s  %-12s %-6s %14s  %-24s %s%n", peer.path("id").asText(), peer.path("state").asText(), peer.path("voter").asBoolean() ? "yes" : "no",
                        peer.path("applied_index").asText(), peer.path("last_seen").isNull() ? "never" : peer.path("last_seen").asText(), peer.path("address").asText());
            }
            if (!status.path("groups").isEmpty()) {
                out.printf("%5s  %-6s %8s %14s %14s  %s%n", "group", "leader", "view", "commit_index", "applied_index", "voters");
                for (JsonNode group : status.path("groups")) {
                    out.printf("%5s  %-6s %8s %14s %14s  %s%n", group.path("group").asText(), group.path("leader").isNull() ? "none" : group.path("leader").asText(),
                            group.path("view").asText(), group.path("commit_index").asText(), group.path("applied_index").asText(), group.path("voters"));
                }
            }
            for (String lack : Lacks.of(status)) out.println("waiting for: " + lack);
            return healthy ? 0 : 1;
        }
    }

    /** {@code cluster wait-healthy}. */
    @Command(name = "wait-healthy", sortOptions = false, description = "Waits until there is a leader, all members answer, vote and are up to date, and none is joining.",
            exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:it is so", "1:it was not within the time"})
    static final class WaitHealthy implements Callable<Integer> {
        /** Between lines that differ: what is copied or caught up with changes all the time. */
        private static final long TELL_NANOS = Duration.ofSeconds(2).toNanos();

        @Mixin
        private NodeOptions node = new NodeOptions();

        @Option(names = "--timeout", paramLabel = "<SECONDS>", defaultValue = "120", description = "How long to wait (default: 120)")
        private int seconds = 120;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws InterruptedException {
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            String last = "";
            long toldAt = 0;
            while (true) {
                String trouble = trouble();
                if (trouble == null) {
                    spec.commandLine().getOut().println("healthy");
                    return 0;
                }
                if (!trouble.equals(last) && (last.isEmpty() || System.nanoTime() - toldAt > TELL_NANOS)) {
                    spec.commandLine().getErr().println("waiting: " + trouble);
                    last = trouble;
                    toldAt = System.nanoTime();
                }
                if (System.nanoTime() > end) throw NodeOptions.failure("not healthy within " + seconds + " s: " + trouble);
                Thread.sleep(200);
            }
        }

        private @Nullable String trouble() {
            JsonNode status;
            try {
                status = node.status();
            } catch (StartException e) {
                return e.getMessage();
            }
            List<String> lacks = Lacks.of(status);
            return lacks.isEmpty() ? null : String.join("; ", lacks);
        }
    }

    /** {@code cluster ping}. */
    @Command(name = "ping", sortOptions = false, description = "Asks each cluster address whether a node answers there. Needs CRATON_CLUSTER_SECRET if the cluster has one.",
            exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:all answer", "1:some do not"})
    static final class Ping implements Callable<Integer> {
        @Option(names = "--peers", paramLabel = "<PEERS>", required = true, split = ",", description = "Cluster addresses, HOST:PORT,...")
        private List<String> peers = List.of();

        @Option(names = "--json", description = "As JSON")
        private boolean json;

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
        private boolean help;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws InterruptedException {
            List<HostPort> places = new ArrayList<>();
            for (String peer : peers) places.add(place(spec, peer));
            boolean all = true;
            ArrayNode pages = new ObjectMapper().createArrayNode();
            try (ClusterClient client = client()) {
                for (HostPort place : places) {
                    ClusterClient.Answer answer = client.ping(place);
                    all &= answer != null;
                    if (json) {
                        var page = pages.addObject().put("address", place.toString()).put("reachable", answer != null);
                        if (answer != null) page.put("id", answer.node()).put("state", answer.state()).put("round_trip_ms", answer.took().toNanos() / 1e6);
                    } else if (answer == null) {
                        spec.commandLine().getOut().printf("%s: no answer (not reachable, or another cluster secret, or TLS on one side alone)%n", place);
                    } else {
                        spec.commandLine().getOut().printf("%s: node %d, %s, %.1f ms%n", place, answer.node(), answer.state(), answer.took().toNanos() / 1e6);
                    }
                }
            }
            if (json) spec.commandLine().getOut().println(pages.toPrettyString());
            return all ? 0 : 1;
        }
    }

    /** Where a change of members is asked for. */
    private static final class ClusterPort {
        @Option(names = "--cluster-address", paramLabel = "<ADDR>", defaultValue = "127.0.0.1:7001",
                description = "Cluster address of any member (default: 127.0.0.1:7001). Needs CRATON_CLUSTER_SECRET if the cluster has one")
        private String address = "127.0.0.1:7001";

        @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
        private boolean help;

        int add(CommandSpec spec, String newcomer, int seconds) throws InterruptedException {
            HostPort member = place(spec, address);
            HostPort there = place(spec, newcomer);
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            try (ClusterClient client = client()) {
                String refusal = client.add(member, there);
                if (refusal != null) throw NodeOptions.failure(refusal);
                while (true) {
                    ClusterClient.Answer answer = client.ping(there);
                    if (answer != null && answer.state().matches("leader|follower")) {
                        spec.commandLine().getOut().println("node " + answer.node() + " is a voter");
                        return 0;
                    }
                    if (System.nanoTime() > end) {
                        throw NodeOptions.failure(answer == null ? "the node at " + there + " does not answer any more" : "node " + answer.node() + " is no voter within " + seconds + " s; it is " + answer.state());
                    }
                    Thread.sleep(200);
                }
            }
        }

        int transfer(CommandSpec spec, int node, int group) throws InterruptedException {
            HostPort place = place(spec, address);
            try (ClusterClient client = client()) {
                String refusal = client.transfer(place, node, group);
                if (refusal != null) throw NodeOptions.failure(refusal);
            }
            spec.commandLine().getOut().println("the leader hands over");
            return 0;
        }

        int change(CommandSpec spec, String what, int node, String done) throws InterruptedException {
            HostPort place = place(spec, address);
            try (ClusterClient client = client()) {
                String refusal = client.change(place, what, node);
                if (refusal != null) throw NodeOptions.failure(refusal);
            }
            spec.commandLine().getOut().println(done);
            return 0;
        }
    }

    /** {@code cluster add}. */
    @Command(name = "add", sortOptions = false, description = "Takes in a node that was started and waits for peers, and waits until it votes.",
            exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:it is a voter", "1:it was refused, or did not become one within the time"})
    static final class Add implements Callable<Integer> {
        @Parameters(paramLabel = "<ADDR>", description = "Its cluster address, HOST:PORT")
        private String newcomer = "";

        @Option(names = "--timeout", paramLabel = "<SECONDS>", defaultValue = "120", description = "How long to wait (default: 120)")
        private int seconds = 120;

        @Mixin
        private ClusterPort port = new ClusterPort();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws InterruptedException {
            return port.add(spec, newcomer, seconds);
        }
    }

    /** {@code cluster remove}. */
    @Command(name = "remove", sortOptions = false, description = "Lets a member go for good; it needs an empty data folder to join again.")
    static final class Remove implements Callable<Integer> {
        @Parameters(paramLabel = "<NODE>", description = "Its node ID")
        private int node;

        @Mixin
        private ClusterPort port = new ClusterPort();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws InterruptedException {
            return port.change(spec, "remove", node, "node " + node + " is no member any more");
        }
    }

    /** {@code cluster transfer-leader}. */
    @Command(name = "transfer-leader", sortOptions = false, description = "Lets another member lead.")
    static final class Transfer implements Callable<Integer> {
        @Parameters(paramLabel = "<NODE>", arity = "0..1", description = "Its node ID; without it, the one with most of the log")
        private int node;

        @Option(names = "--group", paramLabel = "<N>", defaultValue = "0", description = "The raft group it is to lead (default: 0)")
        private int group;

        @Mixin
        private ClusterPort port = new ClusterPort();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws InterruptedException {
            return port.transfer(spec, node, group);
        }
    }
}
