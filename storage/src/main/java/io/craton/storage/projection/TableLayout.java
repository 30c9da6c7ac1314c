package io.craton.storage.projection;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.core.type.PgTypes;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How rows, keys and index entries of one table are encoded under one catalog. Immutable, any thread. */
public final class TableLayout {
    private final TableDef table;
    private final List<IndexDef> defs;
    private final boolean builtInTypes;
    private final RowCodec rows;
    private final KeyCodec key;
    private final List<IndexLayout> indexes;
    private final Set<Integer> deferrable;

    TableLayout(TableDef table, Catalog catalog) {
        this.table = table;
        this.defs = catalog.indexes(table.oid());
        boolean builtIn = true;
        for (ColumnDef column : table.columns()) builtIn &= PgTypes.find(column.typeOid()) != null;
        builtInTypes = builtIn;
        rows = RowCodec.of(table, catalog);
        key = KeyCodec.forTable(table, catalog);
        deferrable = deferrable(table, catalog);
        List<IndexLayout> list = new ArrayList<>();
        for (IndexDef def : defs) {
            if (!def.clustered() && def.valid()) list.add(new IndexLayout(def, KeyCodec.forIndex(def, table, catalog), rows, deferrable.contains(def.oid())));
        }
        indexes = List.copyOf(list);
    }

    /** Indexes of unique constraints that are not checked at once. */
    private static Set<Integer> deferrable(TableDef table, Catalog catalog) {
        Set<Integer> indexes = new HashSet<>(0);
        for (ConstraintDef constraint : catalog.constraints(table.oid())) {
            if (constraint.deferrable() && constraint.type() != 'f') indexes.add(constraint.indexOid());
        }
        return indexes;
    }

    boolean validIn(Catalog catalog) {
        return builtInTypes && catalog.table(table.oid()) == table && catalog.indexes(table.oid()).equals(defs)
                && deferrable.equals(deferrable(table, catalog));
    }

    public TableDef table() {
        return table;
    }

    public RowCodec rows() {
        return rows;
    }

    /** Without parts when rows are keyed by a hidden row id. */
    public KeyCodec key() {
        return key;
    }

    public boolean keyedByRowId() {
        return key.parts().isEmpty();
    }

    /** All valid indexes with a storage of their own: nobody writes to the others, but who makes them. */
    public List<IndexLayout> indexes() {
        return indexes;
    }

    /** The index that is the table's own clustering key. */
    public IndexDef clusteredIndex() {
        for (IndexDef def : defs) {
            if (def.clustered()) return def;
        }
        throw new IllegalStateException("no primary key on " + table.name());
    }

    public IndexLayout index(IndexDef def) {
        for (IndexLayout index : indexes) {
            if (index.def().oid() == def.oid()) return index;
        }
        throw new IllegalStateException("no index " + def.name() + " on " + table.name());
    }
}
