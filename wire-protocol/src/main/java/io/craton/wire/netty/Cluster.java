package io.craton.wire.netty;

import io.craton.core.session.Leadership;

/**
 * The cluster as the wire sees it.
 *
 * @param node number of this node, from 1 to 127: part of its clients' process ids
 */
public record Cluster(int node, Leadership leadership, Carrier carrier) {
    /** A node without peers. */
    public static final Cluster ALONE = new Cluster(1, Leadership.LONE, Carrier.NONE);

    public Cluster {
        if (node < 1 || node > 127) throw new IllegalArgumentException("node " + node + " is not between 1 and 127");
    }
}
