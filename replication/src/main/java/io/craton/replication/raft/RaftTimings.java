package io.craton.replication.raft;

import java.time.Duration;

/**
 * How often members of a group speak, and how long they wait.
 *
 * @param electionTimeoutMin a member that misses its leader for this long seeks election, at the earliest
 * @param electionTimeoutMax and at the latest: each draws its own between the two
 * @param heartbeat          the leader speaks at least this often; shorter than {@code electionTimeoutMin}
 * @param entriesPerRpc      entries in one message to a follower, at most
 */
public record RaftTimings(Duration electionTimeoutMin, Duration electionTimeoutMax, Duration heartbeat, int entriesPerRpc) {
    public RaftTimings {
        if (electionTimeoutMax.compareTo(electionTimeoutMin) <= 0) throw new IllegalArgumentException(electionTimeoutMin + " .. " + electionTimeoutMax);
        if (heartbeat.compareTo(electionTimeoutMin) >= 0 || heartbeat.toMillis() < 1) throw new IllegalArgumentException("heartbeat " + heartbeat);
    }

    /** From this election timeout up to twice as long, ten heartbeats in the shortest. */
    public static RaftTimings of(Duration electionTimeout) {
        return new RaftTimings(electionTimeout, electionTimeout.multipliedBy(2), electionTimeout.dividedBy(10), 1024);
    }

    /** JRaft knows the heartbeat as a whole fraction of the election timeout: the next one that is no longer than wanted. */
    int heartbeatFactor() {
        return Math.toIntExact(Math.ceilDiv(electionTimeoutMin.toMillis(), heartbeat.toMillis()));
    }
}
