package io.craton.storage.catalog;

import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import java.util.Map;

/**
 * System relations whose rows are data: every tenant has them, under fixed storage ids that are far above those that tables are given, and no tenant's catalog holds them.
 * Their rows take the road of all rows. Their definitions never change.
 */
public final class SystemTables {
    private static final long STORAGE_FIRST = 1L << 48;
    private static final int PG_CATALOG = 11;
    private static final int POSTGRES = 10;
    private static final int OID_OPERATORS = 1981;
    private static final int INT4_OPERATORS = 1978;

    /** Pages of large objects by object and number: loid, pageno, data. */
    public static final TableDef LARGE_OBJECT_PAGES = table(2613, "pg_largeobject", STORAGE_FIRST, List.of(1, 2),
            column(1, "loid", TypeOid.OID, true), column(2, "pageno", TypeOid.INT4, true), column(3, "data", TypeOid.BYTEA, true));

    /** Large objects: oid, lomowner, and lomacl in the form in which catalog objects have it. */
    public static final TableDef LARGE_OBJECTS = table(2995, "pg_largeobject_metadata", STORAGE_FIRST + 1, List.of(1),
            column(1, "oid", TypeOid.OID, true), column(2, "lomowner", TypeOid.OID, true), column(3, "lomacl", TypeOid.TEXT, false));

    /** All, with their keys. */
    public static final Catalog CATALOG = Catalog.EMPTY.with(List.of(new CatalogChange.Put(LARGE_OBJECT_PAGES), new CatalogChange.Put(LARGE_OBJECTS),
            new CatalogChange.Put(key(2683, "pg_largeobject_loid_pn_index", LARGE_OBJECT_PAGES)),
            new CatalogChange.Put(key(2996, "pg_largeobject_metadata_oid_index", LARGE_OBJECTS))));

    private SystemTables() {}

    public static boolean has(TableDef table) {
        return areRows(table.storageId());
    }

    /** Whether a system table's rows are under this storage id, one of this version's or of another. */
    public static boolean areRows(long storage) {
        return storage >= STORAGE_FIRST;
    }

    private static ColumnDef column(int number, String name, int type, boolean notNull) {
        return new ColumnDef(number, name, type, -1, 0, notNull, null, (char) 0, (char) 0, null, false, false, -1, null, ColumnTuning.DEFAULT);
    }

    private static TableDef table(int oid, String name, long storage, List<Integer> key, ColumnDef... columns) {
        return new TableDef(oid, PG_CATALOG, name, POSTGRES, 'r', 'p', storage, 0, 0, List.of(columns), key, Map.of(), null, true, false, null, 'n', 0);
    }

    private static IndexDef key(int oid, String name, TableDef table) {
        List<IndexDef.KeyPart> parts = table.keyColumns().stream().map(column -> new IndexDef.KeyPart(column, null, false, false,
                table.column(column).typeOid() == PgTypes.OID.oid() ? OID_OPERATORS : INT4_OPERATORS, 0)).toList();
        return new IndexDef(oid, PG_CATALOG, name, table.oid(), 0, true, false, false, parts, List.of(), 0, null, "btree", true, Map.of(), IndexMarks.NONE);
    }
}
