package io.craton.replication.cluster;

import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes of members, by the leader: one at a time. Any thread. */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final int CHANGE_SECONDS_MAX = 10;
    private static final long WISH_FORGOTTEN_NANOS = Duration.ofSeconds(3).toNanos();

    private final FolderIdentity identity;
    private final MemberName self;
    private final Acquaintances acquaintances;
    private final AtomicBoolean changing = new AtomicBoolean();
    /** What is being changed, in words; empty for nothing. */
    private volatile String underWay = "";
    /** Newcomers that may join, and when they asked last. */
    private final Map<MemberName, Long> wishes = new ConcurrentHashMap<>();
    /** Incarnations let go while this node led. */
    private final Set<String> removed = ConcurrentHashMap.newKeySet();

    Admission(FolderIdentity identity, MemberName self, Acquaintances acquaintances) {
        this.acquaintances = acquaintances;
        this.identity = identity;
        this.self = self;
    }

    /**
     * A node asks to be a voter, or for now a learner. It asks again and again until it is one.
     *
     * @param groups how many groups this node has
     */
    Note join(RaftGroup group, Note question, int groups) {
        GroupStatus status = group.status();
        if (!status.leading()) return Note.of("wait", true);
        MemberName newcomer = MemberName.parse(question.text("name"));
        if (!question.text("cluster").equals(identity.cluster())) {
            return Note.of("refused", "it belongs to another cluster (" + question.text("cluster") + ", this one is " + identity.cluster() + ")");
        }
        if (removed.contains(newcomer.incarnation())) return Note.of("refused", "it was removed", "removed", true);
        if (newcomer.node() == self.node()) return Note.of("refused", "node id " + newcomer.node() + " is the leader's");
        if (status.voters().contains(newcomer.toString())) return Note.of("done", true);
        HostPort namesake = acquaintances.namesake(newcomer);
        if (namesake != null) return Note.of("refused", "node id " + newcomer.node() + " is used by the node at " + namesake + "; give each node its own --node-id");
        String unlike = Likeness.refusal(groups, question);
        if (unlike != null) return Note.of("refused", unlike);
        HostPort twin = acquaintances.twin(newcomer);
        if (twin != null) {
            return Note.of("refused", "its data folder is a copy of the one that node " + newcomer.node() + " at " + twin + " runs on; start one of them alone, or this one with an empty folder and its own --node-id");
        }
        wishes.put(newcomer, System.nanoTime());
        if (question.flag("learn")) return learn(group, status, newcomer);
        if (status.learners().contains(newcomer.toString())) {
            // Raft does not turn one into the other; it asks again.
            changeLearners(group, others(status.learners(), newcomer), "let node " + newcomer.node() + " vote, which has the whole log");
            return Note.of("wait", true);
        }
        List<String> voters = new ArrayList<>();
        for (String voter : status.voters()) if (MemberName.parse(voter).node() != newcomer.node()) voters.add(voter);
        boolean replaces = voters.size() < status.voters().size();
        voters.add(newcomer.toString());
        change(group, voters, "take in node " + newcomer.node() + " at " + newcomer.address() + (replaces ? " in place of its former self" : ""));
        return Note.of("wait", true);
    }

    private Note learn(RaftGroup group, GroupStatus status, MemberName newcomer) {
        if (status.learners().contains(newcomer.toString())) return Note.of("done", true);
        List<String> learners = others(status.learners(), newcomer);
        learners.add(newcomer.toString());
        changeLearners(group, learners, "keep node " + newcomer.node() + " at " + newcomer.address() + " up to date until it has the whole log and can vote");
        return Note.of("wait", true);
    }

    private static List<String> others(List<String> members, MemberName one) {
        List<String> others = new ArrayList<>();
        for (String member : members) if (MemberName.parse(member).node() != one.node()) others.add(member);
        return others;
    }

    private void changeLearners(RaftGroup group, List<String> learners, String what) {
        change(() -> group.changeLearners(learners), what);
    }

    private @Nullable CompletableFuture<@Nullable String> change(RaftGroup group, List<String> voters, String what) {
        return change(() -> group.changeMembers(voters), what);
    }

    /** Starts the change and answers how it ends; null when another is under way. */
    private @Nullable CompletableFuture<@Nullable String> change(Supplier<CompletableFuture<@Nullable String>> change, String what) {
        if (!changing.compareAndSet(false, true)) return null;
        underWay = what;
        LOG.info("beginning to {}", what);
        CompletableFuture<@Nullable String> begun;
        try {
            begun = change.get();
        } catch (RuntimeException e) {
            begun = CompletableFuture.failedFuture(e);
        }
        return begun.whenComplete((refusal, failure) -> {
            underWay = "";
            changing.set(false);
            if (failure != null || refusal != null) LOG.warn("could not {}: {}", what, failure != null ? failure : refusal);
            else LOG.info("done: {}", what);
        });
    }

    @Nullable String remove(RaftGroup group, int node) {
        GroupStatus status = group.status();
        if (status.learners().stream().anyMatch(learner -> MemberName.parse(learner).node() == node)) {
            String refusal = removeLearner(group, status, node);
            if (refusal != null || voter(status, node) == null) return refusal;
        }
        MemberName leaving = voter(status, node);
        if (leaving == null) return "node " + node + " is not a voter of this cluster";
        if (status.voters().size() == 1) return "node " + node + " is the last one";
        if (node == self.node()) return "node " + node + " leads; transfer leadership first";
        List<String> voters = new ArrayList<>(status.voters());
        voters.remove(leaving.toString());
        removed.add(leaving.incarnation());
        CompletableFuture<@Nullable String> change = change(group, voters, "let node " + node + " go");
        String refusal = change == null ? "another change of members is under way" : end(change);
        if (refusal != null) removed.remove(leaving.incarnation());
        return refusal;
    }

    private @Nullable String removeLearner(RaftGroup group, GroupStatus status, int node) {
        List<String> staying = new ArrayList<>();
        List<String> leaving = new ArrayList<>();
        for (String learner : status.learners()) (MemberName.parse(learner).node() == node ? leaving : staying).add(learner);
        for (String learner : leaving) removed.add(MemberName.parse(learner).incarnation());
        CompletableFuture<@Nullable String> change = change(() -> group.changeLearners(staying), "let node " + node + " go, which does not vote yet");
        return change == null ? "another change of members is under way" : end(change);
    }

    private static @Nullable String end(CompletableFuture<@Nullable String> change) {
        try {
            return change.get(CHANGE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return "the others have not agreed within " + CHANGE_SECONDS_MAX + " s; it may still happen";
        } catch (ExecutionException e) {
            return e.getCause().toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    @Nullable String transfer(RaftGroup group, int node) {
        if (node == 0) return group.transferLeadership(null);
        MemberName successor = voter(group.status(), node);
        return successor == null ? "node " + node + " is not a voter of this cluster" : group.transferLeadership(successor.toString());
    }

    /** The change that this node, as the leader, has begun, in words; empty for none. */
    String underWay() {
        return underWay;
    }

    /** Where newcomers are that are on their way in. */
    List<HostPort> newcomers() {
        long now = System.nanoTime();
        wishes.values().removeIf(at -> now - at > WISH_FORGOTTEN_NANOS);
        return wishes.keySet().stream().map(HostPort::of).toList();
    }

    private static @Nullable MemberName voter(GroupStatus status, int node) {
        for (String voter : status.voters()) {
            MemberName name = MemberName.parse(voter);
            if (name.node() == node) return name;
        }
        return null;
    }
}
