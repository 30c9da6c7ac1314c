package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Mark;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes a table so that its rows must be written again: into new storages for the table and its indexes, through the transaction like any
 * other rows. The new values come from a query over the table as it was. One statement.
 */
final class TableRewrite {
    /** Of a value that somebody wrote. */
    private static final int UNKNOWN_COLLATION = -1;

    private final Scope scope;

    TableRewrite(Scope scope) {
        this.scope = scope;
    }

    boolean hasRows(TableDef table) {
        if (table.storageId() == 0) return false;
        try (RowCursor cursor = scope.context().transaction().scan(table, KeyRange.ALL, false)) {
            return cursor.next();
        }
    }

    /**
     * Puts the changed table, and writes its rows again when there are any.
     *
     * @param values SQL over the old table for columns (by number) that are not simply kept; new columns without one are null
     */
    TableDef rewrite(TableDef before, TableDef after, Map<Integer, String> values) {
        Transaction transaction = scope.context().transaction();
        AnalyzedStatement.Query query = hasRows(before) ? scope.analyze(query(before, after, values, table(before))) : null;
        TableDef moved = move(before, after);
        if (query == null) return moved;
        CatalogView names = scope.names();
        int[] target = targets(moved);
        scope.query(query, fields -> {
            @Nullable Object[] row = row(moved, target, fields);
            checkNotNull(moved, row, names);
            if (transaction.insert(moved, row) instanceof Transaction.WriteOutcome.Conflict conflict) {
                throw duplicate(conflict.index(), moved, row, names);
            }
        });
        transaction.nextCommand(); // what else the statement does reads the rows where they are now
        return moved;
    }

    /** Puts the changed table, with new storages for it and its indexes. */
    TableDef move(TableDef before, TableDef after) {
        Transaction transaction = scope.context().transaction();
        TableDef moved = Tables.withStorage(after, transaction.newStorageId());
        transaction.change(new CatalogChange.Put(moved));
        for (IndexDef index : List.copyOf(scope.context().catalog().indexes(before.oid()))) {
            if (!index.clustered()) transaction.change(new CatalogChange.Put(Tables.withStorage(index, transaction.newStorageId())));
        }
        return moved;
    }

    /** A row of the table with these values of the columns that are there. */
    static @Nullable Object[] row(TableDef table, int[] targets, @Nullable Object[] fields) {
        @Nullable Object[] row = new Object[table.columns().size()];
        for (int i = 0; i < targets.length; i++) row[targets[i]] = fields[i];
        return row;
    }

    static void checkNotNull(TableDef table, @Nullable Object[] row, CatalogView names) {
        for (ColumnDef column : table.columns()) {
            if (column.notNull() && !column.dropped() && row[column.number() - 1] == null) {
                throw RowChecks.containsNulls(table, column, names);
            }
        }
    }

    /** A materialized view's query with the columns that its indexes compute; its fields are the {@link #targets}. */
    static String query(TableDef view) {
        String own = java.util.Objects.requireNonNull(view.viewQuery());
        List<String> inner = new ArrayList<>();
        Map<Integer, Integer> places = new HashMap<>();
        for (ColumnDef column : view.columns()) {
            if (column.dropped() || column.hidden()) continue;
            inner.add(SqlText.identifier(column.name()));
            places.put(column.number(), inner.size());
        }
        if (view.columns().size() == inner.size()) return own;
        List<String> outer = new ArrayList<>();
        for (ColumnDef column : view.columns()) {
            if (column.dropped()) continue;
            outer.add(column.hidden() ? "(" + StoredSql.remapped(java.util.Objects.requireNonNull(column.defaultExpression()), places::get) + ")"
                    : "rewritten." + SqlText.identifier(column.name()));
        }
        return "select " + String.join(", ", outer) + " from (" + own + ") rewritten(" + String.join(", ", inner) + ")";
    }

    /** Places of the columns that are there, in order. */
    static int[] targets(TableDef table) {
        return table.columns().stream().filter(column -> !column.dropped()).mapToInt(column -> column.number() - 1).toArray();
    }

    private String table(TableDef table) {
        return SqlText.qualified(scope.names().schemaName(table.schemaOid()), table.name());
    }

    /** What the columns of the changed table are, in the order of their {@link #targets}, over rows of the old one that have this name. */
    String query(TableDef before, TableDef after, Map<Integer, String> values, String rows) {
        List<String> inner = new ArrayList<>();
        List<String> outer = new ArrayList<>();
        Map<Integer, Integer> places = new HashMap<>();
        for (ColumnDef column : after.columns()) {
            boolean kept = !column.dropped() && (!column.hidden() && column.generated() == 0 || values.containsKey(column.number()));
            if (kept) places.put(column.number(), places.size() + 1);
        }
        for (ColumnDef column : after.columns()) {
            if (column.dropped()) continue;
            String name = SqlText.identifier(column.name());
            boolean computed = column.hidden() || column.generated() != 0;
            if (computed && !values.containsKey(column.number())) {
                outer.add("(" + StoredSql.remapped(java.util.Objects.requireNonNull(column.defaultExpression()), places::get) + ")");
                continue;
            }
            boolean isNew = column.number() > before.columns().size();
            String type = TypeNames.of(scope.names().requireType(column.typeOid()), column.typmod(), scope.names());
            String value = values.getOrDefault(column.number(), isNew ? "null::" + type
                    : SqlText.identifier(before.column(column.number()).name()));
            inner.add(collated(value, column, values.containsKey(column.number()) ? UNKNOWN_COLLATION : isNew ? typeCollation(column) : before.column(column.number()).collationOid())
                    + " as " + name);
            outer.add("rewritten." + name);
        }
        return "select " + String.join(", ", outer) + " from (select " + String.join(", ", inner) + " from " + rows + ") rewritten";
    }

    /** With the column's collation, where the value has another by itself. */
    private String collated(String value, ColumnDef column, int own) {
        return column.collationOid() == own || column.collationOid() == 0 ? value : "(" + value + ") collate " + new Mark.Collation(column.collationOid()).text();
    }

    private int typeCollation(ColumnDef column) {
        return scope.names().requireType(column.typeOid()).collationOid();
    }

    /** Rows that are handed over under the table's name, whose values have no collation by themselves, as the table's. */
    String given(TableDef table) {
        String name = SqlText.identifier(table.name());
        List<String> columns = new ArrayList<>();
        for (ColumnDef column : table.columns()) {
            if (column.dropped() || column.hidden()) continue;
            String own = SqlText.identifier(column.name());
            columns.add(collated(own, column, typeCollation(column)) + " as " + own);
        }
        return "(select " + String.join(", ", columns) + " from " + name + ") " + name;
    }

    static PgException duplicate(IndexDef index, TableDef table, @Nullable Object[] row, CatalogView names) {
        return PgError.error(SqlState.UNIQUE_VIOLATION, "could not create unique index \"" + index.name() + "\"")
                .withDetail("Key " + KeyText.of(index, table, row, names) + " is duplicated.")
                .withTable(names.schemaName(table.schemaOid()), table.name()).withConstraint(index.name()).exception();
    }
}
