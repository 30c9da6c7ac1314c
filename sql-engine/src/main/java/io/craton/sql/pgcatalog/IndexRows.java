package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.int2vector;
import static io.craton.sql.pgcatalog.Datum.oid;
import static io.craton.sql.pgcatalog.Datum.oidvector;

import io.craton.core.type.PgType;
import io.craton.sql.function.OperatorClass;
import io.craton.sql.function.OperatorFamilies;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** pg_index. */
final class IndexRows implements Rows.OfCatalog {
    @Override
    public List<Object[]> builtin() {
        List<Object[]> rows = new ArrayList<>();
        for (BuiltinIndex index : BuiltinIndex.all()) {
            int count = index.columns().size();
            rows.add(row(index.oid(), index.tableOid(), count, count, index.unique(), false, index.primary(), true, true, index.columns(),
                    index.collations(), index.operatorClasses(), new ArrayList<>(java.util.Collections.nCopies(count, 0)), null, null, IndexMarks.NONE));
        }
        return rows;
    }

    @Override
    public void fill(Catalog catalog, Consumer<Object[]> out) {
        for (IndexDef index : catalog.all(IndexDef.class)) index(catalog, index, out);
    }

    @Override
    public int count(Catalog catalog) {
        return catalog.all(IndexDef.class).size();
    }

    @Override
    public boolean find(Catalog catalog, int column, Object value, Consumer<Object[]> out) {
        if (column > 1) return false;
        int oid = (int) (long) (Long) value;
        if (column == 0) {
            IndexDef index = catalog.find(IndexDef.class, oid);
            if (index != null) index(catalog, index, out);
        } else {
            for (IndexDef index : catalog.indexes(oid)) index(catalog, index, out);
        }
        return true;
    }

    private static void index(Catalog catalog, IndexDef index, Consumer<Object[]> out) {
        TableDef table = catalog.table(index.tableOid());
        if (table == null) return;
        List<Integer> columns = new ArrayList<>();
        List<Integer> collations = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        List<Integer> options = new ArrayList<>();
        List<String> expressions = new ArrayList<>();
        for (IndexDef.KeyPart part : index.keyParts()) {
            ColumnDef column = table.column(part.column());
            columns.add(part.expression() == null ? part.column() : 0);
            if (part.expression() != null) expressions.add(part.expression());
            collations.add(collation(catalog, part, column));
            classes.add(part.operatorClassOid() != 0 ? part.operatorClassOid() : defaultClass(catalog, index.method(), column));
            options.add(part.descending() ? part.nullsFirst() ? 3 : 1 : part.nullsFirst() ? 2 : 0);
        }
        columns.addAll(index.includedColumns());
        ConstraintDef constraint = constraint(catalog, index);
        out.accept(row(index.oid(), index.tableOid(), columns.size(), index.keyParts().size(), index.unique(), index.nullsNotDistinct(),
                index.primary(), constraint == null || !constraint.deferrable(), index.valid(), columns, collations, classes, options,
                expressions.isEmpty() ? null : String.join(", ", expressions), index.predicate(), index.marks()));
    }

    private static int collation(Catalog catalog, IndexDef.KeyPart part, ColumnDef column) {
        if (part.collationOid() != 0) return part.collationOid();
        if (column.collationOid() != 0) return column.collationOid();
        PgType type = catalog.type(column.typeOid());
        return type == null ? 0 : type.collationOid();
    }

    static int defaultClass(Catalog catalog, String method, ColumnDef column) {
        PgType type = catalog.type(column.typeOid());
        if (type == null) return 0;
        OperatorClass found = OperatorFamilies.standard(method, type, catalog);
        return found == null ? 0 : found.oid();
    }

    static @Nullable ConstraintDef constraint(Catalog catalog, IndexDef index) {
        for (ConstraintDef constraint : catalog.constraints(index.tableOid())) {
            if (constraint.indexOid() == index.oid() && constraint.type() != 'f') return constraint;
        }
        return null;
    }

    private static Object[] row(int oid, int table, int columnCount, int keyCount, boolean unique, boolean nullsNotDistinct, boolean primary,
            boolean immediate, boolean valid, List<Integer> columns, List<Integer> collations, List<Integer> classes, List<Integer> options,
            @Nullable String expressions, @Nullable String predicate, IndexMarks marks) {
        return new Object[] {
            oid(oid), oid(table), (long) columnCount, (long) keyCount, unique, nullsNotDistinct, primary, false, // .. indisexclusion
            immediate, marks.cluster(), valid, false, valid, true, marks.replica(), // indimmediate indisclustered indisvalid indcheckxmin ready live replident
            int2vector(columns), oidvector(collations), oidvector(classes), int2vector(options), expressions, predicate};
    }
}
