package io.craton.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes one database through one connection. {@link RunLock} keeps two runs apart; files and their rows of history commit together, so that a failed or killed run
 * leaves whole files behind and nothing else.
 */
public final class Migrator {
    /** How much commits at once. */
    public enum Unit {
        /** Each file is a transaction: what ran before a failure stays. */
        FILE,
        /** All files of a run are one transaction, but for those that cannot be part of one. */
        RUN
    }

    /** Told what happens; from the thread that runs. */
    public interface Listener {
        void waits(String why);

        /** Committed. */
        void done(Migration file);
    }

    private final Connection connection;
    private final Placeholders placeholders;
    private final Duration wait;

    Migrator(Connection connection, Placeholders placeholders, Duration wait) {
        this.connection = connection;
        this.placeholders = placeholders;
        this.wait = wait;
    }

    /** Files compared with what the database remembers; changes nothing. */
    public Plan plan(MigrationSet files) throws SQLException {
        return Plan.of(files, history());
    }

    public History history() throws SQLException {
        return HistoryTable.read(connection);
    }

    /**
     * Applies what is pending, in order, up to the first failure, which leaves its unit without any effect.
     *
     * @return files applied
     * @throws MigrationException when the plan has problems, or with file, line and column of the statement that failed
     */
    public List<Migration> apply(MigrationSet files, Unit unit, Listener listener) throws SQLException, MigrationException {
        return locked(listener::waits, () -> {
            Plan plan = plan(files);
            if (!plan.problems().isEmpty()) throw new MigrationException(String.join("\n", plan.problems()));
            if (plan.pending().isEmpty()) return List.of();
            run(plan.pending(), unit, listener);
            return plan.pending();
        });
    }

    /**
     * Takes versions back by their undo files, the newest first, each as a transaction.
     *
     * @param until the version that stays the newest one; null: only the newest one goes
     * @return undo files applied
     */
    public List<Migration> rollback(MigrationSet files, @Nullable Version until, Unit unit, Listener listener) throws SQLException, MigrationException {
        return locked(listener::waits, () -> {
            List<Migration> undo = undo(files, history(), until);
            if (!undo.isEmpty()) run(undo, unit, listener);
            return undo;
        });
    }

    private static List<Migration> undo(MigrationSet files, History history, @Nullable Version until) throws MigrationException {
        if (until != null && history.applied(until) == null && !until.equals(history.baseline()) && until.compareTo(Version.parse("0")) != 0) {
            throw new MigrationException("version " + until + " is not applied: nothing can be rolled back to it");
        }
        List<Migration> undo = new ArrayList<>();
        for (Version version : history.versions().reversed()) {
            if (until == null ? !undo.isEmpty() : version.compareTo(until) <= 0) break;
            Migration file = files.undo().get(version);
            if (file == null) throw new MigrationException("version " + version + " cannot be rolled back: there is no file U" + version + "__... ; nothing was done");
            undo.add(file);
        }
        return undo;
    }

    /** Says that everything up to this version is there already. The database must have no history, or an older one. */
    public void baseline(Version version, String name) throws SQLException, MigrationException {
        locked(_ -> { }, () -> {
            History history = history();
            Version latest = history.latest();
            if (latest != null && latest.compareTo(version) >= 0) {
                throw new MigrationException("version " + latest + " is applied already: a baseline of " + version + " would say nothing new");
            }
            HistoryTable.NewRow row = new HistoryTable.NewRow(History.BASELINE, version, name, "", null, 0, true, SchemaDescription.of(connection).hash());
            add(history, List.of(row));
            return null;
        });
    }

    /** Adds rows that say what another tool had done, all or none. Only where nothing is remembered yet. */
    void adopt(List<HistoryTable.NewRow> rows) throws SQLException, MigrationException {
        locked(_ -> { }, () -> {
            History history = history();
            if (!history.rows().isEmpty()) throw new MigrationException("this database has a history of its own already; nothing was imported");
            add(history, rows);
            return null;
        });
    }

    private void add(History history, List<HistoryTable.NewRow> rows) throws SQLException {
        connection.setAutoCommit(false);
        try {
            if (!HistoryTable.exists(connection)) HistoryTable.create(connection);
            long rank = history.lastRank();
            for (HistoryTable.NewRow row : rows) HistoryTable.insert(connection, ++rank, row);
            connection.commit();
        } finally {
            backToRest();
        }
    }

    private interface Work<T> {
        T run() throws SQLException, MigrationException;
    }

    private <T> T locked(Consumer<String> waits, Work<T> work) throws SQLException, MigrationException {
        connection.setAutoCommit(true);
        try (RunLock _ = RunLock.take(connection, wait, waits)) {
            return work.run();
        }
    }

    private void run(List<Migration> files, Unit unit, Listener listener) throws SQLException, MigrationException {
        List<Script> scripts = new ArrayList<>();
        for (Migration file : files) scripts.add(Script.of(file, placeholders));
        if (!HistoryTable.exists(connection)) HistoryTable.create(connection);
        int at = 0;
        while (at < scripts.size()) {
            if (scripts.get(at).outsideTransaction()) {
                alone(scripts.get(at));
                listener.done(scripts.get(at++).file());
                continue;
            }
            int end = at + 1;
            while (unit == Unit.RUN && end < scripts.size() && !scripts.get(end).outsideTransaction()) end++;
            together(scripts.subList(at, end));
            for (; at < end; at++) listener.done(scripts.get(at).file());
        }
    }

    private void together(List<Script> scripts) throws SQLException, MigrationException {
        connection.setAutoCommit(false);
        try {
            long rank = HistoryTable.read(connection).lastRank();
            for (int i = 0; i < scripts.size(); i++) {
                long started = System.nanoTime();
                scripts.get(i).run(connection);
                String hash = i == scripts.size() - 1 ? SchemaDescription.of(connection).hash() : null;
                HistoryTable.insert(connection, ++rank, HistoryTable.NewRow.of(scripts.get(i).file(), millis(started), true, hash));
            }
            try {
                connection.commit();
            } catch (SQLException e) {
                throw new MigrationException(scripts.getLast().file().file() + ": at commit: " + ServerError.text(e), e);
            }
        } finally {
            backToRest();
        }
    }

    /** The row is there before the statement runs, and says so: a run that is killed in between is found by the next one. */
    private void alone(Script script) throws SQLException, MigrationException {
        History history = history();
        History.Row begun = history.unfinished(script.file().file());
        long rank = begun == null ? history.lastRank() + 1 : begun.rank();
        if (begun == null) HistoryTable.insert(connection, rank, HistoryTable.NewRow.of(script.file(), 0, false, null));
        long started = System.nanoTime();
        if (begun == null || !ConcurrentIndex.finished(connection, script)) script.run(connection);
        HistoryTable.finish(connection, rank, millis(started), SchemaDescription.of(connection).hash());
    }

    private static long millis(long startedNanos) {
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }

    private void backToRest() throws SQLException {
        if (connection.isClosed()) return;
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            if (!connection.isClosed()) throw e; // a connection that broke tells so by the failure that is on its way already
        }
    }
}
