package io.craton.jepsen.workload;

import io.craton.jepsen.history.History;
import io.craton.jepsen.history.Op;
import io.craton.jepsen.history.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the operations of one client and records them. Used by one thread. Which outcome a failure means depends on what had been
 * sent: before COMMIT nothing can have happened, after it only the server's own refusal says so.
 */
public final class Attempt {
    private final History history;
    private final String workload;
    private final int process;

    public Attempt(History history, String workload, int process) {
        this.history = history;
        this.workload = workload;
        this.process = process;
    }

    int process() {
        return process;
    }

    /** Work inside a transaction or a statement. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    /** Work that returns what it saw. */
    @FunctionalInterface
    interface Read {
        List<Long> run() throws SQLException;
    }

    /** A transaction block: the failure of a statement before COMMIT is a certain no. */
    void transaction(Connection connection, String action, List<Long> value, Work work) throws SQLException {
        long invoked = history.now();
        boolean committing = false;
        try {
            connection.setAutoCommit(false);
            work.run();
            committing = true;
            connection.commit();
            add(action, value, Outcome.OK, invoked);
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            if (!committing) {
                add(action, value, Outcome.FAIL, invoked);
                leave(connection);
            } else if (!added(action, value, e, invoked)) {
                leave(connection);
            }
            throw e;
        }
    }

    /** A single statement that commits by itself. */
    void statement(String action, List<Long> value, Work work) throws SQLException {
        long invoked = history.now();
        try {
            work.run();
            add(action, value, Outcome.OK, invoked);
        } catch (SQLException e) {
            added(action, value, e, invoked);
            throw e;
        }
    }

    /** A read; a failed one is not recorded, for it says nothing. */
    void read(String action, Read read) throws SQLException {
        long invoked = history.now();
        add(action, read.run(), Outcome.OK, invoked);
    }

    private boolean added(String action, List<Long> value, SQLException e, long invoked) {
        Outcome outcome = outcome(e.getSQLState());
        add(action, value, outcome, invoked);
        return outcome == Outcome.UNKNOWN;
    }

    /** What the SQLSTATE of a failed commit says. Only connection loss, shutdown and the server's own "unknown" leave it open. */
    public static Outcome outcome(@Nullable String state) {
        boolean open = state == null || state.startsWith("08") || state.startsWith("57P") || state.startsWith("58")
                || state.startsWith("XX") || state.equals("40003");
        return open ? Outcome.UNKNOWN : Outcome.FAIL;
    }

    private static void leave(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException gone) {
            // The connection is broken; the client opens another.
        }
    }

    private void add(String action, List<Long> value, Outcome outcome, long invoked) {
        history.add(new Op(process, workload, action, value, outcome, invoked, history.now()));
    }
}
