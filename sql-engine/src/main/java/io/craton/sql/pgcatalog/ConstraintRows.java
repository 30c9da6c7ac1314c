package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.character;
import static io.craton.sql.pgcatalog.Datum.oid;
import static io.craton.sql.pgcatalog.Datum.oids;
import static io.craton.sql.pgcatalog.Datum.smallints;

import io.craton.core.type.PgType;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.OperatorFamilies;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** pg_constraint. */
final class ConstraintRows implements Rows.OfCatalog {
    private static final int OID = 0;
    private static final int RELATION = 7;
    private static final int FOREIGN_RELATION = 11;

    @Override
    public List<Object[]> builtin() {
        List<Object[]> rows = new ArrayList<>();
        for (BuiltinIndex index : BuiltinIndex.all()) {
            if (index.constraintOid() == 0) continue;
            Object[] row = new Object[26];
            row[0] = oid(index.constraintOid());
            row[1] = index.name();
            row[2] = (long) Shape.PG_CATALOG;
            row[3] = character(index.primary() ? 'p' : 'u');
            common(row, false, false, true, index.tableOid(), 0, index.oid(), 0, true);
            row[18] = smallints(index.columns());
            rows.add(row);
        }
        return rows;
    }

    @Override
    public void fill(Catalog catalog, Consumer<Object[]> out) {
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) out.accept(row(catalog, constraint));
    }

    @Override
    public int count(Catalog catalog) {
        return catalog.all(ConstraintDef.class).size();
    }

    @Override
    public boolean find(Catalog catalog, int column, Object value, Consumer<Object[]> out) {
        int oid = value instanceof Long number ? (int) (long) number : 0;
        switch (column) {
            case OID -> {
                ConstraintDef found = catalog.find(ConstraintDef.class, oid);
                if (found != null) out.accept(row(catalog, found));
            }
            case RELATION -> {
                if (oid == 0) return false;
                for (ConstraintDef constraint : catalog.constraints(oid)) out.accept(row(catalog, constraint));
            }
            case FOREIGN_RELATION -> {
                if (oid == 0) return false;
                for (ConstraintDef constraint : catalog.referencing(oid)) out.accept(row(catalog, constraint));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Object[] row(Catalog catalog, ConstraintDef constraint) {
        boolean foreign = constraint.type() == 'f';
        Object[] row = new Object[26];
        row[0] = oid(constraint.oid());
        row[1] = constraint.name();
        row[2] = oid(constraint.schemaOid());
        row[3] = character(constraint.type());
        boolean noInherit = constraint.type() == 'c' ? constraint.noInherit() : constraint.tableOid() != 0;
        common(row, constraint.deferrable(), constraint.initiallyDeferred(), constraint.validated(), constraint.tableOid(),
                constraint.domainOid(), constraint.indexOid(), constraint.foreignTableOid(), noInherit);
        if (foreign) {
            row[12] = character(constraint.updateAction());
            row[13] = character(constraint.deleteAction());
            row[14] = character(constraint.match());
        }
        if (!constraint.columns().isEmpty()) row[18] = smallints(constraint.columns());
        if (foreign) {
            row[19] = smallints(constraint.foreignColumns());
            equalities(catalog, constraint, row);
            if (!constraint.deleteSetColumns().isEmpty()) row[23] = smallints(constraint.deleteSetColumns());
        }
        row[25] = constraint.expression();
        return row;
    }

    private static void common(Object[] row, boolean deferrable, boolean deferred, boolean validated, int table, int domain, int index,
            int foreignTable, boolean noInherit) {
        row[4] = deferrable;
        row[5] = deferred;
        row[6] = validated;
        row[7] = oid(table);
        row[8] = oid(domain);
        row[9] = oid(index);
        row[10] = 0L; // conparentid
        row[11] = oid(foreignTable);
        row[12] = character(' ');
        row[13] = character(' ');
        row[14] = character(' ');
        row[15] = true; // conislocal
        row[16] = 0L; // coninhcount
        row[17] = noInherit;
    }

    /** Operators that compare referenced with referencing, referenced and referencing values. */
    private static void equalities(Catalog catalog, ConstraintDef constraint, Object[] row) {
        List<Integer> mixed = new ArrayList<>();
        List<Integer> referenced = new ArrayList<>();
        List<Integer> referencing = new ArrayList<>();
        TableDef table = catalog.table(constraint.tableOid());
        TableDef target = catalog.table(constraint.foreignTableOid());
        if (table == null || target == null) return;
        for (int i = 0; i < constraint.columns().size(); i++) {
            PgType from = catalog.type(table.column(constraint.columns().get(i)).typeOid());
            PgType to = catalog.type(target.column(constraint.foreignColumns().get(i)).typeOid());
            int own = equality(catalog, from);
            int key = equality(catalog, to);
            referenced.add(key);
            referencing.add(own);
            mixed.add(mixed(from, to, key));
        }
        row[20] = oids(mixed);
        row[21] = oids(referenced);
        row[22] = oids(referencing);
    }

    private static int equality(Catalog catalog, @Nullable PgType type) {
        OperatorDef found = type == null ? null : OperatorFamilies.equality(type, catalog);
        return found == null ? 0 : found.oid();
    }

    private static int mixed(@Nullable PgType from, @Nullable PgType to, int fallback) {
        if (from == null || to == null) return fallback;
        for (OperatorDef operator : BuiltinCatalog.operators("=")) {
            if (operator.left() == to.oid() && operator.right() == from.oid()) return operator.oid();
        }
        return fallback;
    }
}
