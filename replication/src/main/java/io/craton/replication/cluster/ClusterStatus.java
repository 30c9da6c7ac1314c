package io.craton.replication.cluster;

import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import java.time.Duration;
import java.util.ArrayList;
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
 * @param progress  how far this node and the cluster's members are on their way
 */
public record ClusterStatus(int nodeId, String cluster, String state, int leader, long term, long committed, long applied, long last, long first, List<Peer> peers,
        List<Group> groups, Progress progress) {
    /**
     * Another node.
     *
     * @param state    {@code leader}, {@code follower}, {@code joining}, {@code damaged}, {@code removed}, {@code forming} or {@code unreachable}
     * @param lastSeen since its last answer; null when it never answered this node
     * @param applied  its applied position when it last answered
     * @param behind   entries of all groups that it had not applied then, although they had been committed a second before
     * @param first    position of the first entry in its log; above 1 it fetches the entries in front
     * @param copied   how much of its copy of the projections it has, in words; empty when it takes none
     */
    public record Peer(int nodeId, String address, String state, boolean voter, @Nullable Duration lastSeen, long applied, long behind, long first, String copied) {
        /** What it still lacks, in words; empty when nothing. */
        public String progress() {
            return copied.isEmpty() ? lacking(first, behind) : copied;
        }
    }

    /**
     * How far this node and the members are on their way.
     *
     * @param known  this node has asked the others often enough to tell
     * @param behind entries of all groups that this node has not applied, although they were committed a second ago
     * @param change the change of members that is under way, in words; empty for none
     */
    public record Progress(boolean known, long behind, String change) {
        public static final Progress DONE = new Progress(true, 0, "");
    }

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

        private int majority() {
            return voters.isEmpty() ? 0 : voters.size() / 2 + 1;
        }

        private static int node(String member) {
            return MemberName.parse(member).node();
        }
    }

    /** Of one group. */
    public ClusterStatus(int nodeId, String cluster, String state, int leader, long term, long committed, long applied, long last, long first, List<Peer> peers) {
        this(nodeId, cluster, state, leader, term, committed, applied, last, first, peers, List.of(), Progress.DONE);
    }

    /** The same, with what is known of all groups. */
    public ClusterStatus withGroups(List<Group> all) {
        return new ClusterStatus(nodeId, cluster, state, leader, term, committed, applied, last, first, peers, all, progress);
    }

    /** The same, with how far things are. */
    public ClusterStatus withProgress(Progress now) {
        return new ClusterStatus(nodeId, cluster, state, leader, term, committed, applied, last, first, peers, groups, now);
    }

    /** A node without peers. */
    public static ClusterStatus alone(int nodeId, GroupStatus group) {
        return new ClusterStatus(nodeId, "", group.leading() ? "leader" : "starting", group.leading() ? nodeId : 0, group.term(), group.committed(), group.applied(),
                group.last(), 1, List.of());
    }

    public ClusterStatus {
        peers = List.copyOf(peers);
        groups = List.copyOf(groups);
    }

    /** This node is still fetching or applying what the others have. */
    public boolean syncing() {
        return state.equals("joining") || first > 1 || progress.behind() > 0 || committed - applied > 1_000;
    }

    /** Each group has a leader, every member answers, votes and is up to date, nobody is on the way in, and no change of members is under way. */
    public boolean healthy() {
        return lacks().isEmpty();
    }

    /** What is still to come until the cluster is healthy, each in words that name the node; empty when it is. */
    public List<String> lacks() {
        List<String> lacks = new ArrayList<>();
        if (leader == 0) lacks.add("there is no leader");
        for (Group group : groups) if (group.number() > 0 && group.leader() == 0) lacks.add("group " + group.number() + " has no leader");
        if (state.equals("removed")) lacks.add("node " + nodeId + " is removed");
        else if (!votes(state)) lacks.add("node " + nodeId + " is " + state + inBrackets(lacking(first, progress.behind())));
        else if (progress.behind() > 0) lacks.add("node " + nodeId + " is " + lacking(first, progress.behind()));
        else if (!progress.known()) lacks.add("node " + nodeId + " has not heard of the others yet");
        for (Peer peer : peers) lack(peer, lacks);
        if (!groups.isEmpty()) {
            for (Group group : groups) {
                if (group.leader() == 0) continue;
                for (int voter : groups.getFirst().voters()) if (!group.voters().contains(voter)) lacks.add("node " + voter + " does not vote in group " + group.number() + " yet");
            }
        }
        if (!progress.change().isEmpty()) lacks.add("a change of members is under way: " + progress.change());
        return lacks;
    }

    /** Whether a majority of this group is on as many nodes as one of the first. As far as this node knows; not, where it is no member yet. */
    public boolean asSafe(int group) {
        if (group == 0) return true;
        for (Group one : groups) if (one.number() == group) return one.majority() >= groups.getFirst().majority();
        return false;
    }

    private static void lack(Peer peer, List<String> lacks) {
        String name = "node " + peer.nodeId();
        switch (peer.state()) {
            case "unreachable" -> {
                if (peer.voter()) lacks.add(name + " does not answer");
            }
            case "leader", "follower" -> {
                if (peer.voter() && peer.behind() > 0) lacks.add(name + " is " + peer.progress());
            }
            case "removed" -> {} // it still runs, and is no member
            default -> lacks.add(name + " is " + peer.state() + inBrackets(peer.progress()));
        }
    }

    private static boolean votes(String state) {
        return state.equals("leader") || state.equals("follower");
    }

    private static String lacking(long first, long behind) {
        String log = first > 1 ? "fetches its log in front of position " + first : "";
        if (behind == 0) return log;
        return behind + (behind == 1 ? " entry behind" : " entries behind") + (log.isEmpty() ? "" : ", and " + log);
    }

    private static String inBrackets(String text) {
        return text.isEmpty() ? "" : " (" + text + ")";
    }
}
