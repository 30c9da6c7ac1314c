package io.craton.storage.sim;

import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Definitions of tables for tests. */
public final class Tables {
    private Tables() {}

    /** A column: "id int4" in the form of a name and a type's oid. */
    public record Column(String name, int typeOid) {}

    public static Column int4(String name) {
        return new Column(name, TypeOid.INT4);
    }

    public static Column int8(String name) {
        return new Column(name, TypeOid.INT8);
    }

    public static Column text(String name) {
        return new Column(name, TypeOid.TEXT);
    }

    public static TableDef table(int oid, long storage, String name, List<Column> columns, List<Integer> key) {
        List<ColumnDef> defs = new ArrayList<>();
        for (Column column : columns) {
            defs.add(new ColumnDef(defs.size() + 1, column.name, column.typeOid, -1, 0, key.contains(defs.size() + 1), null, (char) 0,
                    (char) 0, null, false, false, -1, null, ColumnTuning.DEFAULT));
        }
        return new TableDef(oid, 2200, name, 10, 'r', 'p', storage, 0, 0, defs, key, Map.of(), null, true, false, null, 'd', 0);
    }

    public static TableDef table(Transaction transaction, String name, List<Column> columns, List<Integer> key) {
        return table(transaction.newOid(), transaction.newStorageId(), name, columns, key);
    }

    /** The index that stands for the table's own key. */
    public static IndexDef primaryKey(int oid, TableDef table) {
        return new IndexDef(oid, 2200, table.name() + "_pkey", table.oid(), 0, true, true, false, parts(table.keyColumns()), List.of(), 0,
                null, "btree", true, Map.of(), IndexMarks.NONE);
    }

    public static IndexDef index(Transaction transaction, TableDef table, String name, boolean unique, Integer... columns) {
        return new IndexDef(transaction.newOid(), 2200, name, table.oid(), transaction.newStorageId(), unique, false, false,
                parts(List.of(columns)), List.of(), 0, null, "btree", true, Map.of(), IndexMarks.NONE);
    }

    private static List<IndexDef.KeyPart> parts(List<Integer> columns) {
        return columns.stream().map(column -> new IndexDef.KeyPart(column, null, false, false, 0, 0)).toList();
    }
}
