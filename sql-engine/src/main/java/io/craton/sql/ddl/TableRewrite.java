package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes a table so that its rows must be written again: into new storages for the table and its indexes, through the transaction like any
 * other rows. One statement.
 */
final class TableRewrite {
    /** Computes the row of the changed table (one datum for each of its columns) from the old one. */
    @FunctionalInterface
    interface RowChange {
        @Nullable Object[] change(@Nullable Object[] row);
    }

    private final Scope scope;

    TableRewrite(Scope scope) {
        this.scope = scope;
    }

    /** The table with hidden columns added and computed for the rows that are there. */
    TableDef addColumns(TableDef table, List<ColumnDef> added) {
        List<ColumnDef> columns = new ArrayList<>(table.columns());
        columns.addAll(added);
        TableDef wider = Tables.withColumns(table, columns);
        if (!hasRows(table)) {
            scope.context().transaction().change(new CatalogChange.Put(wider));
            return wider;
        }
        return rewrite(table, wider, row -> java.util.Arrays.copyOf(row, columns.size()));
    }

    boolean hasRows(TableDef table) {
        if (table.storageId() == 0) return false;
        try (RowCursor cursor = scope.context().transaction().scan(table, KeyRange.ALL, false)) {
            return cursor.next();
        }
    }

    /** Gives the table and its indexes new storages, and writes every row, changed, with generated and hidden columns computed anew. */
    TableDef rewrite(TableDef before, TableDef after, RowChange change) {
        Transaction transaction = scope.context().transaction();
        TableDef moved = Tables.withStorage(after, transaction.newStorageId());
        RowCodec codec = RowCodec.of(before, scope.context().catalog());
        transaction.change(new CatalogChange.Put(moved));
        for (IndexDef index : List.copyOf(scope.context().catalog().indexes(before.oid()))) {
            if (!index.clustered()) transaction.change(new CatalogChange.Put(Tables.withStorage(index, transaction.newStorageId())));
        }
        CatalogView names = scope.names();
        ComputedColumns computed = ComputedColumns.of(moved, names, scope);
        long seen = 0;
        try (RowCursor cursor = transaction.scan(before, KeyRange.ALL, false)) {
            while (cursor.next()) {
                if ((++seen & 1023) == 0) scope.context().checkInterrupts();
                @Nullable Object[] row = change.change(codec.datums(cursor.row()));
                computed.fill(row);
                if (transaction.insert(moved, row) instanceof Transaction.WriteOutcome.Conflict conflict) {
                    throw duplicate(conflict.index(), moved, row, names);
                }
            }
        }
        return moved;
    }

    static io.craton.core.error.PgException duplicate(IndexDef index, TableDef table, @Nullable Object[] row, CatalogView names) {
        return PgError.error(SqlState.UNIQUE_VIOLATION, "could not create unique index \"" + index.name() + "\"")
                .withDetail("Key " + KeyText.of(index, table, row, names) + " is duplicated.")
                .withTable(names.schemaName(table.schemaOid()), table.name()).withConstraint(index.name()).exception();
    }

}
