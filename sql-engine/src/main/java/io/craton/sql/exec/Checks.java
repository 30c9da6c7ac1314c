package io.craton.sql.exec;

import io.craton.sql.expr.Scope;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Checks at the end of one statement: each round sees the statement's own writes and, under READ COMMITTED, what others committed meanwhile; what a round leaves
 * behind is judged in the next. Those that are deferred now go to the transaction's queue instead. One thread.
 */
final class Checks {
    private final Scope scope;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private boolean scheduled;

    private Checks(Scope scope) {
        this.scope = scope;
    }

    static Checks of(Scope scope) {
        return scope.statement().shared(Checks.class, () -> new Checks(scope));
    }

    void atEndOfStatement(Runnable check) {
        queue.add(check);
        if (scheduled) return;
        scheduled = true;
        scope.statement().atEnd(this::run);
    }

    /** @param deferrable of the constraint, as {@code initiallyDeferred} */
    void add(DeferredCheck check, boolean deferrable, boolean initiallyDeferred) {
        ConstraintQueue later = scope.context().constraints();
        if (deferrable && later.isDeferred(check.constraintOid(), initiallyDeferred)) later.defer(check);
        else atEndOfStatement(() -> check.run(scope));
    }

    private void run() {
        while (!queue.isEmpty()) {
            refresh(scope.context().transaction());
            for (int left = queue.size(); left > 0; left--) {
                scope.context().checkInterrupts();
                queue.remove().run();
            }
        }
        scheduled = false;
    }

    private static void refresh(Transaction transaction) {
        boolean committed = transaction.isolation() == IsolationLevel.READ_COMMITTED
                || transaction.isolation() == IsolationLevel.READ_UNCOMMITTED;
        if (committed) transaction.beginStatement();
        else transaction.nextCommand();
    }
}
