package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.Access;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.function.Privileges;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SessionStatement.LockTable;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** LOCK TABLE: takes no snapshot, so that a transaction may lock first and see what is true then. The session's thread. */
final class LockStatement {
    private static final int ROW_EXCLUSIVE = 3;

    private final Session session;
    private final Snapshots snapshots;
    private final StatementContext context;
    private final Transaction transaction;
    private final Set<Integer> locked = new HashSet<>();

    LockStatement(Session session, StatementRunner runner) {
        this.session = session;
        session.transactions.requireBlock("LOCK TABLE");
        this.snapshots = runner.snapshots();
        this.context = runner.bareContext();
        this.transaction = context.transaction();
        transaction.interrupts(context);
        transaction.waiting(Transaction.Waiting.ALLOWED);
    }

    UtilityResult run(LockTable lock) {
        int mode = lock.mode().ordinal() + 1;
        WaitPolicy wait = lock.nowait() ? WaitPolicy.NO_WAIT : WaitPolicy.WAIT;
        for (FromItem.RelationItem item : lock.relations()) {
            TableDef table = find(item);
            take(table, mode, wait, session.identity.currentUserOid());
            // It may have been dropped, and another made, before the lock was ours.
            while (!transaction.definitionHolds(table)) {
                snapshots.take(transaction);
                table = find(item);
                take(table, mode, wait, session.identity.currentUserOid());
            }
        }
        return UtilityResult.tag("LOCK TABLE");
    }

    private TableDef find(FromItem.RelationItem item) {
        RelationRef found = session.names().relation(item.relation().schema(), item.relation().name());
        return switch (found) {
            case null -> {
                if (item.relation().schema() != null && !session.names().schemaExists(item.relation().schema())) {
                    throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + item.relation().schema() + "\" does not exist");
                }
                throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + item.relation() + "\" does not exist");
            }
            case RelationRef.Stored stored when stored.table().kind() == 'r' || stored.table().kind() == 'v' -> stored.table();
            case RelationRef.Builtin builtin -> throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied for table " + builtin.table().name());
            default -> throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "cannot lock relation \"" + item.relation().name() + "\"")
                    .withDetail("This operation is not supported for " + plural(found) + ".").exception();
        };
    }

    private static String plural(RelationRef found) {
        return switch (found) {
            case RelationRef.Sequence sequence -> "sequences";
            case RelationRef.Index index -> "indexes";
            case RelationRef.Stored stored -> stored.table().kind() == 'm' ? "materialized views" : "composite types";
            case RelationRef.Builtin builtin -> "system relations";
        };
    }

    /** A view is locked with all that it reads, by the rights of its owner. */
    private void take(TableDef table, int mode, WaitPolicy wait, int role) {
        if (!locked.add(table.oid())) return;
        requireRights(table, mode, role);
        transaction.lockTable(table.oid(), mode, wait);
        if (table.kind() != 'v' || !transaction.definitionHolds(table)) return;
        SelectStatement text = SqlParser.parseStoredQuery(java.util.Objects.requireNonNull(table.viewQuery()));
        AnalyzedStatement.Query query = Analyzer.analyzeQuery(text, session.names(), List.of());
        for (Access access : query.accesses()) {
            if (access.relation() instanceof TableDef inner) take(inner, mode, wait, table.owner());
        }
    }

    private void requireRights(TableDef table, int mode, int role) {
        String letters = mode == 1 ? "r" : mode <= ROW_EXCLUSIVE ? "awdD" : "wdD";
        for (int i = 0; i < letters.length(); i++) {
            if (Privileges.any(context, role, table.owner(), table.acl(), letters.substring(i, i + 1), 'r')) return;
        }
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for " + (table.kind() == 'v' ? "view " : "table ") + table.name());
    }
}
