package io.craton.storage.projection;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A catalog with the layouts of its tables, made on first use and carried over from the version before where nothing changed. Any thread. */
public final class Schema {
    private final Catalog catalog;
    private final ConcurrentHashMap<Integer, TableLayout> layouts = new ConcurrentHashMap<>();
    private volatile @Nullable Map<Long, TableDef> byStorage;

    public Schema(Catalog catalog, @Nullable Schema before) {
        this.catalog = catalog;
        if (before != null) {
            before.layouts.forEach((oid, layout) -> {
                if (layout.validIn(catalog)) layouts.put(oid, layout);
            });
        }
    }

    public Catalog catalog() {
        return catalog;
    }

    /** Whether both have the same table under this oid, with the same indexes and constraints. */
    public boolean sameDefinition(int tableOid, Schema other) {
        Catalog its = other.catalog;
        return Objects.equals(catalog.table(tableOid), its.table(tableOid)) && catalog.indexes(tableOid).equals(its.indexes(tableOid))
                && catalog.constraints(tableOid).equals(its.constraints(tableOid)) && catalog.referencing(tableOid).equals(its.referencing(tableOid));
    }

    /** The table as this catalog has it, or as the caller has it when that differs. */
    public TableLayout layout(TableDef table) {
        TableLayout layout = layouts.get(table.oid());
        if (layout != null && (layout.table() == table || layout.table().equals(table))) return layout;
        TableLayout made = new TableLayout(table, catalog);
        if (catalog.table(table.oid()) == table) layouts.put(table.oid(), made);
        return made;
    }

    /** Whether some index has its entries under this id. */
    boolean hasIndexStorage(long storage) {
        for (IndexDef index : catalog.all(IndexDef.class)) if (index.storageId() == storage) return true;
        return false;
    }

    /** The layout of the table whose rows have this storage id, or null. */
    public @Nullable TableLayout byStorage(long storage) {
        Map<Long, TableDef> tables = byStorage;
        if (tables == null) {
            tables = new HashMap<>();
            for (TableDef table : catalog.all(TableDef.class)) {
                if (table.storageId() != 0) tables.put(table.storageId(), table);
            }
            byStorage = tables;
        }
        TableDef table = tables.get(storage);
        return table == null ? null : layout(table);
    }
}
