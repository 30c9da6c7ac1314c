package io.craton.server.config;

import io.craton.replication.cluster.ClusterConfig;
import io.craton.replication.cluster.HostPort;
import io.craton.replication.rpc.PeerSecurity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The part of the command line that makes a node a member of a cluster. */
public final class ClusterOptions {
    private static final int DEFAULT_PORT = 7001;

    @Option(names = "--node-id", paramLabel = "<ID>", defaultValue = "${env:CRATON_NODE_ID:-1}", description = "Node ID, 1 to 127, different on each node (default: 1)")
    private int nodeId = 1;

    @Option(names = "--cluster-peers", paramLabel = "<PEERS>", defaultValue = "${env:CRATON_CLUSTER_PEERS:-}",
            description = "Comma-separated list of the other nodes' cluster addresses, HOST:PORT; without it the node is alone")
    private String peers = "";

    @Option(names = "--cluster-address", paramLabel = "<ADDR>", defaultValue = "${env:CRATON_CLUSTER_ADDRESS:-:7001}",
            description = "Where other nodes connect (default: :7001); opened only with --cluster-peers")
    private String address = ":7001";

    @Option(names = "--advertise-address", paramLabel = "<ADDR>", defaultValue = "${env:CRATON_ADVERTISE_ADDRESS:-}",
            description = "What other nodes call this place (default: the cluster address, or this host's name where that names no host)")
    private String advertise = "";

    @Option(names = "--election-timeout", paramLabel = "<MS>", defaultValue = "${env:CRATON_ELECTION_TIMEOUT_MIN:-300}",
            description = "Milliseconds without a leader before a node seeks election; up to twice as long (default: 300)")
    private int electionTimeoutMillis = 300;

    @Option(names = "--force-recover",
            description = "A majority of the cluster is lost for good: go on with what this node has, alone, in a new cluster that others may join")
    private boolean forceRecover;

    /** Never on the command line, where others could read it. */
    private static String secret() {
        String secret = System.getenv("CRATON_CLUSTER_SECRET");
        return secret == null ? "" : secret;
    }

    public int nodeId() {
        if (nodeId < 1 || nodeId > 127) throw usage("--node-id must be between 1 and 127");
        return nodeId;
    }

    public boolean forceRecover() {
        return forceRecover;
    }

    /** Null for a node alone. */
    public @Nullable ClusterConfig cluster() {
        if (peers.isBlank()) return null;
        if (electionTimeoutMillis < 50 || electionTimeoutMillis > 60_000) throw usage("--election-timeout must be between 50 and 60000 milliseconds");
        List<HostPort> others = new ArrayList<>();
        for (String peer : peers.split(",")) others.add(place(peer.strip(), "--cluster-peers"));
        InetSocketAddress listen = NodeConfig.parseAddress(address, "--cluster-address");
        HostPort own = advertise.isEmpty() ? advertised(listen) : place(advertise, "--advertise-address");
        String secret = secret();
        if (secret.isEmpty() && !listen.getAddress().isLoopbackAddress()) {
            throw usage("the cluster address " + address + " can be reached from other machines: set CRATON_CLUSTER_SECRET to the same secret on every node, "
                    + "or listen on a loopback address with --cluster-address");
        }
        return new ClusterConfig(nodeId(), listen, own, others, PeerSecurity.ofSecret(secret), Duration.ofMillis(electionTimeoutMillis), forceRecover);
    }

    private static HostPort place(String text, String origin) {
        try {
            return HostPort.parse(text.indexOf(':') < 0 ? text + ":" + DEFAULT_PORT : text);
        } catch (IllegalArgumentException e) {
            throw usage("invalid address in " + origin + ": " + e.getMessage());
        }
    }

    private static HostPort advertised(InetSocketAddress listen) {
        try {
            String host = listen.getAddress().isAnyLocalAddress() ? InetAddress.getLocalHost().getHostName() : listen.getAddress().getHostAddress();
            return new HostPort(host, listen.getPort());
        } catch (UnknownHostException e) {
            throw usage("this host's name does not resolve (" + e.getMessage() + "); say with --advertise-address what other nodes call it");
        }
    }

    private static StartException usage(String message) {
        return new StartException(StartException.USAGE, message);
    }
}
