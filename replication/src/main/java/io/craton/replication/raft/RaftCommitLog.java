package io.craton.replication.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.entity.Task;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EventLog;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** {@link CommitLog} over a running raft node. Any thread. */
final class RaftCommitLog implements CommitLog {
    private static final byte[] NO_CONTEXT = new byte[0];

    private final Node node;
    private final EventLog log;
    private final EntryApplier applier;

    RaftCommitLog(Node node, EventLog log, EntryApplier applier) {
        this.node = node;
        this.log = log;
        this.applier = applier;
    }

    @Override
    public void submit(byte[] payload, long expectedTerm, Completion completion) {
        if (expectedTerm <= 0) {
            completion.rejected("this node does not lead its group");
            return;
        }
        String refusal = log.refusal();
        if (refusal != null) {
            completion.rejected(refusal);
            return;
        }
        var task = new Task(ByteBuffer.wrap(payload), new Submission(completion), expectedTerm);
        try {
            node.apply(task);
        } catch (IllegalStateException _) {
            // Shutting down; JRaft has completed the submission itself before it threw.
        }
    }

    @Override
    public long leaderTerm() {
        return applier.leaderTerm();
    }

    @Override
    public void readBarrier() {
        var reached = new CompletableFuture<Status>();
        node.readIndex(NO_CONTEXT, new ReadIndexClosure() {
            @Override
            public void run(Status status, long index, byte[] context) {
                reached.complete(status);
            }
        });
        Status status = reached.join();
        if (!status.isOk()) {
            throw new PgException(PgError.error(SqlState.CANNOT_CONNECT_NOW, "cannot confirm the newest state of the database: " + status.getErrorMsg()));
        }
    }
}
