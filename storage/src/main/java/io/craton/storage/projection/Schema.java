package io.craton.storage.projection;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.SystemTables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A catalog with the layouts of its tables, made on first use and carried over from the version before where nothing changed. Any thread. */
public final class Schema {
    /** By storage. */
    private static final Map<Long, TableLayout> SYSTEM = system();

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

    private static Map<Long, TableLayout> system() {
        Map<Long, TableLayout> layouts = new HashMap<>();
        for (TableDef table : SystemTables.CATALOG.all(TableDef.class)) layouts.put(table.storageId(), new TableLayout(table, SystemTables.CATALOG));
        return Map.copyOf(layouts);
    }

    public Catalog catalog() {
        return catalog;
    }

    /** Whether a plan made for a table under this schema holds under another one: it has the same columns, constraints and indexes, or an index more that forbids nothing. */
    public boolean sameDefinition(int tableOid, Schema other) {
        Catalog its = other.catalog;
        return Objects.equals(catalog.table(tableOid), its.table(tableOid)) && sameIndexes(catalog.indexes(tableOid), its.indexes(tableOid))
                && sameConstraints(catalog.constraints(tableOid), its.constraints(tableOid)) && catalog.referencing(tableOid).equals(its.referencing(tableOid));
    }

    /** One that was found to hold for all rows forbids nothing that it did not forbid before. */
    private static boolean sameConstraints(List<ConstraintDef> before, List<ConstraintDef> after) {
        if (before.equals(after)) return true;
        if (before.size() != after.size()) return false;
        for (int i = 0; i < before.size(); i++) if (!before.get(i).equals(after.get(i)) && !before.get(i).asValidated().equals(after.get(i))) return false;
        return true;
    }

    private static boolean sameIndexes(List<IndexDef> before, List<IndexDef> after) {
        if (before.equals(after)) return true;
        for (IndexDef index : before) if (index.valid() && !after.contains(index)) return false;
        for (IndexDef index : after) if (index.valid() && index.unique() && !before.contains(index)) return false;
        return true;
    }

    /** The table as this catalog has it, or as the caller has it when that differs. */
    public TableLayout layout(TableDef table) {
        if (SystemTables.has(table)) return java.util.Objects.requireNonNull(SYSTEM.get(table.storageId()));
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
        TableLayout system = SYSTEM.get(storage);
        if (system != null) return system;
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
