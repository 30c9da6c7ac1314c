package io.craton.sql.analyze;

import io.craton.sql.pgcatalog.VirtualTable;
import org.jspecify.annotations.Nullable;

/** Finds the system catalogs and views. */
public interface BuiltinRelations {
    /** @param schema pg_catalog or information_schema */
    @Nullable VirtualTable find(String schema, String name);

    default @Nullable VirtualTable find(int oid) {
        return null;
    }
}
