package io.craton.wire.netty;

import io.craton.core.session.Leadership;
import java.util.List;

/**
 * The cluster as the wire sees it.
 *
 * @param node number of this node, from 1 to 127: part of its clients' process ids
 * @param groups who runs the sessions of each raft group's databases, by the number of the group; one at least
 */
public record Cluster(int node, List<Leadership> groups, Carrier carrier) {
    /** A node without peers. */
    public static final Cluster ALONE = new Cluster(1, Leadership.LONE, Carrier.NONE);

    public Cluster {
        if (node < 1 || node > 127) throw new IllegalArgumentException("node " + node + " is not between 1 and 127");
        groups = List.copyOf(groups);
    }

    /** With one group. */
    public Cluster(int node, Leadership leadership, Carrier carrier) {
        this(node, List.of(leadership), carrier);
    }

    /** Of a group that this node does not have nobody knows who leads it. */
    Leadership leadership(int group) {
        return group < groups.size() ? groups.get(group) : Leadership.UNKNOWN;
    }
}
