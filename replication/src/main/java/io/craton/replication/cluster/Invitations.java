package io.craton.replication.cluster;

import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an operator's wish to add a node reaches that node: the leader tells it where the members are, and it asks them to take it in a little later. Any thread. */
final class Invitations {
    private final FolderIdentity identity;
    private final MemberName self;
    private final Places places;
    private final Asking asking;
    private final Acquaintances acquaintances;
    private final Standing standing;

    Invitations(FolderIdentity identity, MemberName self, Places places, Asking asking, Acquaintances acquaintances, Standing standing) {
        this.identity = identity;
        this.self = self;
        this.places = places;
        this.asking = asking;
        this.acquaintances = acquaintances;
        this.standing = standing;
    }

    /** On the leader: sends the newcomer at this place to the members, which take it in when it asks. Null, or why not. */
    @Nullable String send(GroupStatus status, String text) {
        try {
            HostPort place = HostPort.parse(text);
            Note there = asking.ask(place, standing.hello());
            if (there == null) return "no node answers at " + place + " that knows the same secret";
            MemberName newcomer = MemberName.parse(there.text("name"));
            if (status.voters().contains(newcomer.toString())) return "node " + newcomer.node() + " is a member already";
            HostPort namesake = newcomer.node() == self.node() ? HostPort.of(self) : acquaintances.namesake(newcomer);
            if (namesake != null) return "node id " + newcomer.node() + " is used by the node at " + namesake + "; give each node its own --node-id";
            String members = String.join(",", status.voters().stream().map(voter -> MemberName.parse(voter).address()).toList());
            Note answer = asking.ask(place, Note.of("ask", "invited", "cluster", identity.cluster(), "members", members));
            return answer == null ? "the node at " + place + " does not answer any more" : answer.text("refused").isEmpty() ? null : answer.text("refused");
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** On the newcomer: a cluster would have this node, which asks there from now on, if it has none. */
    Note receive(Note question) {
        if (!identity.cluster().isEmpty() && !identity.cluster().equals(question.text("cluster"))) {
            return Note.of("refused", "node " + self.node() + " belongs to another cluster (" + identity.cluster() + "); it needs an empty data folder");
        }
        List<HostPort> members = new ArrayList<>();
        for (String place : question.text("members").split(",")) if (!place.isEmpty()) members.add(HostPort.parse(place));
        places.invitedTo(members);
        return Note.of("done", true, "node", self.node());
    }
}
