package io.craton.replication.cluster;

import io.craton.core.session.Leadership.Leader;
import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import io.craton.storage.engine.GroupFolder;
import io.craton.storage.log.EventLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keeper of another raft group than the cluster's first. Its members are the first group's: whoever votes there votes here, by the doing of this group's
 * leader, which brings newcomers up to date before they vote. Where no voter has anything of the group, the one with the lowest id founds it, when all run it.
 */
final class OtherGroup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OtherGroup.class);
    private static final long LOOK_MILLIS = 200;
    private static final int CHANGE_SECONDS_MAX = 30;
    /** A leader that leads more groups than others gives one away after so long, not while members come and go. */
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final int number;
    private final GroupMember member;
    private final Groups groups;
    private final MemberName self;
    private final EventLog log;
    private final Asking asking;
    private final Acquaintances acquaintances;
    private final Standing standing;
    private final ClusterNode.Host host;
    private final Thread keeper;
    private volatile boolean closed;
    private long settledSince = System.nanoTime();
    private String toldWait = "";

    OtherGroup(GroupMember member, Groups groups, Asking asking, Acquaintances acquaintances, Standing standing, ClusterNode.Host host) {
        this.member = member;
        this.groups = groups;
        this.asking = asking;
        this.acquaintances = acquaintances;
        this.standing = standing;
        this.host = host;
        number = member.number;
        self = member.self();
        log = member.log;
        keeper = Thread.ofPlatform().name("cluster-" + GroupFolder.name(number)).unstarted(this::keep);
        member.leadership().onChange(this::tellLeader);
    }

    GroupMember member() {
        return member;
    }

    void start() {
        keeper.start();
    }

    private void keep() {
        try {
            while (!closed) {
                GroupStatus first = groups.first().status();
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
        RaftGroup running = member.running();
        if (running == null) member.start(founds(first));
        else if (log.lastIndex() == 0 && running.leader() == null && founds(first)) member.startAgain(true);
        else if (running.mustStartAgain()) member.startAgain(false);
        else watch(running, first);
    }

    private void tellLeader() {
        Leader now = member.leadership().leader();
        if (now != null) LOG.info("{}: node {} leads, in term {}", GroupFolder.name(number), now.nodeId(), now.term());
    }

    /** Nobody has the group yet, all voters are there and will run it, and this one has the lowest id. */
    private boolean founds(GroupStatus first) throws InterruptedException {
        if (log.lastIndex() > 0 || !first.voters().contains(self.toString())) return false;
        for (String voter : first.voters()) if (MemberName.parse(voter).node() < self.node()) return false;
        for (String voter : first.voters()) {
            if (voter.equals(self.toString())) continue;
            Note answer = ask(voter);
            if (answer != null && answer.number("last") > 0) return false;
            if (answer == null || !answer.flag("runs")) {
                tellWaiting(MemberName.parse(voter), answer != null);
                return false;
            }
        }
        LOG.info("founding {}", GroupFolder.name(number));
        return true;
    }

    private void tellWaiting(MemberName voter, boolean answers) {
        String text = GroupFolder.name(number) + " waits for node " + voter.node() + (answers ? ", whose consensus.groups is too low" : ", which does not answer");
        if (!text.equals(toldWait)) LOG.info("{}", text);
        toldWait = text;
    }

    private @Nullable Note ask(String voter) throws InterruptedException {
        return asking.ask(HostPort.of(MemberName.parse(voter)), Note.of("ask", "group", "group", number));
    }

    private void watch(RaftGroup running, GroupStatus first) throws InterruptedException {
        GroupStatus status = running.status();
        if (!status.leading() || status.changing() || first.changing()) {
            settledSince = System.nanoTime();
            return;
        }
        if (status.voters().size() > 1 && (standing.avoidsLeading() || !first.voters().contains(self.toString()) || log.refusal() != null && acquaintances.withRoom(status.voters()) != null)) {
            MemberName other = log.refusal() == null ? null : acquaintances.withRoom(status.voters());
            running.transferLeadership(other == null ? null : other.toString());
            return;
        }
        List<String> wanted = new ArrayList<>();
        for (String voter : first.voters()) if (status.voters().contains(voter) || runs(voter)) wanted.add(voter);
        if (!wanted.contains(self.toString())) return;
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
        MemberName lighter = groups.leadsLess(number, status.voters(), acquaintances::hears);
        if (lighter == null) return;
        LOG.info("{}: leadership goes to node {}, which leads fewer groups", GroupFolder.name(number), lighter.node());
        String refusal = running.transferLeadership(lighter.toString());
        if (refusal != null) LOG.info("{}: leadership stays here for now: {}", GroupFolder.name(number), refusal);
    }

    /** The member goes on, and nobody looks after it. */
    void end() throws InterruptedException {
        closed = true;
        keeper.interrupt();
        keeper.join();
    }

    @Override
    public void close() {
        try {
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
