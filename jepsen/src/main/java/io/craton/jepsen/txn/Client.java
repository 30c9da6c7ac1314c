package io.craton.jepsen.txn;

import io.craton.jepsen.check.Isolation;
import io.craton.jepsen.history.History;
import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Outcome;
import io.craton.jepsen.history.Txn;
import io.craton.jepsen.workload.Attempt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One client at one node: runs transactions and records them. Used by one thread. A failure before COMMIT was sent is a certain no; after that, and for statements that
 * commit by themselves, {@link Attempt#outcome} says what the SQLSTATE means.
 */
public final class Client {
    private final History history;
    private final String workload;
    private final int process;
    private final int node;
    private final Connection connection;

    public Client(History history, String workload, int process, int node, Connection connection) {
        this.history = history;
        this.workload = workload;
        this.process = process;
        this.node = node;
        this.connection = connection;
    }

    /** Steps of a transaction: a write is noted before it is tried, a read when it has been seen. */
    @FunctionalInterface
    interface Steps {
        void run(Connection connection, List<Mop> mops) throws SQLException;
    }

    /** Sets the level that {@link #transaction} runs at, for the life of the connection. */
    void level(Isolation level) throws SQLException {
        connection.setTransactionIsolation(switch (level) {
            case READ_COMMITTED -> Connection.TRANSACTION_READ_COMMITTED;
            case REPEATABLE_READ -> Connection.TRANSACTION_REPEATABLE_READ;
            case SERIALIZABLE -> Connection.TRANSACTION_SERIALIZABLE;
        });
    }

    void reads(ReadMode mode) throws SQLException {
        mode.apply(connection);
    }

    void transaction(Steps steps) throws SQLException {
        long invoked = history.now();
        List<Mop> mops = new ArrayList<>();
        boolean committing = false;
        try {
            connection.setAutoCommit(false);
            steps.run(connection, mops);
            committing = true;
            connection.commit();
            add(mops, Outcome.OK, invoked);
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            Outcome outcome = committing ? Attempt.outcome(e.getSQLState()) : Outcome.FAIL;
            add(mops, outcome, invoked);
            if (outcome == Outcome.FAIL) leave();
            throw e;
        }
    }

    /** A single statement that commits by itself. */
    void statement(Steps steps) throws SQLException {
        long invoked = history.now();
        List<Mop> mops = new ArrayList<>();
        try {
            steps.run(connection, mops);
            add(mops, Outcome.OK, invoked);
        } catch (SQLException e) {
            add(mops, Attempt.outcome(e.getSQLState()), invoked);
            throw e;
        }
    }

    private void leave() {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException gone) {
            // The connection is broken; the client opens another.
        }
    }

    private void add(List<Mop> mops, Outcome outcome, long invoked) {
        history.add(new Txn(process, node, workload, mops, outcome, invoked, history.now()));
    }
}
