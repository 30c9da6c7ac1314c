package io.craton.jepsen.cluster;

import io.craton.jepsen.node.Namespace;
import io.craton.jepsen.node.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All nodes on this host's loopback: needs no root, and no link can be cut. */
final class PlainPorts implements Network {
    private final List<Integer> ports = new ArrayList<>();

    PlainPorts(int nodes) throws IOException {
        for (int i = 0; i < 2 * nodes; i++) {
            int port = Node.freePort();
            while (ports.contains(port)) port = Node.freePort();
            ports.add(port);
        }
    }

    @Override
    public String clusterAddress(int node) {
        return "127.0.0.1:" + ports.get(2 * node - 2);
    }

    @Override
    public int clientPort(int node) {
        return ports.get(2 * node - 1);
    }

    @Override
    public @Nullable Namespace namespace(int node) {
        return null;
    }

    @Override
    public List<String> prefix(int node) {
        return List.of();
    }

    @Override
    public boolean canCut() {
        return false;
    }

    @Override
    public Heal cut(int from, int to) throws IOException {
        throw new IOException("links between plain ports cannot be cut");
    }

    @Override
    public Heal slow(int node, int kilobits) throws IOException {
        throw new IOException("links between plain ports cannot be slowed");
    }

    @Override
    public Heal lose(int node, double share) throws IOException {
        throw new IOException("links between plain ports lose nothing");
    }

    @Override
    public void close() {}
}
