package io.craton.replication.cluster;

import io.craton.core.metric.Latencies;
import io.craton.core.session.Leadership.Leader;
import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The groups that this node has members of, by number. The first one, 0, is the cluster's: its voters are the cluster's members. Any thread. */
final class Groups implements AutoCloseable {
    private final List<GroupMember> members;

    /** @param members in the order of their numbers, from 0 on */
    Groups(List<GroupMember> members) {
        this.members = List.copyOf(members);
    }

    int count() {
        return members.size();
    }

    GroupMember first() {
        return members.getFirst();
    }

    List<GroupMember> others() {
        return members.subList(1, members.size());
    }

    /** @throws IndexOutOfBoundsException when this node does not run it */
    GroupMember get(int number) {
        return members.get(number);
    }

    /** Null before it is started, and where this node does not run it. */
    @Nullable RaftGroup running(int number) {
        return number < 0 || number >= members.size() ? null : members.get(number).running();
    }

    /** What another node that asks after a group is told. */
    Note answer(int number) {
        return number < 1 || number >= members.size() ? Note.of("runs", false) : members.get(number).answer();
    }

    /** All of them, the first one as it was seen just now. */
    List<ClusterStatus.Group> standings(GroupStatus first) {
        List<ClusterStatus.Group> all = new ArrayList<>(List.of(ClusterStatus.Group.of(0, first)));
        for (GroupMember other : others()) all.add(other.standing());
        return all;
    }

    Positions positions(GroupStatus first) {
        return Positions.of(standings(first));
    }

    /**
     * The voter that leads at least two groups less than this node does, where this group is the highest that this node leads; null when there is none, or some group has
     * no leader.
     *
     * @param hears whether a voter answered lately
     */
    @Nullable MemberName leadsLess(int highest, List<String> voters, Predicate<MemberName> hears) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (GroupMember member : members) {
            Leader leads = member.leadership().leader();
            if (leads == null || leads.here() && member.number > highest) return null;
            counts.merge(leads.nodeId(), 1, Integer::sum);
        }
        int most = counts.getOrDefault(first().self().node(), 0) - 2;
        MemberName least = null;
        for (String voter : voters) {
            MemberName name = MemberName.parse(voter);
            int count = counts.getOrDefault(name.node(), 0);
            if (count > most || !hears.test(name)) continue;
            most = count - 1;
            least = name;
        }
        return least;
    }

    /** See {@link RaftGroup#commitTimes}, by group; null until the group is there. */
    List<Supplier<@Nullable Latencies>> commitTimes() {
        List<Supplier<@Nullable Latencies>> all = new ArrayList<>();
        for (GroupMember member : members) {
            all.add(() -> {
                RaftGroup running = member.running();
                return running == null ? null : running.commitTimes();
            });
        }
        return all;
    }

    /** The first one last. */
    @Override
    public void close() {
        for (GroupMember member : members.reversed()) member.close();
    }
}
