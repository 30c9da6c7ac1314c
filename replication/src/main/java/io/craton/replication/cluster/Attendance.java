package io.craton.replication.cluster;

import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does again and again to be a good member: it greets the others, gives leadership away when it is not fit for it, and asks to be taken in as long as it is no
 * voter. On the keeper's thread.
 */
final class Attendance {
    private static final Logger LOG = LoggerFactory.getLogger(Attendance.class);

    private final FolderIdentity identity;
    private final Standing standing;
    private final Groups groups;
    private final Places places;
    private final Asking asking;
    private final Acquaintances acquaintances;
    private final Admission admission;
    private final MemberName self;
    /** The last line about the leader. */
    private String toldLeader = "";
    private @Nullable String toldRefusal;

    Attendance(FolderIdentity identity, Standing standing, Groups groups, Places places, Asking asking, Acquaintances acquaintances, Admission admission) {
        this.identity = identity;
        this.standing = standing;
        this.groups = groups;
        this.places = places;
        this.asking = asking;
        this.acquaintances = acquaintances;
        this.admission = admission;
        self = groups.first().self();
    }

    /** @param whole the log that raft knows begins at its first entry; until then this node can only learn */
    void look(RaftGroup running, boolean whole) throws InterruptedException, IOException {
        GroupStatus status = running.status();
        tellLeader(status);
        if (status.leading() && groups.first().log.refusal() != null) leaveToOneWithRoom(running, status);
        if (standing.damaged() && status.leading() && status.voters().size() > 1) running.transferLeadership(null);
        greet(status);
        if (!status.voters().contains(self.toString()) && !identity.removed()) askToJoin(status, whole);
    }

    private void tellLeader(GroupStatus status) {
        String leads = status.leader() == null ? "no leader is known" : (status.leader().equals(self.toString()) ? "this node" : "node " + MemberName.parse(status.leader()).node())
                + " leads, in term " + status.term();
        boolean beginsTo = self.toString().equals(status.leader()) && !status.leading();
        if (beginsTo || leads.equals(toldLeader)) return;
        toldLeader = leads;
        LOG.info("{}", leads);
    }

    /** The disk is full here: writes go on at a member whose disk is not. */
    private void leaveToOneWithRoom(RaftGroup running, GroupStatus status) {
        MemberName other = acquaintances.withRoom(status.voters());
        if (other == null) return;
        LOG.warn("the disk is full: leadership goes to node {}", other.node());
        String refusal = running.transferLeadership(other.toString());
        if (refusal != null) LOG.warn("leadership stays here for now: {}", refusal);
    }

    private void greet(GroupStatus status) throws InterruptedException {
        List<String> members = new ArrayList<>(status.voters());
        members.addAll(status.learners());
        acquaintances.round(groups.positions(status));
        List<HostPort> others = new ArrayList<>(places.others());
        others.addAll(admission.newcomers());
        acquaintances.greet(standing.hello(), others, members);
    }

    private void askToJoin(GroupStatus status, boolean whole) throws InterruptedException, IOException {
        String leader = status.leader();
        HostPort place = leader == null ? acquaintances.leader() : HostPort.of(MemberName.parse(leader));
        if (place == null) return;
        Note answer = asking.ask(place, Note.of("ask", "join", "name", self, "cluster", identity.cluster(), "learn", !whole, "groups", groups.count()));
        if (answer == null || answer.text("refused").isEmpty()) return;
        String refusal = place + " does not take this node in: " + answer.text("refused");
        if (!refusal.equals(toldRefusal)) LOG.warn("{}", refusal);
        toldRefusal = refusal;
        if (answer.flag("removed")) identity.markRemoved();
    }
}
