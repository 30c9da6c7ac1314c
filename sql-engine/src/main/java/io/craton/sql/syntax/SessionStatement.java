package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings, transactions, prepared statements, cursors, notifications. */
public sealed interface SessionStatement extends Statement {
    enum SettingScope { SESSION, LOCAL }

    enum SettingKind { VALUE, DEFAULT, FROM_CURRENT, RESET, RESET_ALL }

    /**
     * What SET and RESET do to one setting. Special forms carry PostgreSQL's setting names: SET TIME ZONE is "timezone", SET NAMES "client_encoding",
     * SET SCHEMA "search_path", SET ROLE "role", SET SESSION AUTHORIZATION "session_authorization", SET XML OPTION "xmloption". Values are IntegerLiteral,
     * NumericLiteral, StringLiteral, or (time zone) a TypeCast to interval.
     */
    record SettingChange(SettingKind kind, String name, List<Expr> values) {}

    record SetSetting(SettingScope scope, SettingChange change) implements SessionStatement {}

    enum TransactionScope { TRANSACTION, SESSION_CHARACTERISTICS }

    /** SET TRANSACTION modes; LOCAL makes no difference. */
    record SetTransaction(TransactionScope scope, List<TransactionMode> modes) implements SessionStatement {}

    record SetTransactionSnapshot(String snapshot) implements SessionStatement {}

    /** {@code name} "all" for SHOW ALL. */
    record Show(String name) implements SessionStatement {}

    /** {@code constraints} empty: ALL. */
    record SetConstraints(List<QualifiedName> constraints, boolean deferred) implements SessionStatement {}

    enum DiscardTarget { ALL, PLANS, SEQUENCES, TEMPORARY }

    record Discard(DiscardTarget target) implements SessionStatement {}

    /** ALTER SYSTEM. */
    record AlterSystem(SettingChange change) implements SessionStatement {}

    enum TransactionMode {
        READ_UNCOMMITTED, READ_COMMITTED, REPEATABLE_READ, SERIALIZABLE, READ_ONLY, READ_WRITE, DEFERRABLE, NOT_DEFERRABLE
    }

    /** BEGIN or START TRANSACTION ({@code start}, for the command tag). */
    record Begin(boolean start, List<TransactionMode> modes) implements SessionStatement {}

    record Commit(boolean chain) implements SessionStatement {}

    /** ROLLBACK or ABORT. */
    record Rollback(boolean chain) implements SessionStatement {}

    record Savepoint(String name) implements SessionStatement {}

    record ReleaseSavepoint(String name) implements SessionStatement {}

    record RollbackToSavepoint(String name) implements SessionStatement {}

    record PrepareTransaction(String id) implements SessionStatement {}

    record CommitPrepared(String id) implements SessionStatement {}

    record RollbackPrepared(String id) implements SessionStatement {}

    record Prepare(String name, List<TypeName> types, Optimizable statement) implements SessionStatement {}

    record Execute(String name, List<Expr> arguments) implements SessionStatement {}

    /** {@code name} null: ALL. */
    record Deallocate(@Nullable String name) implements SessionStatement {}

    enum Scroll { DEFAULT, SCROLL, NO_SCROLL }

    enum Sensitivity { DEFAULT, ASENSITIVE, INSENSITIVE }

    record DeclareCursor(String name, boolean binary, Sensitivity sensitivity, Scroll scroll, boolean hold, SelectStatement query)
            implements SessionStatement {}

    enum FetchDirection { FORWARD, BACKWARD, ABSOLUTE, RELATIVE }

    /** FETCH or MOVE; ALL is {@link Long#MAX_VALUE}. NEXT is FORWARD 1, FIRST is ABSOLUTE 1, LAST is ABSOLUTE -1, as in PostgreSQL. */
    record Fetch(boolean move, FetchDirection direction, long count, String cursor) implements SessionStatement {}

    /** {@code name} null: ALL. */
    record ClosePortal(@Nullable String name) implements SessionStatement {}

    record Listen(String channel) implements SessionStatement {}

    record Notify(String channel, @Nullable String payload) implements SessionStatement {}

    /** {@code channel} null: *. */
    record Unlisten(@Nullable String channel) implements SessionStatement {}

    enum TableLockMode {
        ACCESS_SHARE, ROW_SHARE, ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE, ACCESS_EXCLUSIVE
    }

    record LockTable(List<FromItem.RelationItem> relations, TableLockMode mode, boolean nowait) implements SessionStatement {}
}
