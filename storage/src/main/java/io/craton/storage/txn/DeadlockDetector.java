package io.craton.storage.txn;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The graph of waits over all lock tables of a tenant. Whoever begins to wait looks for a cycle through itself; entries are queued one
 * at a time, so the last one of a cycle always sees it.
 */
final class DeadlockDetector {
    private final ReentrantLock mutex = new ReentrantLock();
    private final LongAdder found;

    /** @param found counts deadlocks */
    DeadlockDetector(LongAdder found) {
        this.found = found;
    }

    private record Edge(LockTable.Waiter waiter, LockOwner blocker) {}

    void enter() {
        mutex.lock();
    }

    void leave() {
        mutex.unlock();
    }

    /** 40P01 when the waiter closes a cycle, else null. Inside enter and leave. */
    @Nullable RuntimeException check(LockTable.Waiter waiter) {
        List<Edge> path = new ArrayList<>();
        if (!search(waiter, waiter.owner, path, new HashSet<>())) return null;
        found.increment();
        StringBuilder detail = new StringBuilder();
        for (Edge edge : path) {
            if (!detail.isEmpty()) detail.append('\n');
            detail.append("Process ").append(edge.waiter.owner.processId).append(" waits for ")
                    .append(edge.waiter.entry.table().describe(edge.waiter, edge.blocker))
                    .append("; blocked by process ").append(edge.blocker.processId).append('.');
        }
        return PgError.error(SqlState.T_R_DEADLOCK_DETECTED, "deadlock detected")
                .withDetail(detail.toString()).withHint("See server log for query details.").exception();
    }

    private boolean search(LockTable.Waiter waiter, LockOwner start, List<Edge> path, Set<LockOwner> seen) {
        for (LockOwner blocker : waiter.entry.table().blockers(waiter)) {
            path.add(new Edge(waiter, blocker));
            if (blocker == start) return true;
            LockTable.Waiter next = blocker.waiting;
            if (next != null && seen.add(blocker) && search(next, start, path, seen)) return true;
            path.removeLast();
        }
        return false;
    }
}
