package io.craton.replication.raft;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.ApplyTaskMode;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import com.alipay.sofa.jraft.util.concurrent.DefaultFixedThreadsExecutorGroupFactory;
import io.craton.replication.rpc.PeerRpcFactory;
import io.craton.replication.rpc.PeerServer;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One member of one raft group, running: the door of this module. A group of one elects itself while it starts and opens no port.
 * The log belongs to the caller and outlives the group.
 */
public final class RaftGroup implements AutoCloseable {
    /** Enough for the sessions of a node; three rings of it cost half a megabyte. A full ring makes submitters wait. */
    private static final int RING_ENTRIES = 4096;

    private final NodeImpl node;
    private final PeerId self;
    private final EntryApplier applier;
    private final RaftCommitLog commitLog;
    private final @Nullable PeerServer server;

    private RaftGroup(NodeImpl node, @Nullable PeerServer server, PeerId self, EntryApplier applier, RaftCommitLog commitLog) {
        this.node = node;
        this.server = server;
        this.self = self;
        this.applier = applier;
        this.commitLog = commitLog;
    }

    /**
     * Starts the member. Entries above the consumer's applied position are replayed to it, from another thread. {@code onFailure} is called at
     * most once, from any thread, when the member can no longer work (the log failed, an entry could not be applied): the node must stop.
     */
    public static RaftGroup start(RaftGroupConfig config, EventLog log, EntryConsumer consumer, Consumer<Throwable> onFailure)
            throws IOException {
        long applied = consumer.appliedPosition();
        if (applied > log.lastIndex()) {
            throw new IOException("the projections are at position " + applied + ", but the log ends at " + log.lastIndex());
        }
        PeerId self = Members.peer(config.self());
        Consumer<Throwable> failOnce = once(onFailure);
        var applier = new EntryApplier(log, consumer, failOnce);
        var parts = new RaftParts(new RaftLogStorage(log, config.tenantOf(), applied), new RaftVote(config.meta(), config.group(), failOnce),
                new MarkerSnapshots(log, applied));
        NodeManager.getInstance().addAddress(self.getEndpoint());
        var node = new NodeImpl(processName(config), self);
        PeerServer server = config.members().size() > 1 ? PeerRpcFactory.raftServer(self.getEndpoint()) : null;
        boolean started = false;
        try {
            if (server != null && !server.init(null)) throw new IOException("raft cannot listen on " + config.self());
            started = node.init(options(config, applier, parts));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            if (!started) {
                if (server != null) server.shutdown();
                node.shutdown();
                NodeManager.getInstance().removeAddress(self.getEndpoint());
            }
        }
        if (!started) throw new IOException("raft group " + config.group() + " could not start; the log says why");
        return new RaftGroup(node, server, self, applier, new RaftCommitLog(node, log, applier));
    }

    /**
     * What JRaft calls the group inside this process, where it must be unique together with the address. A group of one talks to nobody, so any number of
     * them may live in one process; a larger group goes by its name, which its members share.
     */
    private static String processName(RaftGroupConfig config) {
        return config.members().size() == 1 ? config.group() + "-" + UUID.randomUUID() : config.group();
    }

    private static Consumer<Throwable> once(Consumer<Throwable> onFailure) {
        var told = new AtomicBoolean();
        return cause -> {
            if (told.compareAndSet(false, true)) onFailure.accept(cause);
        };
    }

    private static NodeOptions options(RaftGroupConfig config, EntryApplier applier, RaftParts parts) {
        var members = new Configuration();
        for (String member : config.members()) members.addPeer(Members.peer(member));
        var options = new NodeOptions();
        options.setServiceFactory(parts);
        options.setFsm(applier);
        options.setInitialConf(members);
        options.setElectionTimeoutMs(Math.toIntExact(config.electionTimeout().toMillis()));
        options.setLogUri("log");
        options.setRaftMetaUri("meta");
        options.setSnapshotUri("projections");
        options.setSnapshotIntervalSecs(0);
        options.setDisableCli(true);
        options.setEnableMetrics(false);
        options.setApplyTaskMode(ApplyTaskMode.Blocking);
        options.setSharedElectionTimer(true);
        options.setSharedVoteTimer(true);
        options.setSharedStepDownTimer(true);
        options.setSharedSnapshotTimer(true);
        options.setSharedTimerPool(true);
        options.setTimerPoolSize(1);
        options.setAppendEntriesExecutors(DefaultFixedThreadsExecutorGroupFactory.INSTANCE.newExecutorGroup(1, "raft-append", 4096, true));
        options.setRaftOptions(raftOptions(config));
        return options;
    }

    private static RaftOptions raftOptions(RaftGroupConfig config) {
        var raft = new RaftOptions();
        raft.setSync(true);
        raft.setSyncMeta(true);
        raft.setReadOnlyOptions(ReadOnlyOption.ReadOnlySafe);
        // JRaft's own checksum guards entries in memory and on the network; on disk ours does. Alone it would only cost time.
        raft.setEnableLogEntryChecksum(config.members().size() > 1);
        raft.setMaxElectionDelayMs(Math.toIntExact(config.electionTimeout().toMillis()));
        raft.setDisruptorBufferSize(RING_ENTRIES);
        raft.setApplyBatch(256);
        raft.setMaxAppendBufferSize(1 << 20);
        raft.setOpenStatistics(false);
        return raft;
    }

    public CommitLog commitLog() {
        return commitLog;
    }

    /** Waits until this member leads and has applied everything from before its own term; false after the time-out. */
    public boolean awaitLeader(Duration timeout) throws InterruptedException {
        return applier.awaitLeader(timeout);
    }

    /** Stops raft and waits for its threads; what was submitted and is not committed ends as unknown. */
    @Override
    public void close() {
        commitLog.close();
        if (server != null) server.shutdown();
        node.shutdown();
        try {
            node.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            NodeManager.getInstance().removeAddress(self.getEndpoint());
        }
    }
}
