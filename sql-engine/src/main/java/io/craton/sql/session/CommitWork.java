package io.craton.sql.session;

import io.craton.storage.txn.Transaction;

/** What a session does inside a transaction right before it commits, in PostgreSQL's order. Errors abort the transaction. One session's thread. */
final class CommitWork implements TransactionControl.BeforeCommit {
    private final Session session;
    private final StatementRunner runner;

    CommitWork(Session session, StatementRunner runner) {
        this.session = session;
        this.runner = runner;
    }

    @Override
    public boolean isNeeded() {
        return !session.constraints.isEmpty() || runner.cursors().mustMaterialize() || !session.onCommit.isEmpty() || session.listener.hasRequests() || session.regions.hasGivenUp();
    }

    @Override
    public void run(Transaction transaction) {
        if (!session.constraints.isEmpty()) runner.constraints().runChecks(false);
        runner.cursors().beforeCommit();
        // Reading the rest of a cursor may have called functions that changed something.
        if (!session.constraints.isEmpty()) runner.constraints().runChecks(false);
        if (!session.onCommit.isEmpty()) session.onCommit.run(transaction);
        session.listener.beforeCommit();
    }
}
