package io.craton.sql.pgcatalog;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.ViewUpdates;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.DefinitionFunctions;
import io.craton.sql.function.Privileges;
import io.craton.sql.function.TypeMeasures;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** information_schema: schemata, tables, columns, views, sequences, and the usage of types by columns. */
final class InformationTables {
    private final List<Shape> shapes;
    private final Map<String, Shape> byName = new HashMap<>();

    InformationTables(List<Shape> shapes) {
        this.shapes = shapes;
        for (Shape shape : shapes) {
            if (shape.schema().equals("information_schema")) byName.put(shape.name(), shape);
        }
    }

    /** Sources by name of view. */
    void register(Map<String, Rows> sources) {
        sources.put("information_schema_catalog_name", (Rows.OfSession) (context, out) -> out.accept(new Object[] {context.session().database()}));
        sources.put("schemata", (Rows.OfSession) this::schemata);
        sources.put("tables", relations("table_schema", "table_name", 1, this::table));
        sources.put("columns", relations("table_schema", "table_name", 10, this::columns));
        sources.put("views", relations("table_schema", "table_name", 1, this::view));
        sources.put("column_udt_usage", relations("table_schema", "table_name", 10, this::udtUsage));
        sources.put("column_domain_usage", relations("table_schema", "table_name", 1, this::domainUsage));
        sources.put("sequences", (Rows.OfSession) this::sequences);
    }

    /** Rows that one relation contributes to a view. */
    @FunctionalInterface
    private interface PerRelation {
        void rows(ExecContext context, InformationRelation relation, Consumer<Object[]> out);
    }

    /**
     * A view over all relations, of which a condition on schema or name picks some.
     *
     * @param perRelation rows that one gives, about
     */
    private Rows relations(String schemaColumn, String nameColumn, double perRelation, PerRelation source) {
        return new Rows.OfSession() {
            @Override
            public void fill(ExecContext context, Consumer<Object[]> out) {
                InformationRelation.each(context, shapes, null, null, relation -> source.rows(context, relation, out));
            }

            @Override
            public void find(ExecContext context, Map<String, Object> values, Consumer<Object[]> out) {
                InformationRelation.each(context, shapes, (String) values.get(schemaColumn), (String) values.get(nameColumn),
                        relation -> source.rows(context, relation, out));
            }

            @Override
            public double count(Catalog catalog) {
                return perRelation * (shapes.size() + catalog.all(TableDef.class).size());
            }

            @Override
            public double distinct(Catalog catalog, String column) {
                if (column.equals(nameColumn)) return shapes.size() + catalog.all(TableDef.class).size();
                return column.equals(schemaColumn) ? 1 + catalog.all(SchemaDef.class).size() : Rows.OfSession.super.distinct(catalog, column);
            }
        };
    }

    private void schemata(ExecContext context, Consumer<Object[]> out) {
        for (SchemaDef schema : context.catalog().all(SchemaDef.class)) {
            if (!Ownership.has(context, schema.owner())
                    && !Privileges.any(context, context.session().currentUserOid(), schema.owner(), schema.acl(), "CU", 'n')) continue;
            out.accept(new Object[] {
                context.session().database(), schema.name(), NamedViews.role(context.catalog(), schema.owner()), null, null, null, null});
        }
    }

    private void table(ExecContext context, InformationRelation relation, Consumer<Object[]> out) {
        NamedRow row = new NamedRow(byName.get("tables"), out);
        TableDef table = relation.table();
        boolean temporary = table != null && table.persistence() == 't';
        row.name("table", context.session().database(), relation.schema(), relation.name());
        row.set("table_type", temporary ? "LOCAL TEMPORARY" : relation.isView() ? "VIEW" : "BASE TABLE");
        row.set("is_insertable_into", !relation.isView() || (updates(context, relation) & ViewUpdates.INSERT) != 0);
        PgType type = table == null || table.ofTypeOid() == 0 ? null : context.catalog().type(table.ofTypeOid());
        if (type != null) {
            row.set("user_defined_type_catalog", context.session().database());
            row.set("user_defined_type_schema", NamedViews.schema(context.catalog(), type.namespaceOid()));
            row.set("user_defined_type_name", type.name());
        }
        row.set("is_typed", type != null);
        row.end();
    }

    private void columns(ExecContext context, InformationRelation relation, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        NamedRow row = new NamedRow(byName.get("columns"), out);
        InformationTypes types = new InformationTypes(catalog, database);
        TableDef table = relation.table();
        Set<Integer> updatable = table == null || table.kind() != 'v' ? Set.of() : ViewUpdates.columns(table, context.session().names());
        for (InformationRelation.Column column : relation.columns()) {
            PgType type = type(catalog, relation, column);
            if (type == null) continue;
            ColumnDef definition = column.definition();
            PgType base = types.base(type);
            row.name("table", database, relation.schema(), relation.name());
            row.set("column_name", column.name());
            row.set("ordinal_position", column.number());
            row.set("is_nullable", !(column.notNull() || type.kind() == 'd' && type.notNull()));
            types.describe(row, type, column.typmod());
            types.collation(row, column.collation() != 0 ? column.collation() : type.collationOid());
            if (type.kind() == 'd') types.udt(row, "domain", type);
            types.udt(row, "udt", base);
            row.set("dtd_identifier", Integer.toString(column.number()));
            row.set("is_self_referencing", false);
            boolean generated = definition != null && definition.generated() != 0;
            if (definition != null) {
                row.set(generated ? "generation_expression" : "column_default",
                        DefinitionFunctions.columnDefault(context, java.util.Objects.requireNonNull(relation.table()), definition));
            }
            identity(catalog, relation, definition, row);
            row.set("is_generated", generated ? "ALWAYS" : "NEVER");
            row.set("is_updatable", !relation.isView() || updatable.contains(column.number()));
            row.end();
        }
    }

    /** The column's type; columns of system relations are of built-in types, or of domains that show as their base. */
    private static @Nullable PgType type(Catalog catalog, InformationRelation relation, InformationRelation.Column column) {
        PgType type = catalog.type(column.typeOid());
        if (type != null || relation.shape() == null) return type;
        return relation.shape().attributes().get(column.number() - 1).type();
    }

    private static void identity(Catalog catalog, InformationRelation relation, @Nullable ColumnDef column, NamedRow row) {
        boolean identity = column != null && column.identity() != 0;
        row.set("is_identity", identity);
        row.set("identity_cycle", false);
        if (!identity) return;
        row.set("identity_generation", column.identity() == 'a' ? "ALWAYS" : "BY DEFAULT");
        for (SequenceDef sequence : catalog.all(SequenceDef.class)) {
            if (sequence.ownerTable() != relation.oid() || sequence.ownerColumn() != column.number() || !sequence.internal()) continue;
            row.set("identity_start", Long.toString(sequence.start()));
            row.set("identity_increment", Long.toString(sequence.increment()));
            row.set("identity_maximum", Long.toString(sequence.maximum()));
            row.set("identity_minimum", Long.toString(sequence.minimum()));
            row.set("identity_cycle", sequence.cycle());
        }
    }

    private void view(ExecContext context, InformationRelation relation, Consumer<Object[]> out) {
        if (!relation.isView()) return;
        TableDef table = relation.table();
        NamedRow row = new NamedRow(byName.get("views"), out);
        row.name("table", context.session().database(), relation.schema(), relation.name());
        row.set("view_definition", table == null || !relation.owned(context) ? null : DefinitionFunctions.view(context, table));
        String check = table == null ? null : table.options().get("check_option");
        row.set("check_option", check == null ? "NONE" : check.toUpperCase(java.util.Locale.ROOT));
        int updates = updates(context, relation);
        row.set("is_updatable", (updates & (ViewUpdates.UPDATE | ViewUpdates.DELETE)) == (ViewUpdates.UPDATE | ViewUpdates.DELETE));
        row.set("is_insertable_into", (updates & ViewUpdates.INSERT) != 0);
        row.set("is_trigger_updatable", hasTrigger(context, table, TriggerDef.UPDATE));
        row.set("is_trigger_deletable", hasTrigger(context, table, TriggerDef.DELETE));
        row.set("is_trigger_insertable_into", hasTrigger(context, table, TriggerDef.INSERT));
        row.end();
    }

    private static int updates(ExecContext context, InformationRelation relation) {
        return relation.table() == null ? 0 : ViewUpdates.of(relation.table(), false, context.session().names());
    }

    private static boolean hasTrigger(ExecContext context, @Nullable TableDef view, int event) {
        return view != null && context.catalog().triggers(view.oid()).stream().anyMatch(trigger -> trigger.is(TriggerDef.INSTEAD | event));
    }

    private void udtUsage(ExecContext context, InformationRelation relation, Consumer<Object[]> out) {
        if (!relation.owned(context)) return;
        String database = context.session().database();
        InformationTypes types = new InformationTypes(context.catalog(), database);
        NamedRow row = new NamedRow(byName.get("column_udt_usage"), out);
        for (InformationRelation.Column column : relation.columns()) {
            PgType type = type(context.catalog(), relation, column);
            if (type == null) continue;
            types.udt(row, "udt", types.base(type));
            row.name("table", database, relation.schema(), relation.name()).set("column_name", column.name()).end();
        }
    }

    private void domainUsage(ExecContext context, InformationRelation relation, Consumer<Object[]> out) {
        if (!relation.owned(context)) return;
        String database = context.session().database();
        InformationTypes types = new InformationTypes(context.catalog(), database);
        NamedRow row = new NamedRow(byName.get("column_domain_usage"), out);
        for (InformationRelation.Column column : relation.columns()) {
            PgType type = type(context.catalog(), relation, column);
            if (type == null || type.kind() != 'd') continue;
            types.udt(row, "domain", type);
            row.name("table", database, relation.schema(), relation.name()).set("column_name", column.name()).end();
        }
    }

    private void sequences(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        NamedRow row = new NamedRow(byName.get("sequences"), out);
        for (SequenceDef sequence : catalog.all(SequenceDef.class)) {
            if (sequence.internal()) continue;
            if (!Privileges.any(context, context.session().currentUserOid(), sequence.owner(), sequence.acl(), "rwU", 'S')) continue;
            PgType type = PgTypes.get(sequence.typeOid() == 0 ? TypeOid.INT8 : sequence.typeOid());
            row.name("sequence", context.session().database(), NamedViews.schema(catalog, sequence.schemaOid()), sequence.name());
            row.set("data_type", new InformationTypes(catalog, "").dataType(type));
            row.set("numeric_precision", TypeMeasures.precision(type.oid(), -1)).set("numeric_precision_radix", 2).set("numeric_scale", 0);
            row.set("start_value", Long.toString(sequence.start())).set("minimum_value", Long.toString(sequence.minimum()));
            row.set("maximum_value", Long.toString(sequence.maximum())).set("increment", Long.toString(sequence.increment()));
            row.set("cycle_option", sequence.cycle()).end();
        }
    }
}
