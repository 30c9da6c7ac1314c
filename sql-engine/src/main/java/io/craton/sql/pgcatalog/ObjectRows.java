package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.character;
import static io.craton.sql.pgcatalog.Datum.int2vector;
import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.core.type.PgType;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.DefaultAclDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** The smaller catalogs, each a plain view of one kind of object. */
final class ObjectRows {
    /** The first classes of comments that are kept for all databases: pg_database, pg_authid, pg_tablespace. */
    private static final List<Integer> SHARED_CLASSES = List.of(1262, 1260, 1213);

    private ObjectRows() {}

    static void namespaces(Catalog catalog, Consumer<Object[]> out) {
        for (SchemaDef s : catalog.all(SchemaDef.class)) out.accept(new Object[] {oid(s.oid()), s.name(), oid(s.owner()), Datum.acl(s.acl(), catalog)});
    }

    /** Oid that stands for a column's default in pg_attrdef and pg_depend. */
    static long defaultOid(int table, int column) {
        return (Integer.toUnsignedLong(table) * 1601 + column) & 0xffffffffL;
    }

    static final class Defaults implements Rows.OfCatalog {
        @Override
        public void fill(Catalog catalog, Consumer<Object[]> out) {
            for (TableDef table : catalog.all(TableDef.class)) defaults(table, out);
        }

        @Override
        public int count(Catalog catalog) {
            return catalog.all(TableDef.class).size();
        }

        @Override
        public boolean find(Catalog catalog, int column, Object value, Consumer<Object[]> out) {
            if (column != 1) return false;
            TableDef table = catalog.table((int) (long) (Long) value);
            if (table != null) defaults(table, out);
            return true;
        }

        private static void defaults(TableDef table, Consumer<Object[]> out) {
            for (ColumnDef column : table.columns()) {
                if (column.dropped() || column.hidden() || column.defaultExpression() == null) continue;
                out.accept(new Object[] {
                    defaultOid(table.oid(), column.number()), oid(table.oid()), (long) column.number(), column.defaultExpression()});
            }
        }
    }

    static void enums(Catalog catalog, Consumer<Object[]> out) {
        for (TypeDef def : catalog.all(TypeDef.class)) {
            for (PgType.EnumLabel label : def.type().labels()) {
                out.accept(new Object[] {oid(label.oid()), oid(def.oid()), (double) label.sortOrder(), label.label()});
            }
        }
    }

    static void sequences(Catalog catalog, Consumer<Object[]> out) {
        for (SequenceDef s : catalog.all(SequenceDef.class)) {
            out.accept(new Object[] {oid(s.oid()), oid(s.typeOid()), s.start(), s.increment(), s.maximum(), s.minimum(), s.cache(), s.cycle()});
        }
    }

    /** A view's rule stands under the view's own oid. */
    static void rules(Catalog catalog, Consumer<Object[]> out) {
        for (TableDef table : catalog.all(TableDef.class)) {
            if (table.viewQuery() == null) continue;
            out.accept(new Object[] {
                oid(table.oid()), "_RETURN", oid(table.oid()), character('1'), character('O'), true, "<>", table.viewQuery()});
        }
    }

    static void triggers(Catalog catalog, Consumer<Object[]> out) {
        for (TriggerDef t : catalog.all(TriggerDef.class)) {
            StringBuilder arguments = new StringBuilder();
            for (String argument : t.arguments()) arguments.append(argument).append('\0');
            out.accept(new Object[] {
                oid(t.oid()), oid(t.tableOid()), 0L, t.name(), oid(t.functionOid()), (long) t.type(), character(t.enabled()), t.internal(), 0L,
                0L, oid(t.constraintOid()), t.deferrable(), t.initiallyDeferred(), (long) t.arguments().size(), int2vector(t.columns()),
                arguments.toString().getBytes(StandardCharsets.UTF_8), t.when(), t.oldTable(), t.newTable()});
        }
    }

    static void extensions(Catalog catalog, Consumer<Object[]> out) {
        for (ExtensionDef e : catalog.all(ExtensionDef.class)) {
            out.accept(new Object[] {oid(e.oid()), e.name(), oid(e.owner()), oid(e.schemaOid()), false, e.version(), null, null});
        }
    }

    static void defaultAcls(Catalog catalog, Consumer<Object[]> out) {
        for (DefaultAclDef d : catalog.all(DefaultAclDef.class)) {
            out.accept(new Object[] {oid(d.oid()), oid(d.roleOid()), oid(d.schemaOid()), character(d.objectType()), Datum.acl(d.acl(), catalog)});
        }
    }

    static final class CollationRows implements Rows.OfCatalog {
        private final Shape shape;

        CollationRows(Shape shape) {
            this.shape = shape;
        }

        @Override
        public List<Object[]> builtin() {
            return Resources.rows(shape);
        }

        @Override
        public void fill(Catalog catalog, Consumer<Object[]> out) {
            for (CollationDef c : catalog.all(CollationDef.class)) {
                boolean icu = c.provider() == 'i';
                out.accept(new Object[] {
                    oid(c.oid()), c.name(), oid(c.schemaOid()), oid(c.owner()), character(c.provider()), c.deterministic(), -1L,
                    icu ? null : c.locale(), icu ? null : c.locale(), icu ? c.locale() : null, null});
            }
        }
    }
}
