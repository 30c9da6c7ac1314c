package io.craton.replication.cluster;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.Leadership.Leader;
import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What any node has the leader of the first group do: changes of members that an operator asks for, things to be written down, changes of roles and databases. Both ends: the
 * requests, as this node sends them, and the answers of the node that leads. Any thread.
 */
final class LeaderRequests {
    private static final int CLUSTER_CHANGE_MILLIS = 10_000;

    private final MemberName self;
    private final Groups groups;
    private final Asking asking;
    private final Admission admission;
    private final Invitations invitations;
    private volatile Consumer<String> administered = _ -> {};
    private volatile Predicate<byte[]> notes = _ -> false;
    private volatile ClusterNode.@Nullable ClusterChangeTaker changes;

    LeaderRequests(Groups groups, Asking asking, Admission admission, Invitations invitations) {
        this.groups = groups;
        this.asking = asking;
        this.admission = admission;
        this.invitations = invitations;
        self = groups.first().self();
    }

    // ---- as they are sent ----------------------------------------------------------------------------------------

    /** Null, or why not. */
    @Nullable String transferLeader(int node) {
        return onLeader(Note.of("ask", "change", "what", "transfer", "node", node));
    }

    /** Null, or why not. */
    @Nullable String remove(int node) {
        return onLeader(Note.of("ask", "change", "what", "remove", "node", node));
    }

    /** Null, or why not. */
    @Nullable String add(HostPort newcomer) {
        return onLeader(Note.of("ask", "change", "what", "add", "place", newcomer));
    }

    /** Null, or why that may not have happened. */
    @Nullable String note(byte[] bytes) {
        return onLeader(Note.of("ask", "note", "bytes", Base64.getEncoder().encodeToString(bytes)));
    }

    private @Nullable String onLeader(Note question) {
        GroupStatus status = groups.first().status();
        if (status == null) return "the cluster is not formed yet";
        String leader = status.leader();
        if (leader == null) return "the cluster has no leader at present";
        try {
            Note answer = leader.equals(self.toString()) ? answer(question) : asking.ask(HostPort.of(MemberName.parse(leader)), question);
            if (answer == null) return "the leader does not answer; whether it was done is not known";
            return answer.text("refused").isEmpty() ? null : answer.text("refused");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** Waits; null, or what went wrong. */
    @Nullable PgException changeCluster(byte[] payload, long base) {
        RaftGroup running = groups.first().running();
        String leader = running == null ? null : running.leader();
        if (leader == null) return new PgException(SqlState.CANNOT_CONNECT_NOW, "the cluster has no leader at present");
        try {
            Note answer = asking.ask(HostPort.of(MemberName.parse(leader)), Note.of("ask", "cluster change", "base", base, "bytes", Base64.getEncoder().encodeToString(payload)), CLUSTER_CHANGE_MILLIS);
            if (answer == null) return new PgException(SqlState.TRANSACTION_RESOLUTION_UNKNOWN, "the outcome of the transaction is unknown: the leader of the first group does not answer");
            if (answer.text("refused").isEmpty()) return null;
            SqlState state = SqlState.of(answer.text("state"));
            return new PgException(state == null ? SqlState.INTERNAL_ERROR : state, answer.text("refused"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new PgException(SqlState.TRANSACTION_RESOLUTION_UNKNOWN, "the outcome of the transaction is unknown: interrupted");
        }
    }

    // ---- as they are answered ------------------------------------------------------------------------------------

    void onAdministered(Consumer<String> listener) {
        administered = listener;
    }

    void onNotes(Predicate<byte[]> listener) {
        notes = listener;
    }

    void onClusterChange(ClusterNode.ClusterChangeTaker taker) {
        changes = taker;
    }

    /** To {@code change}, {@code note} and {@code cluster change}. */
    Note answer(Note question) {
        return switch (question.text("ask")) {
            case "change" -> change(question);
            case "note" -> noted(question);
            case "cluster change" -> clusterChange(question);
            default -> throw new IllegalArgumentException(question.text("ask"));
        };
    }

    private Note change(Note question) {
        RaftGroup running = groups.running((int) question.number("group"));
        if (running == null) return Note.of("refused", "the cluster is not formed yet");
        GroupStatus status = running.status();
        if (!status.leading()) {
            String leader = status.leader();
            return leader == null ? Note.of("refused", "the cluster has no leader at present") : Note.of("refused", "node does not lead", "leader", leader);
        }
        int node = (int) question.number("node");
        String refusal = switch (question.text("what")) {
            case "transfer" -> admission.transfer(running, node);
            case "remove" -> {
                leaveOtherGroups(node);
                yield admission.remove(running, node);
            }
            case "add" -> invitations.send(status, question.text("place"));
            default -> "unknown change \"" + question.text("what") + "\"";
        };
        if (refusal == null) administered.accept(question.text("what") + (node == 0 ? question.text("place").isEmpty() ? "" : " " + question.text("place") : " node " + node));
        return refusal == null ? Note.of("done", true) : Note.of("refused", refusal);
    }

    /** A node that goes leads nothing first: afterwards nobody tells it any more. */
    private void leaveOtherGroups(int node) {
        for (GroupMember other : groups.others()) {
            Leader leads = other.leadership().leader();
            if (leads == null || leads.nodeId() != node) continue;
            try {
                asking.ask(new HostPort(leads.host(), leads.port()), Note.of("ask", "change", "what", "transfer", "node", 0, "group", other.number));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Note noted(Note question) {
        return notes.test(Base64.getDecoder().decode(question.text("bytes"))) ? Note.of("done", true) : Note.of("refused", "node does not lead");
    }

    private Note clusterChange(Note question) {
        ClusterNode.ClusterChangeTaker taker = changes;
        if (taker == null) return Note.of("refused", "this node is starting", "state", SqlState.CANNOT_CONNECT_NOW.code);
        PgException failure = taker.take(Base64.getDecoder().decode(question.text("bytes")), question.number("base"));
        return failure == null ? Note.of("done", true) : Note.of("refused", failure.error().message(), "state", failure.error().state().code);
    }
}
