package io.craton.replication.cluster;

import io.craton.core.session.Leadership;
import io.craton.core.session.Leadership.Leader;
import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import io.craton.replication.raft.RaftGroupConfig;
import io.craton.storage.engine.GroupFolder;
import io.craton.storage.io.FileStore;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's member of another raft group than the cluster's first. Its members are the first group's: whoever votes there votes here, by the doing of this group's
 * leader, which brings newcomers up to date before they vote. Where no voter has anything of the group, the one with the lowest id founds it, when all run it.
 */
final class OtherGroup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OtherGroup.class);
    private static final long LOOK_MILLIS = 200;
    private static final int CHANGE_SECONDS_MAX = 30;
    private static final Duration TRANSFER_PATIENCE = Duration.ofSeconds(3);
    /** A leader that leads more groups than others gives one away after so long, not while members come and go. */
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** What a group writes to and is read by. */
    record Parts(EventLog log, EntryConsumer consumer) {}

    final int number;
    private final ClusterNode node;
    private final ClusterConfig config;
    private final FileStore meta;
    private final EventLog log;
    private final EntryConsumer consumer;
    private final ToIntFunction<ByteBuffer> tenantOf;
    private final ClusterNode.Host host;
    private final LateLog commitLog = new LateLog();
    private final GroupLeadership leadership;
    private final Thread keeper;
    private volatile @Nullable RaftGroup group;
    private volatile boolean closed;
    private long settledSince = System.nanoTime();
    private String toldWait = "";

    OtherGroup(int number, ClusterNode node, ClusterConfig config, FileStore meta, Parts parts, ToIntFunction<ByteBuffer> tenantOf, ClusterNode.Host host) {
        this.number = number;
        this.node = node;
        this.config = config;
        this.meta = meta;
        this.log = parts.log();
        this.consumer = parts.consumer();
        this.tenantOf = tenantOf;
        this.host = host;
        leadership = new GroupLeadership(node.self());
        keeper = Thread.ofPlatform().name("cluster-" + GroupFolder.name(number)).unstarted(this::keep);
    }

    void start() {
        keeper.start();
    }

    // ---- the keeper ----------------------------------------------------------------------------------------------

    private void keep() {
        try {
            while (!closed) {
                GroupStatus first = node.firstGroup();
                if (first != null) look(first);
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            // The node closes.
        } catch (IOException | RuntimeException e) {
            if (!closed) host.failed(e);
        }
    }

    private void look(GroupStatus first) throws IOException, InterruptedException {
        RaftGroup running = group;
        if (running == null) startGroup(founds(first));
        else if (log.lastIndex() == 0 && running.leader() == null && founds(first)) startAgain(running, true);
        else if (running.mustStartAgain()) startAgain(running, false);
        else watch(running, first);
    }

    private void startAgain(RaftGroup running, boolean founds) throws IOException {
        leadership.runs(null);
        group = null;
        running.close();
        startGroup(founds);
    }

    private void startGroup(boolean founds) throws IOException {
        if (founds) LOG.info("founding {}", GroupFolder.name(number));
        RaftGroup started = RaftGroup.start(new RaftGroupConfig(GroupFolder.name(number), number, node.self().toString(), founds ? List.of(node.self().toString()) : List.of(), meta,
                config.timings(), config.security(), config.forceRecover(), tenantOf), log, consumer, host::failed, this::leadershipChanged);
        group = started;
        leadership.runs(started);
        commitLog.open(started.commitLog());
        leadershipChanged();
    }

    private void leadershipChanged() {
        Leader now = leadership.leader();
        if (now != null) LOG.info("{}: node {} leads, in term {}", GroupFolder.name(number), now.nodeId(), now.term());
        leadership.changed();
    }

    /** Nobody has the group yet, all voters are there and will run it, and this one has the lowest id. */
    private boolean founds(GroupStatus first) throws InterruptedException {
        if (log.lastIndex() > 0 || !first.voters().contains(node.self().toString())) return false;
        for (String voter : first.voters()) if (MemberName.parse(voter).node() < node.self().node()) return false;
        for (String voter : first.voters()) {
            if (voter.equals(node.self().toString())) continue;
            Note answer = ask(voter);
            if (answer != null && answer.number("last") > 0) return false;
            if (answer == null || !answer.flag("runs")) {
                tellWaiting(MemberName.parse(voter), answer != null);
                return false;
            }
        }
        return true;
    }

    private void tellWaiting(MemberName voter, boolean answers) {
        String text = GroupFolder.name(number) + " waits for node " + voter.node() + (answers ? ", whose consensus.groups is too low" : ", which does not answer");
        if (!text.equals(toldWait)) LOG.info("{}", text);
        toldWait = text;
    }

    private @Nullable Note ask(String member) throws InterruptedException {
        return node.ask(MemberName.parse(member), Note.of("ask", "group", "group", number));
    }

    /** What another member is told of this one. */
    Note answer() {
        return Note.of("runs", group != null, "last", log.lastIndex());
    }

    private void watch(RaftGroup running, GroupStatus first) throws InterruptedException {
        GroupStatus status = running.status();
        if (!status.leading() || status.changing() || first.changing()) {
            settledSince = System.nanoTime();
            return;
        }
        if (status.voters().size() > 1 && (node.avoidsLeading() || !first.voters().contains(node.self().toString()) || log.refusal() != null && node.withRoom(status.voters()) != null)) {
            MemberName other = log.refusal() == null ? null : node.withRoom(status.voters());
            running.transferLeadership(other == null ? null : other.toString());
            return;
        }
        List<String> wanted = new ArrayList<>();
        for (String voter : first.voters()) if (status.voters().contains(voter) || runs(voter)) wanted.add(voter);
        if (!wanted.contains(node.self().toString())) return;
        if (Set.copyOf(wanted).equals(Set.copyOf(status.voters()))) spread(running, status);
        else change(running, wanted);
    }

    private boolean runs(String voter) throws InterruptedException {
        Note answer = ask(voter);
        return answer != null && answer.flag("runs");
    }

    private void change(RaftGroup running, List<String> wanted) throws InterruptedException {
        settledSince = System.nanoTime();
        List<Integer> nodes = wanted.stream().map(voter -> MemberName.parse(voter).node()).sorted().toList();
        LOG.info("{}: beginning to make nodes {} its voters", GroupFolder.name(number), nodes);
        try {
            String refusal = running.changeMembers(wanted).get(CHANGE_SECONDS_MAX, TimeUnit.SECONDS);
            if (refusal == null) LOG.info("{}: nodes {} are its voters", GroupFolder.name(number), nodes);
            else LOG.warn("{}: could not make nodes {} its voters: {}", GroupFolder.name(number), nodes, refusal);
        } catch (ExecutionException e) {
            LOG.warn("{}: could not make nodes {} its voters: {}", GroupFolder.name(number), nodes, e.getCause().toString());
        } catch (TimeoutException e) {
            // It goes on; the next look says how it ended.
        }
    }

    /** Where this node leads two groups more than another voter, the highest of them goes there. */
    private void spread(RaftGroup running, GroupStatus status) {
        if (System.nanoTime() - settledSince < SETTLED_NANOS) return;
        settledSince = System.nanoTime();
        MemberName lighter = node.leadsLess(number, status.voters());
        if (lighter == null) return;
        LOG.info("{}: leadership goes to node {}, which leads fewer groups", GroupFolder.name(number), lighter.node());
        String refusal = running.transferLeadership(lighter.toString());
        if (refusal != null) LOG.info("{}: leadership stays here for now: {}", GroupFolder.name(number), refusal);
    }

    // ---- what the node needs -------------------------------------------------------------------------------------

    Leadership leadership() {
        return leadership;
    }

    CommitLog commitLog() {
        return commitLog;
    }

    @Nullable RaftGroup running() {
        return group;
    }

    ClusterStatus.Group status() {
        RaftGroup running = group;
        return running == null ? new ClusterStatus.Group(number, 0, 0, 0, 0, log.lastIndex(), List.of()) : ClusterStatus.Group.of(number, running.status());
    }

    /** Hands leadership to another node if this one has it, and waits a little for that to happen. */
    static void stepDown(RaftGroup running, Leadership leadership, String what) throws InterruptedException {
        if (!running.status().leading() || running.status().voters().size() < 2) return;
        var moved = new CountDownLatch(1);
        leadership.onChange(() -> {
            Leader known = leadership.leader();
            if (known != null && !known.here()) moved.countDown();
        });
        String refusal = running.transferLeadership(null);
        if (refusal != null) {
            LOG.info("leadership{} stays until this node is gone: {}", what, refusal);
            return;
        }
        if (!moved.await(TRANSFER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) LOG.info("nobody took over leadership{} within {}", what, TRANSFER_PATIENCE);
    }

    void stepDown() throws InterruptedException {
        endKeeper();
        RaftGroup running = group;
        if (running != null) stepDown(running, leadership, " of " + GroupFolder.name(number));
    }

    private void endKeeper() throws InterruptedException {
        closed = true;
        keeper.interrupt();
        keeper.join();
    }

    @Override
    public void close() {
        try {
            endKeeper();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RaftGroup running = group;
        if (running != null) running.close();
    }
}
