package io.craton.replication.cluster;

import io.craton.replication.raft.GroupStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one node sees it.
 *
 * @param state     {@code leader}, {@code follower}, {@code joining} (not yet a voter), {@code forming} (waits for the other nodes), {@code damaged} (votes, but its projections cannot
 *                  be used) or {@code removed}
 * @param leader    the node that leads, 0 when none is known
 * @param term      the raft term, which the operations guide calls view
 * @param committed position up to which entries are known to be on a majority
 * @param first     position of the first entry in this node's log; above 1 the entries in front are being fetched
 */
public record ClusterStatus(int nodeId, String cluster, String state, int leader, long term, long committed, long applied, long last, long first, List<Peer> peers) {
    /**
     * Another node.
     *
     * @param state    {@code leader}, {@code follower}, {@code joining}, or {@code unreachable}
     * @param lastSeen since its last answer; null when it never answered this node
     * @param applied  its applied position when it last answered
     */
    public record Peer(int nodeId, String address, String state, boolean voter, @Nullable Duration lastSeen, long applied) {}

    /** A node without peers. */
    public static ClusterStatus alone(int nodeId, GroupStatus group) {
        return new ClusterStatus(nodeId, "", group.leading() ? "leader" : "starting", group.leading() ? nodeId : 0, group.term(), group.committed(), group.applied(),
                group.last(), 1, List.of());
    }

    public ClusterStatus {
        peers = List.copyOf(peers);
    }

    /** This node is still fetching or applying what the others have. */
    public boolean syncing() {
        return state.equals("joining") || first > 1 || committed - applied > 1_000;
    }

    /** Every voter answers, and there is a leader. */
    public boolean healthy() {
        return leader != 0 && (state.equals("leader") || state.equals("follower")) && peers.stream().noneMatch(peer -> peer.voter() && peer.state().equals("unreachable"));
    }
}
