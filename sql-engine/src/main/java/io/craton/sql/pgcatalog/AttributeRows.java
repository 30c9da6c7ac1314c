package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.character;
import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import io.craton.storage.row.KeySecret;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** pg_attribute: columns of tables, views and sequences, parts of indexes, and the system columns that tables have. */
final class AttributeRows implements Rows.OfCatalog {
    private static final int RELATION = 0;
    private static final String[] SYSTEM_COLUMNS = {"tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"};
    private static final int[] SYSTEM_TYPES = {TypeOid.OID, TypeOid.CID, TypeOid.XID, TypeOid.CID, TypeOid.XID, TypeOid.TID};

    private final List<Shape> shapes;

    AttributeRows(List<Shape> shapes) {
        this.shapes = shapes;
    }

    /** Place of attndims. */
    private static final int DIMENSIONS = 6;

    /** Place of attstorage. */
    private static final int STORAGE = 11;

    /** Place of attacl. */
    private static final int ACL = 22;

    @Override
    public List<Object[]> builtin() {
        List<Object[]> rows = new ArrayList<>();
        Map<Integer, Shape> byOid = new HashMap<>();
        InitialPrivileges privileges = new InitialPrivileges(InitialPrivileges.RELATIONS);
        for (Shape shape : shapes) {
            byOid.put(shape.oid(), shape);
            if (shape.kind() == 'r') systemColumns(shape.oid(), rows::add);
            for (Shape.Attribute attribute : shape.attributes()) {
                Object[] row = row(shape.oid(), attribute.name(), attribute.typeOid(), attribute.type(), attribute.number(), attribute.typmod(),
                        attribute.notNull(), attribute.collation());
                if (shape.kind() == 'v') row[DIMENSIONS] = 0L;
                row[ACL] = Datum.acl(privileges.acl(shape.oid(), attribute.number()));
                rows.add(row);
            }
        }
        for (BuiltinIndex index : BuiltinIndex.all()) {
            Shape table = byOid.get(index.tableOid());
            for (int i = 0; i < index.columns().size(); i++) {
                Shape.Attribute column = table.attributes().get(index.columns().get(i) - 1);
                PgType type = column.typeOid() == TypeOid.NAME ? PgTypes.get(TypeOid.CSTRING) : column.type();
                rows.add(row(index.oid(), column.name(), type.oid(), type, i + 1, -1, false, index.collations().get(i)));
            }
        }
        return rows;
    }

    @Override
    public void fill(Catalog catalog, Consumer<Object[]> out) {
        for (TableDef table : catalog.all(TableDef.class)) table(catalog, table, out);
        for (IndexDef index : catalog.all(IndexDef.class)) index(catalog, index, out);
        for (SequenceDef sequence : catalog.all(SequenceDef.class)) sequence(sequence, out);
    }

    @Override
    public int count(Catalog catalog) {
        int count = 2 * catalog.all(IndexDef.class).size() + (SYSTEM_COLUMNS.length + 3) * catalog.all(SequenceDef.class).size();
        for (TableDef table : catalog.all(TableDef.class)) count += SYSTEM_COLUMNS.length + table.columns().size();
        return count;
    }

    @Override
    public boolean find(Catalog catalog, int column, Object value, Consumer<Object[]> out) {
        if (column != RELATION) return false;
        int oid = (int) (long) (Long) value;
        TableDef table = catalog.table(oid);
        IndexDef index = catalog.find(IndexDef.class, oid);
        SequenceDef sequence = catalog.find(SequenceDef.class, oid);
        if (table != null) table(catalog, table, out);
        if (index != null) index(catalog, index, out);
        if (sequence != null) sequence(sequence, out);
        return true;
    }

    private static void table(Catalog catalog, TableDef table, Consumer<Object[]> out) {
        if (table.kind() != 'v' && table.kind() != 'c') systemColumns(table.oid(), out);
        for (ColumnDef column : table.columns()) {
            if (column.hidden()) continue;
            PgType type = column.dropped() ? null : catalog.type(column.typeOid());
            String name = column.dropped() ? "........pg.dropped." + column.number() + "........" : column.name();
            Object[] row = row(table.oid(), name, column.dropped() ? 0 : column.typeOid(), type, column.number(), column.typmod(),
                    column.notNull(), column.collationOid() != 0 || type == null ? column.collationOid() : collation(catalog, type));
            if (table.kind() != 'r') row[DIMENSIONS] = 0L;
            row[3] = (long) column.statisticsTarget(); // attstattarget
            row[14] = column.defaultExpression() != null; // atthasdef
            row[16] = character(column.identity()); // attidentity
            row[17] = character(column.generated()); // attgenerated
            row[18] = column.dropped(); // attisdropped
            row[ACL] = Datum.acl(column.acl(), catalog);
            tuning(column.tuning(), row);
            row[ACL + 1] = column.dropped() ? null : Datum.options(shown(column.tuning().options())); // attoptions
            out.accept(row);
        }
    }

    private static int collation(Catalog catalog, PgType type) {
        PgType base = type;
        while (base != null && base.kind() == 'd' && base.collationOid() == 0) base = catalog.type(base.baseTypeOid());
        return base == null ? 0 : base.collationOid();
    }

    private static void sequence(SequenceDef sequence, Consumer<Object[]> out) {
        systemColumns(sequence.oid(), out);
        out.accept(row(sequence.oid(), "last_value", TypeOid.INT8, PgTypes.INT8, 1, -1, true, 0));
        out.accept(row(sequence.oid(), "log_cnt", TypeOid.INT8, PgTypes.INT8, 2, -1, true, 0));
        out.accept(row(sequence.oid(), "is_called", TypeOid.BOOL, PgTypes.BOOL, 3, -1, true, 0));
    }

    private static void index(Catalog catalog, IndexDef index, Consumer<Object[]> out) {
        TableDef table = catalog.table(index.tableOid());
        if (table == null) return;
        List<String> names = IndexColumns.names(index, table, catalog);
        int at = 0;
        for (IndexDef.KeyPart part : index.keyParts()) {
            indexPart(catalog, index, names.get(at), table.column(part.column()), ++at, part.expression() == null, out);
        }
        for (int included : index.includedColumns()) indexPart(catalog, index, names.get(at), table.column(included), ++at, true, out);
    }

    private static void indexPart(Catalog catalog, IndexDef index, String name, ColumnDef column, int number, boolean plain, Consumer<Object[]> out) {
        PgType type = catalog.type(column.typeOid());
        Object[] row = row(index.oid(), name, column.typeOid(), type, number, column.typmod(), false,
                column.collationOid() != 0 || type == null ? column.collationOid() : collation(catalog, type));
        if (plain) tuning(column.tuning(), row);
        row[3] = (long) index.marks().statistics().getOrDefault(number, -1); // attstattarget
        out.accept(row);
    }

    /** A keyed column's secret is for nobody to see. */
    private static Map<String, String> shown(Map<String, String> options) {
        if (!options.containsKey(KeySecret.OPTION)) return options;
        Map<String, String> shown = new LinkedHashMap<>(options);
        shown.put(KeySecret.OPTION, "on");
        return shown;
    }

    private static void tuning(ColumnTuning tuning, Object[] row) {
        if (tuning.storage() != 0) row[STORAGE] = character(tuning.storage());
        row[STORAGE + 1] = character(tuning.compression());
    }

    private static void systemColumns(int relation, Consumer<Object[]> out) {
        for (int i = 0; i < SYSTEM_COLUMNS.length; i++) {
            PgType type = PgTypes.get(SYSTEM_TYPES[i]);
            out.accept(row(relation, SYSTEM_COLUMNS[i], type.oid(), type, i - SYSTEM_COLUMNS.length, -1, true, 0));
        }
    }

    /** A column without default, identity and the like. */
    private static Object[] row(int relation, String name, int typeOid, @Nullable PgType type, int number, int typmod, boolean notNull,
            int collation) {
        int length = type == null ? 0 : type.length();
        return new Object[] {
            oid(relation), name, oid(typeOid), number < 0 ? 0L : -1L, (long) length, (long) number, // .. atttypid attstattarget attlen attnum
            type != null && type.isArray() ? 1L : 0L, -1L, (long) typmod, // attndims attcacheoff atttypmod
            type != null && TypeRows.byValue(type), character(type == null ? 'i' : type.align()), character(type == null ? 'p' : type.storage()),
            0L, notNull, false, false, 0L, 0L, false, true, 0L, // attcompression notnull hasdef hasmissing identity generated dropped local inhcount
            oid(collation), null, null, null, null}; // attcollation attacl attoptions attfdwoptions attmissingval
    }
}
