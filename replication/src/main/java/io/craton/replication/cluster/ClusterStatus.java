package io.craton.replication.cluster;

import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
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
 * @param groups    all groups, the first one included, which the fields above are about; empty where there is no other
 */
public record ClusterStatus(int nodeId, String cluster, String state, int leader, long term, long committed, long applied, long last, long first, List<Peer> peers,
        List<Group> groups) {
    /**
     * Another node.
     *
     * @param state    {@code leader}, {@code follower}, {@code joining}, or {@code unreachable}
     * @param lastSeen since its last answer; null when it never answered this node
     * @param applied  its applied position when it last answered
     */
    public record Peer(int nodeId, String address, String state, boolean voter, @Nullable Duration lastSeen, long applied) {}

    /**
     * A raft group.
     *
     * @param leader the node that leads it, 0 when none is known
     * @param voters node ids
     */
    public record Group(int number, int leader, long term, long committed, long applied, long last, List<Integer> voters) {
        public Group {
            voters = List.copyOf(voters);
        }

        /** As a node that leads or follows in it sees it. */
        public static Group of(int number, GroupStatus status) {
            return new Group(number, status.leader() == null ? 0 : node(status.leader()), status.term(), status.committed(), status.applied(), status.last(),
                    status.voters().stream().map(Group::node).sorted().toList());
        }

        private static int node(String member) {
            return MemberName.parse(member).node();
        }
    }

    /** Of one group. */
    public ClusterStatus(int nodeId, String cluster, String state, int leader, long term, long committed, long applied, long last, long first, List<Peer> peers) {
        this(nodeId, cluster, state, leader, term, committed, applied, last, first, peers, List.of());
    }

    /** The same, with what is known of all groups. */
    public ClusterStatus withGroups(List<Group> all) {
        return new ClusterStatus(nodeId, cluster, state, leader, term, committed, applied, last, first, peers, all);
    }

    /** A node without peers. */
    public static ClusterStatus alone(int nodeId, GroupStatus group) {
        return new ClusterStatus(nodeId, "", group.leading() ? "leader" : "starting", group.leading() ? nodeId : 0, group.term(), group.committed(), group.applied(),
                group.last(), 1, List.of(), List.of());
    }

    public ClusterStatus {
        peers = List.copyOf(peers);
        groups = List.copyOf(groups);
    }

    /** This node is still fetching or applying what the others have. */
    public boolean syncing() {
        return state.equals("joining") || first > 1 || committed - applied > 1_000;
    }

    /** Every voter answers, and each group has a leader. */
    public boolean healthy() {
        return leader != 0 && groups.stream().allMatch(group -> group.leader() != 0) && (state.equals("leader") || state.equals("follower")) && peers.stream().noneMatch(peer -> peer.voter() && peer.state().equals("unreachable"));
    }
}
