package io.craton.storage.projection;

import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.SystemTables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Some of what a projection holds, as commands name it: {@code rows}, {@code indexes}, {@code catalog}, or a table with its indexes. */
public final class ProjectionPart {
    private final Set<Byte> kinds;
    private final @Nullable Set<Long> storages;

    private ProjectionPart(Set<Byte> kinds, @Nullable Set<Long> storages) {
        this.kinds = kinds;
        this.storages = storages;
    }

    /** Null when nothing is called so. {@code columns} are made of rows when they are needed, so that nothing of them is stored. */
    public static @Nullable ProjectionPart named(String name, Schema schema) {
        return switch (name) {
            case "rows" -> new ProjectionPart(Set.of(StoreKeys.ROW, StoreKeys.HISTORY, StoreKeys.COUNT, StoreKeys.SEQUENCE, StoreKeys.LATE), null);
            case "indexes" -> new ProjectionPart(Set.of(StoreKeys.INDEX, StoreKeys.INDEX_HISTORY), null);
            case "catalog" -> new ProjectionPart(Set.of(StoreKeys.CATALOG), null);
            case "columns" -> new ProjectionPart(Set.of(), null);
            default -> table(name, schema);
        };
    }

    private static @Nullable ProjectionPart table(String name, Schema schema) {
        Set<Long> storages = new HashSet<>();
        List<TableDef> tables = new ArrayList<>(schema.catalog().all(TableDef.class));
        tables.addAll(SystemTables.CATALOG.all(TableDef.class));
        for (TableDef table : tables) {
            if (!table.name().equals(name) || table.storageId() == 0) continue;
            storages.add(table.storageId());
            for (IndexLayout index : schema.layout(table).indexes()) storages.add(index.storage());
        }
        return storages.isEmpty() ? null : new ProjectionPart(Set.of(StoreKeys.ROW, StoreKeys.HISTORY, StoreKeys.COUNT, StoreKeys.INDEX, StoreKeys.INDEX_HISTORY), storages);
    }

    /** Whether anything of it is stored. */
    public boolean isStored() {
        return !kinds.isEmpty();
    }

    /** What every key of it begins with, one or the other, in order. */
    List<byte[]> prefixes() {
        List<byte[]> prefixes = new ArrayList<>();
        for (byte kind : new TreeSet<>(kinds)) {
            if (storages == null) prefixes.add(new byte[] {kind});
            else for (long storage : new TreeSet<>(storages)) prefixes.add(StoreKeys.storage(kind, storage));
        }
        return prefixes;
    }

    /** Whether it decides what tables there are. */
    public boolean isCatalog() {
        return kinds.contains(StoreKeys.CATALOG);
    }
}
