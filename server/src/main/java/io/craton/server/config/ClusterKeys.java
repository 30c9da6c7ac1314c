package io.craton.server.config;

import io.craton.replication.cluster.ClusterConfig;
import io.craton.replication.cluster.HostPort;
import io.craton.replication.raft.RaftTimings;
import io.craton.replication.rpc.PeerSecurity;
import io.craton.replication.rpc.PeerTls;
import io.craton.wire.tls.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of the configuration that makes a node a member of a cluster. */
final class ClusterKeys {
    private ClusterKeys() {}

    /** Null for a node alone. */
    static @Nullable ClusterConfig cluster(Configuration configuration, boolean forceRecover) {
        String peers = configuration.find(ConfigKey.CLUSTER_PEERS);
        if (peers == null) return null;
        List<HostPort> others = new ArrayList<>();
        for (String peer : peers.split(",")) others.add(HostPort.parse(peer));
        InetSocketAddress listen = NodeConfig.address(configuration, ConfigKey.CLUSTER_ADDRESS);
        String advertise = configuration.find(ConfigKey.ADVERTISE_ADDRESS);
        HostPort own = advertise == null ? advertised(listen) : HostPort.parse(advertise);
        String secret = configuration.find(ConfigKey.CLUSTER_SECRET);
        PeerTls tls = tls(configuration);
        if (secret == null && tls == null && !listen.getAddress().isLoopbackAddress()) {
            throw usage(configuration.place(ConfigKey.CLUSTER_ADDRESS) + "the cluster address " + configuration.text(ConfigKey.CLUSTER_ADDRESS)
                    + " can be reached from other machines: set " + ConfigKey.CLUSTER_SECRET.environment() + " to the same secret on every node, "
                    + "or tls_cert, tls_key and tls_ca, or listen on a loopback address with --cluster-address");
        }
        PeerSecurity security = PeerSecurity.ofSecret(secret == null ? "" : secret);
        return new ClusterConfig((int) configuration.number(ConfigKey.NODE_ID), listen, own, others, tls == null ? security : security.withTls(tls),
                timings(configuration), forceRecover);
    }

    /** Nodes speak TLS with each other when there is an authority by which they know each other's certificates. */
    private static @Nullable PeerTls tls(Configuration configuration) {
        TlsSettings settings = NodeConfig.tls(configuration);
        if (settings == null || settings.authorities() == null) return null;
        try {
            return PeerTls.load(settings.certificate(), settings.key(), settings.authorities());
        } catch (IOException e) {
            throw usage(e.getMessage());
        }
    }

    /** Connections between nodes use what the files say now, from the next one on. */
    static void reload(PeerTls tls, Configuration configuration) throws IOException {
        TlsSettings settings = NodeConfig.tls(configuration);
        if (settings != null && settings.authorities() != null) tls.reload(settings.certificate(), settings.key(), settings.authorities());
    }

    private static RaftTimings timings(Configuration configuration) {
        long least = configuration.number(ConfigKey.ELECTION_TIMEOUT_MIN);
        long most = configuration.find(ConfigKey.ELECTION_TIMEOUT_MAX) == null ? 2 * least : configuration.number(ConfigKey.ELECTION_TIMEOUT_MAX);
        long heartbeat = configuration.find(ConfigKey.HEARTBEAT_INTERVAL) == null ? Math.max(1, least / 10) : configuration.number(ConfigKey.HEARTBEAT_INTERVAL);
        return new RaftTimings(Duration.ofMillis(least), Duration.ofMillis(most), Duration.ofMillis(heartbeat),
                (int) configuration.number(ConfigKey.MAX_ENTRIES_PER_RPC));
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
