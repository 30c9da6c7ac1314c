package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.SelectStatement.OnCommit;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of a session's temporary tables when a transaction commits. A table whose rows are deleted at commit never has committed rows: what was written to it
 * is forgotten instead. One session's thread.
 */
final class OnCommitActions {
    private final Session session;
    private final Map<Integer, OnCommit> actions = new LinkedHashMap<>();

    OnCommitActions(Session session) {
        this.session = session;
    }

    void register(int tableOid, OnCommit action) {
        if (action == OnCommit.DROP || action == OnCommit.DELETE_ROWS) actions.put(tableOid, action);
    }

    boolean isEmpty() {
        return actions.isEmpty();
    }

    void run(Transaction transaction) {
        Catalog catalog = transaction.catalog();
        actions.keySet().removeIf(oid -> catalog.table(oid) == null);
        List<CatalogObject> dropped = new ArrayList<>();
        actions.forEach((oid, action) -> {
            TableDef table = java.util.Objects.requireNonNull(catalog.table(oid));
            if (action == OnCommit.DROP) {
                dropped.add(table);
            } else {
                checkReferences(table, catalog);
                transaction.discardRows(table);
            }
        });
        if (!dropped.isEmpty()) session.dropQuietly(dropped);
    }

    private void checkReferences(TableDef table, Catalog catalog) {
        for (ConstraintDef key : catalog.referencing(table.oid())) {
            TableDef other = catalog.table(key.tableOid());
            if (other == null || actions.get(other.oid()) == OnCommit.DELETE_ROWS) continue;
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "unsupported ON COMMIT and foreign key combination")
                    .withDetail("Table \"" + other.name() + "\" references \"" + table.name()
                            + "\", but they do not have the same ON COMMIT setting.").exception();
        }
    }
}
