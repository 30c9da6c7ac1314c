package io.craton.replication.raft;

import com.alipay.sofa.jraft.entity.PeerId;
import io.craton.core.metric.Latencies;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The group of a node that is alone for good. Its own disk is the majority, so an entry is committed when it is durable, and nothing is gained by raft's queues
 * (docs/decisions/0024). The log stays raft's log: every start begins a term, says so in a configuration entry, and votes for itself, so that the folder can become a
 * member of a cluster any time later.
 *
 * <p>The log belongs to the caller and outlives the group.
 */
public final class LoneGroup implements AutoCloseable {
    private final PeerId self;
    private final long term;
    private final EventLog log;
    private final LoneWriter writer;
    private final LoneApplier applier;

    private LoneGroup(PeerId self, long term, EventLog log, LoneWriter writer, LoneApplier applier) {
        this.self = self;
        this.term = term;
        this.log = log;
        this.writer = writer;
        this.applier = applier;
    }

    /**
     * Begins a term. Entries above the consumer's applied position are replayed to it, from another thread. {@code onFailure} is called at most once, from any thread,
     * when the node can no longer work (the log failed, an entry could not be applied): it must stop.
     *
     * @throws IOException when the folder is a cluster's, and so is not known to have what the others have
     */
    public static LoneGroup start(LoneGroupConfig config, EventLog log, EntryConsumer consumer, Consumer<Throwable> onFailure) throws IOException {
        long applied = consumer.appliedPosition();
        if (applied > log.lastIndex()) {
            throw new IOException("the projections are at position " + applied + ", but the log ends at " + log.lastIndex());
        }
        PeerId self = Members.peer(config.self());
        var told = new AtomicBoolean();
        Consumer<Throwable> failOnce = cause -> {
            if (told.compareAndSet(false, true)) onFailure.accept(cause);
        };
        if (!config.decrees()) requireAlone(log);
        long term = beginTerm(config, log, self, failOnce);
        var members = new Members(List.of(self), List.of(), List.of(), List.of());
        log.append(List.of(new LogRecord(log.lastIndex() + 1, term, EntryType.CONFIGURATION, 0, members.encode())));
        var applier = new LoneApplier(log, consumer, failOnce);
        var writer = new LoneWriter(log, term, config.tenantOf(), applier, failOnce);
        applier.start();
        writer.start();
        return new LoneGroup(self, term, log, writer, applier);
    }

    private static void requireAlone(EventLog log) throws IOException {
        List<LogRecord> newest = log.lastIndex() == 0 ? List.of() : log.configurations(log.lastIndex());
        if (newest.isEmpty()) return;
        Members members = Members.decode(newest.getLast().payload());
        if (members.voters().size() > 1 || !members.oldVoters().isEmpty()) {
            throw new IOException("the data folder belongs to a cluster (" + members.voters()
                    + "); start it with --cluster-peers, or, when a majority of them is lost for good, with --force-recover");
        }
    }

    private static long beginTerm(LoneGroupConfig config, EventLog log, PeerId self, Consumer<Throwable> onFailure) throws IOException {
        var vote = new RaftVote(config.meta(), config.group(), onFailure);
        try {
            vote.init(null);
            long term = Math.max(vote.getTerm(), log.lastTerm()) + 1;
            if (!vote.setTermAndVotedFor(term, self)) throw new IOException("the term could not be written");
            return term;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            vote.shutdown();
        }
    }

    public CommitLog commitLog() {
        return writer;
    }

    /** How long entries took from submission until they were applied here. */
    public Latencies commitTimes() {
        return applier.times();
    }

    public GroupStatus status() {
        return new GroupStatus(writer.leaderTerm() > 0, self.toString(), term, List.of(self.toString()), List.of(), false,
                log.durableIndex(), applier.applied(), log.lastIndex());
    }

    /** Waits until everything from before this start is applied; false after the time-out. Throws what made the replay impossible. */
    public boolean awaitLeader(Duration timeout) throws InterruptedException, IOException {
        return applier.awaitReplay(timeout);
    }

    /** Ends what was submitted, and the threads. */
    @Override
    public void close() {
        writer.close();
        applier.close();
    }
}
