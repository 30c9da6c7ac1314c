package io.craton.sql.function;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What access methods, indexes and their columns can do, as pg_indexam_has_property and its like tell. Unknown properties are null. */
final class AccessMethodProperties {
    private static final Set<String> OF_METHODS = Set.of("can_order", "can_unique", "can_multi_col", "can_exclude", "can_include");
    private static final Set<String> OF_INDEXES = Set.of("clusterable", "index_scan", "bitmap_scan", "backward_scan");

    /** By oid of pg_am: the properties that a method has, of methods and of indexes. */
    private static final Map<Long, Set<String>> METHODS = Map.of(
            403L, Set.of("can_order", "can_unique", "can_multi_col", "can_exclude", "can_include", "clusterable", "index_scan", "bitmap_scan", "backward_scan"),
            405L, Set.of("can_exclude", "index_scan", "bitmap_scan", "backward_scan"),
            783L, Set.of("can_multi_col", "can_exclude", "can_include", "clusterable", "index_scan", "bitmap_scan"),
            2742L, Set.of("can_multi_col", "bitmap_scan"),
            3580L, Set.of("can_multi_col", "bitmap_scan"),
            4000L, Set.of("can_exclude", "can_include", "index_scan", "bitmap_scan"));

    private AccessMethodProperties() {}

    static void register(Kernels kernels) {
        kernels.scalar("pg_indexam_has_property", (context, call, a) -> {
            Set<String> properties = METHODS.get((Long) a[0]);
            String name = name(a[1]);
            return properties == null || !OF_METHODS.contains(name) ? null : (Object) properties.contains(name);
        });
        kernels.scalar("pg_index_has_property", (context, call, a) -> {
            IndexDef index = index(context.catalog(), a[0]);
            String name = name(a[1]);
            return index == null || !OF_INDEXES.contains(name) ? null : (Object) properties(index).contains(name);
        });
        kernels.scalar("pg_index_column_has_property", (context, call, a) -> {
            IndexDef index = index(context.catalog(), a[0]);
            return index == null ? null : ofColumn(index, (Long) a[1], name(a[2]));
        });
    }

    private static String name(Object argument) {
        return ((String) argument).toLowerCase(Locale.ROOT);
    }

    private static @Nullable IndexDef index(Catalog catalog, Object oid) {
        return catalog.find(IndexDef.class, (int) (long) (Long) oid);
    }

    private static Set<String> properties(IndexDef index) {
        return METHODS.getOrDefault(index.method().equals("hash") ? 405L : 403L, Set.of());
    }

    private static @Nullable Object ofColumn(IndexDef index, long column, String name) {
        int keys = index.keyParts().size();
        if (column < 1 || column > keys + index.includedColumns().size()) return null;
        boolean ordered = properties(index).contains("can_order");
        IndexDef.KeyPart part = column <= keys ? index.keyParts().get((int) column - 1) : null;
        return switch (name) {
            case "asc" -> part == null ? null : (Object) (ordered && !part.descending());
            case "desc" -> part == null ? null : (Object) (ordered && part.descending());
            case "nulls_first" -> part == null ? null : (Object) (ordered && part.nullsFirst());
            case "nulls_last" -> part == null ? null : (Object) (ordered && !part.nullsFirst());
            case "orderable" -> part != null && ordered;
            case "distance_orderable" -> false;
            case "returnable" -> ordered;
            case "search_array", "search_nulls" -> part == null ? null : (Object) ordered;
            default -> null;
        };
    }
}
