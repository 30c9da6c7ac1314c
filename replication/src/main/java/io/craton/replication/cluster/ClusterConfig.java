package io.craton.replication.cluster;

import io.craton.replication.raft.RaftTimings;
import io.craton.replication.rpc.PeerSecurity;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What a node knows of its cluster when it starts.
 *
 * @param nodeId          1 to 127, different on each node
 * @param listen          where other nodes connect
 * @param advertise       what other nodes call this place
 * @param peers           the other nodes; this one may be among them
 * @param forceRecover    a majority is lost for good: this node goes on alone, under a new name in a new cluster, and others may join it
 */
public record ClusterConfig(int nodeId, InetSocketAddress listen, HostPort advertise, List<HostPort> peers, PeerSecurity security,
        RaftTimings timings, boolean forceRecover) {
    public ClusterConfig {
        peers = List.copyOf(peers);
    }

    ClusterConfig withoutForce() {
        return new ClusterConfig(nodeId, listen, advertise, peers, security, timings, false);
    }
}
