package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.session.SqlSession.Progress;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.session.TransactionBlock.Effect;
import io.craton.sql.session.TransactionBlock.Event;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.UtilityStatement;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.txn.WaitPolicy;
import io.craton.storage.txn.IsolationLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements about the session itself: transactions, settings, prepared statements, cursors, locks, notifications. The session's thread. */
final class SessionStatements {
    private final Session session;
    private final StatementRunner runner;
    private final SettingStatements settings;
    private final ConstraintStatement constraints;
    private final CursorStatements cursors;
    private final PreparedStatements prepared;
    private final ExplainStatement explain;

    SessionStatements(Session session, StatementRunner runner) {
        this.session = session;
        this.runner = runner;
        this.settings = new SettingStatements(session.settings, session.identity, () -> session.transactions, session.moments);
        this.constraints = new ConstraintStatement(session, runner);
        this.cursors = new CursorStatements(session, runner);
        this.prepared = new PreparedStatements(session, runner);
        this.explain = new ExplainStatement(session, runner, prepared);
    }

    PreparedStatements prepared() {
        return prepared;
    }

    ConstraintStatement constraints() {
        return constraints;
    }

    CursorStatements cursors() {
        return cursors;
    }

    SettingStatements settings() {
        return settings;
    }

    /** Columns of a utility statement that returns rows; null for others. */
    @Nullable RowDescription describe(Statement statement, AnalyzedStatement.Utility analyzed) {
        return switch (statement) {
            case SessionStatement.Show show -> show.name().equals("all")
                    ? UtilityResult.textColumns(List.of("name", "setting", "description"))
                    : UtilityResult.textColumns(List.of(session.settings.spelled(show.name())));
            case SessionStatement.Fetch fetch -> fetch.move() ? null : cursors.columns(fetch);
            case SessionStatement.Execute execute -> prepared.columns(execute);
            case RoutineStatement.Call call -> analyzed.call() == null || analyzed.call().columns().isEmpty() ? null
                    : Planner.describe(analyzed.call().columns(), session.catalog());
            case UtilityStatement.Explain e -> UtilityResult.columns(List.of("QUERY PLAN"), ExplainStatement.resultType(e));
            default -> null;
        };
    }

    /** Statements that never wait. */
    boolean runsInline(Statement statement) {
        return switch (statement) {
            case SessionStatement.Begin b -> true;
            case SessionStatement.Commit c -> !c.chain();
            case SessionStatement.Rollback r -> !r.chain();
            case SessionStatement.Show s -> true;
            case SessionStatement.SetSetting s -> true;
            case SessionStatement.Savepoint s -> true;
            case SessionStatement.ReleaseSavepoint s -> true;
            default -> false;
        };
    }

    Progress quick(QuickTexts.Quick quick, ResultSink sink) {
        return switch (quick) {
            case BEGIN -> begin(new SessionStatement.Begin(false, List.of()), sink);
            case COMMIT -> commit(new SessionStatement.Commit(false), sink, Mode.INLINE);
            case ROLLBACK -> rollback(new SessionStatement.Rollback(false), sink);
        };
    }

    /** @param call what the statement was called with */
    Progress run(SessionStatement statement, UtilityCall call, short[] formats, boolean describe, ResultSink sink, Mode mode) {
        switch (statement) {
            case SessionStatement.Begin begin -> {
                return begin(begin, sink);
            }
            case SessionStatement.Commit commit -> {
                return commit(commit, sink, mode);
            }
            case SessionStatement.Rollback rollback -> {
                return rollback(rollback, sink);
            }
            case SessionStatement.Execute execute -> {
                prepared.execute(execute, formats, describe, sink);
                return Progress.DONE;
            }
            case SessionStatement.Fetch fetch -> {
                cursors.fetch(fetch, formats, describe, sink);
                return Progress.DONE;
            }
            default -> {
                runner.answer(simple(statement, call), formats, describe, sink);
                return Progress.DONE;
            }
        }
    }

    private UtilityResult simple(SessionStatement statement, UtilityCall call) {
        switch (statement) {
            case SessionStatement.Savepoint savepoint -> session.transactions.savepoint(savepoint.name());
            case SessionStatement.ReleaseSavepoint release -> session.levelPortals(session.transactions.release(release.name()));
            case SessionStatement.RollbackToSavepoint rollback -> session.closePortalsBehind(session.transactions.rollbackTo(rollback.name()));
            default -> session.transactions.forStatement();
        }
        if (session.identity.restricted()) requireHarmless(statement);
        if (session.reads.wanted()) requireReader(statement);
        return switch (statement) {
            case SessionStatement.Savepoint s -> UtilityResult.tag("SAVEPOINT");
            case SessionStatement.ReleaseSavepoint s -> UtilityResult.tag("RELEASE");
            case SessionStatement.RollbackToSavepoint s -> UtilityResult.tag("ROLLBACK");
            case SessionStatement.SetSetting set -> setSetting(set);
            case SessionStatement.SetTransaction set -> setTransaction(set);
            case SessionStatement.Show show -> settings.show(show);
            case SessionStatement.Discard discard -> discard(discard);
            case SessionStatement.Prepare prepare -> prepared.prepare(prepare, call.plan().parsed());
            case SessionStatement.Deallocate deallocate -> prepared.deallocate(deallocate);
            case SessionStatement.DeclareCursor declare -> cursors.declare(declare, call);
            case SessionStatement.ClosePortal close -> cursors.close(close);
            case SessionStatement.LockTable lock -> new LockStatement(session, runner).run(lock);
            case SessionStatement.Notify notify -> notify(notify);
            case SessionStatement.SetConstraints set -> constraints.run(set);
            case SessionStatement.Listen listen -> listen(listen);
            case SessionStatement.Unlisten unlisten -> unlisten(unlisten);
            case SessionStatement.SetTransactionSnapshot s -> importSnapshot(s.snapshot());
            case SessionStatement.AlterSystem s -> throw PgException.notSupported("ALTER SYSTEM");
            case SessionStatement.PrepareTransaction p -> throw preparedTransactions();
            case SessionStatement.CommitPrepared p -> throw preparedTransactions();
            case SessionStatement.RollbackPrepared p -> throw preparedTransactions();
            case SessionStatement.Begin b -> throw new IllegalStateException();
            case SessionStatement.Commit c -> throw new IllegalStateException();
            case SessionStatement.Rollback r -> throw new IllegalStateException();
            case SessionStatement.Execute e -> throw new IllegalStateException();
            case SessionStatement.Fetch f -> throw new IllegalStateException();
        };
    }

    /** What a session leaves behind on one node, or locks, is for the leader. */
    private void requireReader(SessionStatement statement) {
        String command = switch (statement) {
            case SessionStatement.Listen s -> "LISTEN";
            case SessionStatement.LockTable s -> "LOCK TABLE";
            case SessionStatement.DeclareCursor s -> s.hold() ? "DECLARE CURSOR WITH HOLD" : null;
            case SessionStatement.SetTransaction s -> s.modes().contains(SessionStatement.TransactionMode.READ_WRITE)
                    && s.scope() == SessionStatement.TransactionScope.TRANSACTION ? "SET TRANSACTION READ WRITE" : null;
            default -> null;
        };
        if (command != null) session.reads.requireLeader(session.transactions, command);
    }

    private static PgException preparedTransactions() {
        return PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "prepared transactions are disabled")
                .withHint("Set max_prepared_transactions to a nonzero value.").exception();
    }

    private UtilityResult setSetting(SessionStatement.SetSetting set) {
        if (set.scope() == SessionStatement.SettingScope.LOCAL && !session.transactions.inBlock()) {
            session.notice(PgError.warning(SqlState.NO_ACTIVE_SQL_TRANSACTION, "SET LOCAL can only be used in transaction blocks"));
        }
        return settings.set(set);
    }

    private UtilityResult importSnapshot(String id) {
        if (!session.transactions.inBlock()) {
            throw new PgException(SqlState.NO_ACTIVE_SQL_TRANSACTION, "SET TRANSACTION can only be used in transaction blocks");
        }
        session.transactions.requireNoQuery("SET TRANSACTION SNAPSHOT must be called before any query");
        IsolationLevel level = session.transactions.current().isolation();
        if (level == IsolationLevel.READ_COMMITTED) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED,
                    "a snapshot-importing transaction must have isolation level SERIALIZABLE or REPEATABLE READ");
        }
        if (level == IsolationLevel.SERIALIZABLE) throw PgException.notSupported("SET TRANSACTION SNAPSHOT in a serializable transaction");
        if (!session.transactions.current().importSnapshot(id)) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid snapshot identifier: \"" + id + "\"");
        }
        return UtilityResult.tag("SET");
    }

    private UtilityResult setTransaction(SessionStatement.SetTransaction set) {
        if (set.scope() == SessionStatement.TransactionScope.SESSION_CHARACTERISTICS) {
            for (SessionStatement.TransactionMode mode : set.modes()) {
                switch (mode) {
                    case READ_UNCOMMITTED -> session.settings.set("default_transaction_isolation", "read uncommitted", false);
                    case READ_COMMITTED -> session.settings.set("default_transaction_isolation", "read committed", false);
                    case REPEATABLE_READ -> session.settings.set("default_transaction_isolation", "repeatable read", false);
                    case SERIALIZABLE -> session.settings.set("default_transaction_isolation", "serializable", false);
                    case READ_ONLY -> session.settings.set("default_transaction_read_only", "on", false);
                    case READ_WRITE -> session.settings.set("default_transaction_read_only", "off", false);
                    case DEFERRABLE -> session.settings.set("default_transaction_deferrable", "on", false);
                    case NOT_DEFERRABLE -> session.settings.set("default_transaction_deferrable", "off", false);
                }
            }
            return UtilityResult.tag("SET");
        }
        if (!session.transactions.inBlock()) {
            session.notice(PgError.warning(SqlState.NO_ACTIVE_SQL_TRANSACTION, "SET TRANSACTION can only be used in transaction blocks"));
        }
        session.transactions.apply(set.modes());
        return UtilityResult.tag("SET");
    }

    /** 42501 for what would outlive code of another owner in the session. */
    private void requireHarmless(SessionStatement statement) {
        String command = switch (statement) {
            case SessionStatement.ClosePortal s -> "CLOSE";
            case SessionStatement.Prepare s -> "PREPARE";
            case SessionStatement.Deallocate s -> "DEALLOCATE";
            case SessionStatement.Listen s -> "LISTEN";
            case SessionStatement.Unlisten s -> "UNLISTEN";
            case SessionStatement.Discard s -> "DISCARD";
            default -> null;
        };
        if (command != null) session.identity.requireUnrestricted("execute " + command);
    }

    private UtilityResult discard(SessionStatement.Discard discard) {
        switch (discard.target()) {
            case ALL -> {
                session.transactions.preventInBlock("DISCARD ALL");
                cursors.closeAll();
                settings.assign("session_authorization", null, false);
                session.settings.resetAll();
                session.statements.clear();
                java.util.Objects.requireNonNull(session.transactions.current()).advisoryUnlockAll();
                session.listener.unlisten(null);
                session.view().forgetSequences();
                dropTemporary();
                return UtilityResult.tag("DISCARD ALL");
            }
            case PLANS -> session.statements.all().forEach(statement -> statement.current = null);
            case SEQUENCES -> session.view().forgetSequences();
            case TEMPORARY -> {
                dropTemporary();
                return UtilityResult.tag("DISCARD TEMP");
            }
        }
        return UtilityResult.tag("DISCARD " + discard.target());
    }

    private void dropTemporary() {
        if (session.store.temporarySchema() == 0) return;
        Catalog catalog = java.util.Objects.requireNonNull(session.transactions.current()).catalog();
        session.dropQuietly(TemporaryObjects.in(session.store.temporarySchema(), catalog));
    }

    private UtilityResult notify(SessionStatement.Notify notify) {
        session.view().notify(notify.channel(), notify.payload() == null ? "" : notify.payload());
        return UtilityResult.tag("NOTIFY");
    }

    private UtilityResult listen(SessionStatement.Listen listen) {
        session.listener.listen(listen.channel());
        return UtilityResult.tag("LISTEN");
    }

    private UtilityResult unlisten(SessionStatement.Unlisten unlisten) {
        session.listener.unlisten(unlisten.channel());
        return UtilityResult.tag("UNLISTEN");
    }

    UtilityResult explain(UtilityStatement.Explain statement, UtilityCall call) {
        return explain.run(statement, call);
    }

    // ---- transactions --------------------------------------------------------------------------------------------

    private Progress begin(SessionStatement.Begin begin, ResultSink sink) {
        if (session.reads.wanted() && !session.transactions.inBlock() && writes(begin.modes())) {
            session.reads.requireLeader(session.transactions, begin.start() ? "START TRANSACTION" : "BEGIN");
        }
        Effect effect = session.transactions.begin(begin.modes());
        if (effect == Effect.WARN_ALREADY_OPEN) {
            session.notice(PgError.warning(SqlState.ACTIVE_SQL_TRANSACTION, "there is already a transaction in progress"));
        }
        sink.commandComplete(begin.start() ? "START TRANSACTION" : "BEGIN");
        return Progress.DONE;
    }

    private boolean writes(List<SessionStatement.TransactionMode> modes) {
        boolean readOnly = session.settings.bool("default_transaction_read_only");
        for (SessionStatement.TransactionMode mode : modes) {
            if (mode == SessionStatement.TransactionMode.READ_ONLY) readOnly = true;
            if (mode == SessionStatement.TransactionMode.READ_WRITE) readOnly = false;
        }
        return !readOnly;
    }

    private Progress commit(SessionStatement.Commit commit, ResultSink sink, Mode mode) {
        if (commit.chain() && !session.transactions.inBlock()) {
            throw new PgException(SqlState.NO_ACTIVE_SQL_TRANSACTION, "COMMIT AND CHAIN can only be used in transaction blocks");
        }
        if (session.transactions.block() == TransactionBlock.OPEN) {
            List<SessionStatement.TransactionMode> modes = commit.chain() ? currentModes() : List.of();
            return session.commit(Event.COMMIT, sink, mode, () -> {
                if (commit.chain()) session.transactions.begin(modes);
                sink.commandComplete("COMMIT");
            });
        }
        boolean failed = session.transactions.block() == TransactionBlock.FAILED;
        List<SessionStatement.TransactionMode> modes = commit.chain() ? currentModes() : List.of();
        Effect effect = session.transactions.commit(Event.COMMIT);
        warnNotOpen(effect);
        if (commit.chain()) session.transactions.begin(modes);
        sink.commandComplete(failed ? "ROLLBACK" : "COMMIT");
        return Progress.DONE;
    }

    private Progress rollback(SessionStatement.Rollback rollback, ResultSink sink) {
        if (rollback.chain() && !session.transactions.inBlock()) {
            throw new PgException(SqlState.NO_ACTIVE_SQL_TRANSACTION, "ROLLBACK AND CHAIN can only be used in transaction blocks");
        }
        List<SessionStatement.TransactionMode> modes = rollback.chain() ? currentModes() : List.of();
        warnNotOpen(session.transactions.rollback());
        if (rollback.chain()) session.transactions.begin(modes);
        sink.commandComplete("ROLLBACK");
        return Progress.DONE;
    }

    private void warnNotOpen(Effect effect) {
        if (effect == Effect.WARN_NOT_OPEN || effect == Effect.COMMIT_WARN_NOT_OPEN || effect == Effect.ROLLBACK_WARN_NOT_OPEN) {
            session.notice(PgError.warning(SqlState.NO_ACTIVE_SQL_TRANSACTION, "there is no transaction in progress"));
        }
    }

    List<SessionStatement.TransactionMode> currentModes() {
        return List.of(
                SessionStatement.TransactionMode.valueOf(
                        session.settings.get("transaction_isolation").toUpperCase(java.util.Locale.ROOT).replace(' ', '_')),
                session.settings.bool("transaction_read_only")
                        ? SessionStatement.TransactionMode.READ_ONLY
                        : SessionStatement.TransactionMode.READ_WRITE,
                session.settings.bool("transaction_deferrable")
                        ? SessionStatement.TransactionMode.DEFERRABLE
                        : SessionStatement.TransactionMode.NOT_DEFERRABLE);
    }

}
