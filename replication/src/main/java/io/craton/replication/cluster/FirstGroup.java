package io.craton.replication.cluster;

import io.craton.core.session.Leadership.Leader;
import io.craton.replication.raft.RaftGroup;
import io.craton.replication.rpc.PeerSecurity;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The keeper of the cluster's first group, whose voters are the cluster's members. A thread founds the cluster or finds it ({@link Formation}), starts this node's member,
 * again where raft must begin anew, and looks after its membership twice a second ({@link Attendance}).
 */
final class FirstGroup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FirstGroup.class);
    private static final int LOOK_MILLIS = 500;

    private final GroupMember member;
    private final FolderIdentity identity;
    private final Formation formation;
    private final Attendance attendance;
    private final Places places;
    private final LateOffer offer;
    private final PeerSecurity security;
    private final ClusterNode.Host host;
    private final Thread keeper;
    /** Leader and term of the last line about them. */
    private final AtomicReference<String> toldLeader = new AtomicReference<>("");
    private volatile boolean closed;

    FirstGroup(GroupMember member, FolderIdentity identity, Formation formation, Attendance attendance, Places places, LateOffer offer, PeerSecurity security, ClusterNode.Host host) {
        this.member = member;
        this.identity = identity;
        this.formation = formation;
        this.attendance = attendance;
        this.places = places;
        this.offer = offer;
        this.security = security;
        this.host = host;
        keeper = Thread.ofPlatform().name("cluster").unstarted(this::keep);
        member.leadership().onChange(this::tellLeader);
    }

    void start() {
        keeper.start();
    }

    private void keep() {
        try {
            boolean founds = member.log.lastIndex() == 0 && formation.founds();
            if (founds) identity.cluster(FolderIdentity.newCluster());
            boolean whole = member.log.history().whole();
            RaftGroup running = member.start(founds);
            if (identity.cluster().isEmpty()) identity.cluster(FolderIdentity.newCluster());
            try (HistoryFetch _ = whole ? null : new HistoryFetch(member.log, security, places::others, host::failed)) {
                while (!closed) {
                    boolean complete = !whole && member.log.history().whole();
                    if (complete || running.mustStartAgain()) {
                        // Raft learns where its log begins when it starts.
                        whole |= complete;
                        running = member.startAgain(false);
                    }
                    offer.tidy();
                    attendance.look(running, whole);
                    Thread.sleep(LOOK_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            // The node closes.
        } catch (IOException | RuntimeException e) {
            if (!closed) host.failed(e);
        }
    }

    /** A line for each change of the leader. */
    private void tellLeader() {
        Leader now = member.leadership().leader();
        String text = now == null ? "" : now.nodeId() + "/" + now.term();
        if (text.equals(toldLeader.getAndSet(text))) return;
        LoggingEventBuilder line = LOG.atInfo().addKeyValue("node_id", member.self().node()).addKeyValue("commit_index", member.log.committedIndex());
        if (now == null) line.log("No leader is known");
        else if (now.here()) line.addKeyValue("view", now.term()).log("Became leader");
        else line.addKeyValue("view", now.term()).addKeyValue("leader", now.nodeId()).log("Following the leader");
    }

    /** The member goes on, and nobody looks after it. */
    @Override
    public void close() {
        closed = true;
        keeper.interrupt();
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
