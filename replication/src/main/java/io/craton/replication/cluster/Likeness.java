package io.craton.replication.cluster;

import io.craton.replication.raft.MemberName;
import org.jspecify.annotations.Nullable;

/** What a node must have in common with the members before it may become one; they are not harmed by finding out later, but it would be of no use. */
final class Likeness {
    private Likeness() {}

    /** Why this node cannot join those of whom the answer to a greeting comes; null when it can. */
    static @Nullable String refusal(int groups, MemberName other, HostPort place, Note answer) {
        String clocks = Clocks.refusal(other, place, answer);
        if (clocks != null) return clocks;
        long theirs = answer.number("groups");
        return theirs == 0 || theirs == groups ? null : "consensus.groups is " + groups + " on this node, but " + theirs + " on node " + other.node() + " at " + place + "; it is the same on every node";
    }

    /** Why a newcomer that asks is not taken in here; null when it is. */
    static @Nullable String refusal(int groups, Note question) {
        long theirs = question.number("groups");
        return theirs == 0 || theirs == groups ? null : "consensus.groups is " + theirs + " there, but " + groups + " on the leader; it is the same on every node";
    }
}
