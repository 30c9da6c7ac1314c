package io.craton.jepsen.cluster;

import io.craton.jepsen.node.Namespace;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the nodes of a cluster are, and what can be done to the links between them. Nodes are numbered from 1. Controlled by one thread. */
interface Network extends AutoCloseable {
    /** What the other nodes call it. */
    String clusterAddress(int node);

    int clientPort(int node);

    /** Null where clients need no detour. */
    @Nullable Namespace namespace(int node);

    /** Words before the command of a node that put it in its place. */
    List<String> prefix(int node);

    /** Links can be cut, slowed and made lossy. */
    boolean canCut();

    /** Drops, until {@link Heal#heal}, everything that {@code from} sends to {@code to}. */
    Heal cut(int from, int to) throws IOException, InterruptedException;

    /** Lets only a trickle out of the node. */
    Heal slow(int node, int kilobits) throws IOException, InterruptedException;

    /** Loses part of what arrives at the node. */
    Heal lose(int node, double share) throws IOException, InterruptedException;

    @Override
    void close() throws IOException, InterruptedException;

    /** Takes a disturbance back. */
    @FunctionalInterface
    interface Heal {
        void heal() throws IOException, InterruptedException;
    }
}
