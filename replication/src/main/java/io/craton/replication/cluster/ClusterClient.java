package io.craton.replication.cluster;

import io.craton.replication.raft.MemberName;
import io.craton.replication.rpc.PeerSecurity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What an operator's tool asks nodes over their cluster ports. */
public final class ClusterClient implements AutoCloseable {
    /** @param state as in {@link ClusterStatus} */
    public record Answer(int node, String state, Duration took) {}

    private final Asking asking;

    public ClusterClient(PeerSecurity security) {
        asking = new Asking(security);
    }

    /** Null when nobody answers who knows the same secret. */
    public @Nullable Answer ping(HostPort place) throws InterruptedException {
        Note first = asking.ask(place, Note.of("ask", "hello"));
        if (first == null) return null;
        long from = System.nanoTime();
        Note answer = asking.ask(place, Note.of("ask", "hello"));
        if (answer == null) return null;
        return new Answer(MemberName.parse(answer.text("name")).node(), answer.text("state"), Duration.ofNanos(System.nanoTime() - from));
    }

    /** Asks the leader of a group to let another lead, this one or the one with most of the log when 0; null, or why it was not done. */
    public @Nullable String transfer(HostPort place, int node, int group) throws InterruptedException {
        return change(place, Note.of("ask", "change", "what", "transfer", "node", node, "group", group));
    }

    /** Asks for {@code remove}; null, or why it was not done. */
    public @Nullable String change(HostPort place, String what, int node) throws InterruptedException {
        return change(place, Note.of("ask", "change", "what", what, "node", node));
    }

    /** Lets the cluster that this member belongs to invite the node at another place; null, or why it was not done. It joins a little later. */
    public @Nullable String add(HostPort place, HostPort newcomer) throws InterruptedException {
        return change(place, Note.of("ask", "change", "what", "add", "place", newcomer.toString()));
    }

    private @Nullable String change(HostPort place, Note question) throws InterruptedException {
        if (asking.ask(place, Note.of("ask", "hello")) == null) return "no node answers at " + place + " that knows the same secret";
        Note answer = asking.ask(place, question);
        if (answer == null) return "the node at " + place + " has not answered in time; whether it was done is not known";
        String leader = answer.text("leader");
        if (!leader.isEmpty()) {
            answer = asking.ask(HostPort.of(MemberName.parse(leader)), question);
            if (answer == null) return "the leader does not answer; whether it was done is not known";
        }
        return answer.text("refused").isEmpty() ? null : answer.text("refused");
    }

    @Override
    public void close() {
        asking.close();
    }
}
