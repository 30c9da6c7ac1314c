package io.craton.server.config;

import io.craton.replication.cluster.ClusterConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a node needs to know to start.
 *
 * @param bind where clients connect; PostgreSQL, TLS and HTTP share the port
 * @param fsync false only for {@code sync_mode = "async"}
 * @param cluster the other nodes; null for a node alone
 * @param forceRecover leave lost members of a cluster behind
 */
public record NodeConfig(Path dataDir, InetSocketAddress bind, int nodeId, long segmentBytes, boolean fsync, long cacheBytes,
        long checkpointInterval, @Nullable ClusterConfig cluster, boolean forceRecover) {

    /** A bare start: one node, loopback, PostgreSQL's port. */
    public static NodeConfig of(Path dataDir, InetSocketAddress bind) {
        return new NodeConfig(dataDir, bind, 1, 64L << 20, true, Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 4), 10_000, null, false);
    }

    /** The same node as a member of a cluster, or alone when null. */
    public NodeConfig withCluster(int id, @Nullable ClusterConfig members, boolean recover) {
        return new NodeConfig(dataDir, bind, id, segmentBytes, fsync, cacheBytes, checkpointInterval, members, recover);
    }

    /** Parses HOST:PORT, [IPv6]:PORT or :PORT (all addresses). */
    public static InetSocketAddress parseAddress(String text, String origin) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) throw badAddress(text, origin, "expected HOST:PORT");
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        int port;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw badAddress(text, origin, "the port is not a number");
        }
        if (port < 0 || port > 65535) throw badAddress(text, origin, "the port must be between 0 and 65535");
        try {
            return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw badAddress(text, origin, "unknown host " + host);
        }
    }

    private static StartException badAddress(String text, String origin, String why) {
        return new StartException(StartException.USAGE, "invalid address \"" + text + "\" in " + origin + ": " + why);
    }
}
