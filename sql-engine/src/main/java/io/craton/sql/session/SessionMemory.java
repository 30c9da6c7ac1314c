package io.craton.sql.session;

import io.craton.core.memory.MemoryAccount;
import io.craton.core.memory.MemoryLease;
import io.craton.sql.exec.RunningQueries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the statements of one session hold of its tenant's memory. A statement comes when it needs so much that it counts; at the ends of messages those give back what they
 * hold that have no query left. One that goes on after that comes again. Helping threads may {@link #open}; all else is the session's thread.
 */
final class SessionMemory {
    private final MemoryAccount account;
    private final RunningQueries running;
    /** Statements with a lease. Guarded by this. */
    private final List<StatementContext> holders = new ArrayList<>(0);
    private volatile boolean any;
    private boolean closed;

    SessionMemory(MemoryAccount account, RunningQueries running) {
        this.account = account;
        this.running = running;
    }

    MemoryAccount account() {
        return account;
    }

    /** The statement's lease; null when the session is over. */
    synchronized @Nullable MemoryLease open(StatementContext statement) {
        MemoryLease lease = statement.lease();
        if (lease != null || closed) return lease;
        lease = new MemoryLease(account, statement::memoryUsed);
        statement.lease(lease);
        holders.add(statement);
        any = true;
        return lease;
    }

    /** Statements that are over give back what they hold. */
    void settle() {
        if (any) giveBack();
    }

    private synchronized void giveBack() {
        holders.removeIf(statement -> {
            if (!closed && running.belongTo(statement)) return false;
            MemoryLease lease = statement.lease();
            statement.lease(null);
            if (lease != null) lease.close();
            return true;
        });
        any = !holders.isEmpty();
    }

    synchronized void close() {
        closed = true;
        giveBack();
    }
}
