package io.craton.storage.engine;

import io.craton.storage.entry.EntrySealer;
import io.craton.storage.txn.CommitPipeline;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the engine keeps for the log of one group: the way into it, where its replay begins, large transactions that it holds the beginning of, and when its tenants
 * are flushed. Each tenant belongs to one group, the system tenant to the first.
 */
final class GroupState {
    final int number;
    final CommitPipeline pipeline;
    final EntrySealer sealer;
    final MetaState meta;
    final StagedTransactions staged;
    final UntoldAudits untold = new UntoldAudits();
    private @Nullable Checkpointer checkpointer;
    /** Its tenants that were closed since the last checkpoint. */
    final SortedSet<Integer> wereOpen = new TreeSet<>();
    /** Everything up to here is applied, and needs no entry in front of it again, for what it staged or for audit records that the first group lacks. */
    volatile long settled;

    GroupState(int number, StorageConfig config, CommitPipeline pipeline, EntrySealer sealer) {
        this.number = number;
        this.pipeline = pipeline;
        this.sealer = sealer;
        meta = new MetaState(GroupFolder.in(config.dataDirectory().resolve("meta"), number));
        staged = new StagedTransactions(GroupFolder.in(config.dataDirectory().resolve("wal"), number), config.writeSetBytes());
    }

    /** Its projections are as far as they were flushed. */
    void begin(Checkpointer flushes) {
        checkpointer = flushes;
        settled = meta.recoveryPosition();
        pipeline.applied(settled);
    }

    /** A run ended. */
    void applied(long position, int entries, long bytes) {
        settled = Math.min(position, Math.min(staged.firstPosition(), untold.first()) - 1);
        pipeline.applied(position);
        if (checkpointer != null) checkpointer.applied(entries, bytes);
    }

    void endFlushes() {
        if (checkpointer != null) checkpointer.close();
    }
}
