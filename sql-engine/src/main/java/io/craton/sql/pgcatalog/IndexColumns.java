package io.craton.sql.pgcatalog;

import io.craton.sql.deparse.StoredSql;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;

/** What the columns of an index are called: as the table's columns, or by what their expressions are; no name comes twice. Pure. */
public final class IndexColumns {
    private IndexColumns() {}

    public static List<String> names(IndexDef index, TableDef table, Catalog catalog) {
        List<String> names = new ArrayList<>();
        for (IndexDef.KeyPart part : index.keyParts()) {
            names.add(distinct(part.expression() == null ? table.column(part.column()).name() : StoredSql.columnName(part.expression(), table, catalog), names));
        }
        for (int included : index.includedColumns()) names.add(distinct(table.column(included).name(), names));
        return names;
    }

    private static String distinct(String name, List<String> taken) {
        String candidate = name;
        for (int i = 1; taken.contains(candidate); i++) candidate = name + i;
        return candidate;
    }
}
