package io.craton.replication.cluster;

import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Where other nodes are: configured peers, members of a cluster that would have this node, and voters of the first group. Any thread. */
final class Places {
    private final ClusterConfig config;
    private final GroupMember first;
    private final Set<HostPort> invited = ConcurrentHashMap.newKeySet();

    Places(ClusterConfig config, GroupMember first) {
        this.config = config;
        this.first = first;
    }

    /** Of a cluster that would have this node. */
    void invitedTo(List<HostPort> members) {
        invited.addAll(members);
    }

    /** Where the other members are, and who else is known. */
    List<HostPort> others() {
        Set<HostPort> places = new LinkedHashSet<>(config.peers());
        places.addAll(invited);
        GroupStatus status = first.status();
        if (status != null) for (String voter : status.voters()) places.add(HostPort.of(MemberName.parse(voter)));
        places.remove(HostPort.of(first.self()));
        return List.copyOf(places);
    }

    /** Whether one of these hosts is that of a member or of a peer. */
    boolean isMembers(Set<String> hosts) {
        Set<String> known = new LinkedHashSet<>();
        known.add(first.self().host());
        for (HostPort peer : config.peers()) known.add(peer.host());
        GroupStatus status = first.status();
        if (status != null) for (String voter : status.voters()) known.add(MemberName.parse(voter).host());
        return known.stream().anyMatch(host -> hosts.contains(host.toLowerCase(Locale.ROOT)));
    }
}
