package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.DefinitionFunctions;
import io.craton.sql.function.Privileges;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** information_schema's views of constraints. A column that is not null counts as a check constraint, as the standard has it. */
final class InformationConstraints {
    private static final String WRITE_PRIVILEGES = "awdDxt";
    private static final String ANY_PRIVILEGE = "arwdDxt";

    private final List<Shape> shapes;
    private final Map<String, Shape> byName = new HashMap<>();

    InformationConstraints(List<Shape> shapes) {
        this.shapes = shapes;
        for (Shape shape : shapes) {
            if (shape.schema().equals("information_schema")) byName.put(shape.name(), shape);
        }
    }

    void register(Map<String, Rows> sources) {
        sources.put("table_constraints", (Rows.OfSession) this::tableConstraints);
        sources.put("check_constraints", (Rows.OfSession) this::checkConstraints);
        sources.put("key_column_usage", (Rows.OfSession) this::keyColumns);
        sources.put("referential_constraints", (Rows.OfSession) this::referentialConstraints);
        sources.put("constraint_column_usage", (Rows.OfSession) this::constraintColumns);
        sources.put("constraint_table_usage", (Rows.OfSession) this::constraintTables);
        sources.put("domain_constraints", (Rows.OfSession) this::domainConstraints);
    }

    private static String schema(Catalog catalog, int oid) {
        return String.valueOf(NamedViews.schema(catalog, oid));
    }

    private static boolean may(ExecContext context, TableDef table, String privileges) {
        return Privileges.any(context, context.session().currentUserOid(), table.owner(), table.acl(), privileges, 'r');
    }

    private static String notNullName(int schema, int relation, int column) {
        return Integer.toUnsignedString(schema) + "_" + Integer.toUnsignedString(relation) + "_" + column + "_not_null";
    }

    private void tableConstraints(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        NamedRow row = new NamedRow(byName.get("table_constraints"), out);
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            TableDef table = catalog.table(constraint.tableOid());
            if (table == null || !may(context, table, WRITE_PRIVILEGES)) continue;
            row.name("constraint", database, schema(catalog, constraint.schemaOid()), constraint.name());
            row.name("table", database, schema(catalog, table.schemaOid()), table.name());
            row.set("constraint_type", switch (constraint.type()) {
                case 'c' -> "CHECK";
                case 'f' -> "FOREIGN KEY";
                case 'p' -> "PRIMARY KEY";
                default -> "UNIQUE";
            });
            row.set("is_deferrable", constraint.deferrable()).set("initially_deferred", constraint.initiallyDeferred()).set("enforced", true);
            IndexDef index = constraint.type() == 'u' ? catalog.find(IndexDef.class, constraint.indexOid()) : null;
            if (constraint.type() == 'u') row.set("nulls_distinct", index == null || !index.nullsNotDistinct());
            row.end();
        }
        eachNotNull(context, WRITE_PRIVILEGES, (schemaOid, schema, oid, name, column, number) -> {
            row.name("constraint", database, schema, notNullName(schemaOid, oid, number)).name("table", database, schema, name);
            row.set("constraint_type", "CHECK").set("is_deferrable", false).set("initially_deferred", false).set("enforced", true).end();
        });
        eachBuiltin(context, (index, shape) -> {
            row.name("constraint", database, "pg_catalog", index.name()).name("table", database, "pg_catalog", shape.name());
            row.set("constraint_type", index.primary() ? "PRIMARY KEY" : "UNIQUE").set("is_deferrable", false);
            row.set("initially_deferred", false).set("enforced", true);
            if (!index.primary()) row.set("nulls_distinct", true);
            row.end();
        });
    }

    private @Nullable Shape shape(int oid) {
        for (Shape shape : shapes) {
            if (shape.oid() == oid) return shape;
        }
        return null;
    }

    @FunctionalInterface
    private interface NotNull {
        void column(int schemaOid, String schema, int oid, String name, String column, int number);
    }

    /** @param privileges letters of which one is enough; empty: owners only */
    private void eachNotNull(ExecContext context, String privileges, NotNull out) {
        Catalog catalog = context.catalog();
        for (TableDef table : catalog.all(TableDef.class)) {
            if (table.kind() != 'r' && table.kind() != 'p') continue;
            if (privileges.isEmpty() ? !Ownership.has(context, table.owner()) : !may(context, table, privileges)) continue;
            for (ColumnDef column : table.columns()) {
                if (!column.notNull() || column.dropped() || column.hidden()) continue;
                out.column(table.schemaOid(), schema(catalog, table.schemaOid()), table.oid(), table.name(), column.name(), column.number());
            }
        }
        if (!context.session().superuser()) return;
        for (Shape shape : shapes) {
            if (shape.kind() != 'r') continue;
            for (Shape.Attribute a : shape.attributes()) {
                if (a.notNull()) out.column(shape.schemaOid(), shape.schema(), shape.oid(), shape.name(), a.name(), a.number());
            }
        }
    }

    private void checkConstraints(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        NamedRow row = new NamedRow(byName.get("check_constraints"), out);
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            if (constraint.type() != 'c') continue;
            TableDef table = catalog.table(constraint.tableOid());
            TypeDef domain = catalog.find(TypeDef.class, constraint.domainOid());
            if (table == null && domain == null) continue;
            if (!Ownership.has(context, table != null ? table.owner() : domain.type().ownerOid())) continue;
            row.name("constraint", database, schema(catalog, constraint.schemaOid()), constraint.name());
            String definition = DefinitionFunctions.constraint(context, constraint, io.craton.sql.deparse.Definitions.Style.PLAIN);
            row.set("check_clause", definition.substring("CHECK ".length())).end();
        }
        eachNotNull(context, "", (schemaOid, schema, oid, name, column, number) -> row
                .name("constraint", database, schema, notNullName(schemaOid, oid, number)).set("check_clause", column + " IS NOT NULL").end());
    }

    private void keyColumns(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        NamedRow row = new NamedRow(byName.get("key_column_usage"), out);
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            TableDef table = catalog.table(constraint.tableOid());
            if (table == null || constraint.type() == 'c' || !may(context, table, ANY_PRIVILEGE)) continue;
            List<Integer> key = referencedKey(catalog, constraint);
            for (int i = 0; i < constraint.columns().size(); i++) {
                row.name("constraint", database, schema(catalog, constraint.schemaOid()), constraint.name());
                row.name("table", database, schema(catalog, table.schemaOid()), table.name());
                row.set("column_name", table.column(constraint.columns().get(i)).name()).set("ordinal_position", i + 1);
                int position = constraint.type() == 'f' ? key.indexOf(constraint.foreignColumns().get(i)) : -1;
                if (position >= 0) row.set("position_in_unique_constraint", position + 1);
                row.end();
            }
        }
        for (BuiltinIndex index : BuiltinIndex.all()) {
            Shape shape = shape(index.tableOid());
            if (index.constraintOid() == 0 || shape == null || !context.session().superuser()) continue;
            for (int i = 0; i < index.columns().size(); i++) {
                row.name("constraint", database, "pg_catalog", index.name()).name("table", database, "pg_catalog", shape.name());
                row.set("column_name", shape.attributes().get(index.columns().get(i) - 1).name()).set("ordinal_position", i + 1).end();
            }
        }
    }

    /** Columns of the unique index behind a foreign key, in its order. */
    private static List<Integer> referencedKey(Catalog catalog, ConstraintDef constraint) {
        IndexDef index = constraint.type() == 'f' ? catalog.find(IndexDef.class, constraint.indexOid()) : null;
        if (index == null) return List.of();
        List<Integer> columns = new ArrayList<>();
        for (IndexDef.KeyPart part : index.keyParts()) columns.add(part.column());
        return columns;
    }

    private void referentialConstraints(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        NamedRow row = new NamedRow(byName.get("referential_constraints"), out);
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            TableDef table = catalog.table(constraint.tableOid());
            if (table == null || constraint.type() != 'f' || !may(context, table, WRITE_PRIVILEGES)) continue;
            row.name("constraint", database, schema(catalog, constraint.schemaOid()), constraint.name());
            IndexDef index = catalog.find(IndexDef.class, constraint.indexOid());
            ConstraintDef unique = index == null ? null : IndexRows.constraint(catalog, index);
            if (unique != null) row.name("unique_constraint", database, schema(catalog, unique.schemaOid()), unique.name());
            row.set("match_option", constraint.match() == 'f' ? "FULL" : constraint.match() == 'p' ? "PARTIAL" : "NONE");
            row.set("update_rule", rule(constraint.updateAction())).set("delete_rule", rule(constraint.deleteAction())).end();
        }
    }

    private static String rule(char action) {
        return switch (action) {
            case 'c' -> "CASCADE";
            case 'n' -> "SET NULL";
            case 'd' -> "SET DEFAULT";
            case 'r' -> "RESTRICT";
            default -> "NO ACTION";
        };
    }

    private void constraintColumns(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        NamedRow row = new NamedRow(byName.get("constraint_column_usage"), out);
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            boolean foreign = constraint.type() == 'f';
            TableDef table = catalog.table(foreign ? constraint.foreignTableOid() : constraint.tableOid());
            if (table == null || !Ownership.has(context, table.owner())) continue;
            for (int column : foreign ? constraint.foreignColumns() : constraint.columns()) {
                row.name("table", database, schema(catalog, table.schemaOid()), table.name()).set("column_name", table.column(column).name());
                row.name("constraint", database, schema(catalog, constraint.schemaOid()), constraint.name()).end();
            }
        }
        eachBuiltin(context, (index, shape) -> {
            for (int column : index.columns()) {
                row.name("table", database, "pg_catalog", shape.name()).set("column_name", shape.attributes().get(column - 1).name());
                row.name("constraint", database, "pg_catalog", index.name()).end();
            }
        });
    }

    private interface BuiltinConstraint {
        void give(BuiltinIndex index, Shape table);
    }

    /** Constraints of the system catalogs, for who owns them. */
    private void eachBuiltin(ExecContext context, BuiltinConstraint out) {
        if (!context.session().superuser()) return;
        for (BuiltinIndex index : BuiltinIndex.all()) {
            Shape shape = shape(index.tableOid());
            if (index.constraintOid() != 0 && shape != null) out.give(index, shape);
        }
    }

    private void constraintTables(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        NamedRow row = new NamedRow(byName.get("constraint_table_usage"), out);
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            if (constraint.type() == 'c') continue;
            TableDef table = catalog.table(constraint.type() == 'f' ? constraint.foreignTableOid() : constraint.tableOid());
            if (table == null || !Ownership.has(context, table.owner())) continue;
            row.name("table", database, schema(catalog, table.schemaOid()), table.name());
            row.name("constraint", database, schema(catalog, constraint.schemaOid()), constraint.name()).end();
        }
        eachBuiltin(context, (index, shape) -> row.name("table", database, "pg_catalog", shape.name())
                .name("constraint", database, "pg_catalog", index.name()).end());
    }

    private void domainConstraints(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        NamedRow row = new NamedRow(byName.get("domain_constraints"), out);
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            TypeDef domain = constraint.tableOid() != 0 ? null : catalog.find(TypeDef.class, constraint.domainOid());
            if (domain == null || !Ownership.has(context, domain.type().ownerOid())) continue;
            row.name("constraint", database, schema(catalog, constraint.schemaOid()), constraint.name());
            row.name("domain", database, schema(catalog, domain.type().namespaceOid()), domain.type().name());
            row.set("is_deferrable", constraint.deferrable()).set("initially_deferred", constraint.initiallyDeferred()).end();
        }
    }
}
