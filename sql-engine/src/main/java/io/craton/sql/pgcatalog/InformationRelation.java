package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.Privileges;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A table or view as information_schema sees it: one form for what users made and for the system's own. */
record InformationRelation(int oid, String schema, String name, int owner, char kind, @Nullable String acl, @Nullable TableDef table,
        @Nullable Shape shape) {
    private static final String ANY_TABLE_PRIVILEGE = "arwdDxt";

    /** @param definition null for a column of a system relation */
    record Column(int number, String name, int typeOid, int typmod, boolean notNull, int collation, @Nullable ColumnDef definition) {}

    /**
     * Tables and views that the current user has any privilege on.
     *
     * @param schema only those in this schema; null for all
     * @param name only those of this name; null for all
     */
    static void each(ExecContext context, List<Shape> shapes, @Nullable String schema, @Nullable String name,
            Consumer<InformationRelation> out) {
        Catalog catalog = context.catalog();
        for (Shape shape : shapes) {
            if (schema != null && !schema.equals(shape.schema()) || name != null && !name.equals(shape.name())) continue;
            give(context, new InformationRelation(shape.oid(), shape.schema(), shape.name(), 10, shape.kind(), shape.acl(), null, shape), out);
        }
        for (TableDef table : tables(catalog, schema, name)) {
            if (table.kind() == 'm' || table.kind() == 'c' || name != null && !name.equals(table.name())) continue;
            String in = String.valueOf(NamedViews.schema(catalog, table.schemaOid()));
            if (schema != null && !schema.equals(in)) continue;
            give(context, new InformationRelation(table.oid(), in, table.name(), table.owner(), table.kind(), table.acl(), table, null), out);
        }
    }

    /** Those among which the wanted ones are. */
    private static Collection<TableDef> tables(Catalog catalog, @Nullable String schema, @Nullable String name) {
        if (schema == null || name == null) return catalog.all(TableDef.class);
        SchemaDef within = catalog.schema(schema);
        return within != null && catalog.relation(within.oid(), name) instanceof TableDef table ? List.of(table) : List.of();
    }

    private static void give(ExecContext context, InformationRelation relation, Consumer<InformationRelation> out) {
        if (relation.accessible(context)) out.accept(relation);
    }

    private boolean accessible(ExecContext context) {
        int role = context.session().currentUserOid();
        if (Privileges.any(context, role, owner, acl, ANY_TABLE_PRIVILEGE, 'r')) return true;
        if (table == null) return false;
        for (ColumnDef column : table.columns()) {
            if (column.acl() != null && Privileges.any(context, role, owner, column.acl(), "arwx", 'c')) return true;
        }
        return false;
    }

    boolean owned(ExecContext context) {
        return Ownership.has(context, owner);
    }

    boolean isView() {
        return kind == 'v';
    }

    List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        if (shape != null) {
            for (Shape.Attribute a : shape.attributes()) {
                columns.add(new Column(a.number(), a.name(), a.typeOid(), a.typmod(), a.notNull(), a.collation(), null));
            }
            return columns;
        }
        for (ColumnDef c : Objects.requireNonNull(table).columns()) {
            if (c.dropped() || c.hidden()) continue;
            columns.add(new Column(c.number(), c.name(), c.typeOid(), c.typmod(), c.notNull(), c.collationOid(), c));
        }
        return columns;
    }
}
