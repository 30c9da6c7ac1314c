package io.craton.replication.cluster;

import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import io.craton.storage.entry.Zstandard;
import io.craton.storage.log.EventLog;
import java.util.List;

/** How this node stands in its cluster: what it says of itself to those it greets and those who greet it, and what an operator sees. Any thread. */
final class Standing {
    private final FolderIdentity identity;
    private final Groups groups;
    private final Acquaintances acquaintances;
    private final Admission admission;
    private final MemberName self;
    private final EventLog log;
    private volatile boolean damaged;

    Standing(FolderIdentity identity, Groups groups, Acquaintances acquaintances, Admission admission) {
        this.identity = identity;
        this.groups = groups;
        this.acquaintances = acquaintances;
        this.admission = admission;
        self = groups.first().self();
        log = groups.first().log;
    }

    /** The projections of this node cannot be used any more. */
    void damage() {
        damaged = true;
    }

    boolean damaged() {
        return damaged;
    }

    /** Others should lead if they can. */
    boolean avoidsLeading() {
        return damaged || identity.removed();
    }

    private String state() {
        GroupStatus status = groups.first().status();
        if (identity.removed()) return "removed";
        if (status == null) return log.lastIndex() == 0 ? "forming" : "joining";
        if (status.leading()) return "leader";
        if (damaged) return "damaged";
        return status.voters().contains(self.toString()) ? "follower" : "joining";
    }

    /** The change of members that is under way, as far as this node knows, in words; empty for none. */
    private String change(GroupStatus status) {
        String begun = status.leading() ? admission.underWay() : "";
        return begun.isEmpty() && status.changing() ? "not all voters have agreed to it" : begun;
    }

    /** A greeting, which asks another node how it stands. */
    Note hello() {
        return Note.of("ask", "hello", "name", self, "cluster", identity.cluster(), "clock", Clocks.now());
    }

    /** The answer to one. */
    Note answer() {
        GroupStatus status = groups.first().status();
        return Note.of("name", self, "cluster", identity.cluster(), "last", status == null ? 0 : log.lastIndex(), "whole", log.history().whole(),
                "leader", status == null || status.leader() == null ? "" : status.leader(), "state", state(), "clock", Clocks.now(), "groups", groups.count(), "full", log.refusal() != null, "audits", true, "compressed", Zstandard.isThere(),
                "applied", status == null ? 0 : status.applied(), "positions", status == null ? "" : groups.positions(status), "first", log.firstIndex(), "change", status == null ? "" : change(status));
    }

    ClusterStatus status() {
        GroupStatus status = groups.first().status();
        if (status == null) return new ClusterStatus(self.node(), identity.cluster(), state(), 0, 0, 0, 0, log.lastIndex(), log.firstIndex(), acquaintances.peers(List.of()));
        ClusterStatus own = new ClusterStatus(self.node(), identity.cluster(), state(), status.leader() == null ? 0 : MemberName.parse(status.leader()).node(), status.term(),
                status.committed(), status.applied(), status.last(), log.firstIndex(), acquaintances.peers(status.voters()))
                        .withProgress(acquaintances.progress(groups.positions(status).applied(), change(status)));
        return groups.count() == 1 ? own : own.withGroups(groups.standings(status));
    }
}
