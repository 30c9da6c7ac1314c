package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Statement.DropBehavior;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** TRUNCATE: tables get new, empty storages. */
final class Truncation {
    private Truncation() {}

    static String run(TableStatement.Truncate truncate, Scope scope) {
        Catalog catalog = scope.context().catalog();
        Map<Integer, TableDef> tables = new LinkedHashMap<>();
        for (FromItem.RelationItem item : truncate.relations()) {
            RelationRef found = scope.names().relation(item.relation().schema(), item.relation().name());
            if (found == null) {
                throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + item.relation() + "\" does not exist");
            }
            if (!(found instanceof RelationRef.Stored stored) || stored.table().kind() != 'r') {
                throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + item.relation().name() + "\" is not a table");
            }
            Ownership.requireTable(stored.table(), "D", scope);
            tables.put(stored.table().oid(), stored.table());
        }
        addReferencing(truncate, catalog, tables, scope);
        Transaction transaction = scope.context().transaction();
        for (TableDef table : tables.values()) {
            transaction.lockTable(table.oid(), 8, WaitPolicy.WAIT);
            Ownership.requireUnused(table, "TRUNCATE", scope);
        }
        scope.truncate(List.copyOf(tables.values()), () -> {
            for (TableDef table : tables.values()) transaction.truncate(Found.current(table, scope));
            if (!truncate.restartIdentity()) return;
            for (SequenceDef sequence : catalog.all(SequenceDef.class)) {
                if (tables.containsKey(sequence.ownerTable())) transaction.setValue(sequence, sequence.start(), false);
            }
        });
        return "TRUNCATE TABLE";
    }

    private static void addReferencing(TableStatement.Truncate truncate, Catalog catalog, Map<Integer, TableDef> tables, Scope scope) {
        Deque<TableDef> open = new ArrayDeque<>(tables.values());
        while (!open.isEmpty()) {
            TableDef table = open.poll();
            for (ConstraintDef key : catalog.referencing(table.oid())) {
                TableDef child = catalog.table(key.tableOid());
                if (child == null || tables.containsKey(child.oid())) continue;
                if (truncate.behavior() != DropBehavior.CASCADE) {
                    throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot truncate a table referenced in a foreign key constraint")
                            .withDetail("Table \"" + child.name() + "\" references \"" + table.name() + "\".")
                            .withHint("Truncate table \"" + child.name() + "\" at the same time, or use TRUNCATE ... CASCADE.").exception();
                }
                scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "truncate cascades to table \"" + child.name() + "\""));
                tables.put(child.oid(), child);
                open.add(child);
            }
        }
    }
}
