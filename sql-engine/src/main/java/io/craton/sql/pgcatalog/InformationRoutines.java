package io.craton.sql.pgcatalog;

import io.craton.core.type.PgType;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Privileges;
import io.craton.sql.function.RoutineDefinitions;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** information_schema: routines, parameters, domains, attributes of composite types, element types of arrays. */
final class InformationRoutines {
    private final List<Shape> shapes;
    private final Map<String, Shape> byName = new HashMap<>();

    InformationRoutines(List<Shape> shapes) {
        this.shapes = shapes;
        for (Shape shape : shapes) {
            if (shape.schema().equals("information_schema")) byName.put(shape.name(), shape);
        }
    }

    void register(Map<String, Rows> sources) {
        sources.put("routines", (Rows.OfSession) this::routines);
        sources.put("parameters", (Rows.OfSession) this::parameters);
        sources.put("domains", (Rows.OfSession) this::domains);
        sources.put("domain_udt_usage", (Rows.OfSession) this::domainUsage);
        sources.put("attributes", (Rows.OfSession) this::attributes);
        sources.put("user_defined_types", (Rows.OfSession) this::userDefinedTypes);
        sources.put("element_types", (Rows.OfSession) this::elementTypes);
    }

    /** One form for built-in and user-made routines. */
    private record Routine(int oid, int schemaOid, String name, int owner, char kind, String language, List<Integer> types, String modes,
            List<String> names, List<String> defaults, int result, boolean set, char volatility, boolean strict, boolean securityDefiner,
            String body) {
        String specificName() {
            return name + "_" + Integer.toUnsignedString(oid);
        }
    }

    private static void eachRoutine(ExecContext context, Consumer<Routine> out) {
        for (FunctionDef f : BuiltinCatalog.functions()) {
            List<Integer> types = f.allTypes().isEmpty() ? f.argumentTypes() : f.allTypes();
            out.accept(new Routine(f.oid(), f.namespace(), f.name(), 10, f.kind(), f.language(), types, f.modes(), f.names(), f.defaults(),
                    f.returnType(), f.returnsSet(), f.volatility(), f.strict(), f.securityDefiner(), f.source()));
        }
        for (RoutineDef r : context.catalog().all(RoutineDef.class)) {
            if (!Privileges.any(context, context.session().currentUserOid(), r.owner(), r.acl(), "X", 'f')) continue;
            out.accept(new Routine(r.oid(), r.schemaOid(), r.name(), r.owner(), r.kind(), r.language(), r.allArgTypes(), r.argModes(),
                    r.argNames(), r.argDefaults(), r.returnTypeOid(), r.returnsSet(), r.volatility(), r.strict(), r.securityDefiner(), r.body()));
        }
    }

    private void routines(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        InformationTypes types = new InformationTypes(catalog, database);
        NamedRow row = new NamedRow(byName.get("routines"), out);
        eachRoutine(context, r -> {
            String schema = NamedViews.schema(catalog, r.schemaOid);
            PgType result = catalog.type(r.result);
            row.name("specific", database, schema, r.specificName()).name("routine", database, schema, r.name);
            row.set("routine_type", r.kind == 'f' ? "FUNCTION" : r.kind == 'p' ? "PROCEDURE" : null);
            if (r.kind != 'p' && result != null) {
                row.set("data_type", types.dataType(result));
                types.udt(row, "type_udt", result);
                row.set("dtd_identifier", "0");
            }
            boolean sql = r.language.equals("sql");
            row.set("routine_body", sql ? "SQL" : "EXTERNAL");
            row.set("routine_definition", Ownership.has(context, r.owner) ? r.body : null);
            row.set("external_name", r.language.equals("c") ? r.body : null);
            row.set("external_language", r.language.toUpperCase(java.util.Locale.ROOT));
            row.set("parameter_style", "GENERAL").set("is_deterministic", r.volatility == 'i').set("sql_data_access", "MODIFIES");
            row.set("is_null_call", r.kind == 'p' ? null : r.strict);
            row.set("schema_level_routine", true).set("max_dynamic_result_sets", 0);
            row.set("security_type", r.securityDefiner ? "DEFINER" : "INVOKER").set("as_locator", false);
            row.set("is_udt_dependent", false).end();
        });
    }

    private void parameters(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        InformationTypes types = new InformationTypes(catalog, database);
        NamedRow row = new NamedRow(byName.get("parameters"), out);
        eachRoutine(context, r -> {
            String schema = NamedViews.schema(catalog, r.schemaOid);
            int inputs = r.modes.isEmpty() ? r.types.size() : (int) r.modes.chars().filter(c -> "ibv".indexOf(c) >= 0).count();
            int input = 0;
            for (int i = 0; i < r.types.size(); i++) {
                char mode = r.modes.isEmpty() ? 'i' : r.modes.charAt(i);
                PgType type = catalog.type(r.types.get(i));
                if (type == null) continue;
                row.name("specific", database, schema, r.specificName()).set("ordinal_position", i + 1);
                row.set("parameter_mode", mode == 'b' ? "INOUT" : mode == 'o' || mode == 't' ? "OUT" : "IN");
                row.set("is_result", false).set("as_locator", false);
                String name = i < r.names.size() ? r.names.get(i) : "";
                row.set("parameter_name", name.isEmpty() ? null : name).set("data_type", types.dataType(type));
                types.udt(row, "udt", type);
                row.set("dtd_identifier", Integer.toString(i + 1));
                if ("ibv".indexOf(mode) >= 0) {
                    int index = input++ - (inputs - r.defaults.size());
                    if (index >= 0 && Ownership.has(context, r.owner)) row.set("parameter_default", RoutineDefinitions.writtenDefault(context, r.defaults.get(index)));
                }
                row.end();
            }
        });
    }

    private void domains(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        InformationTypes types = new InformationTypes(catalog, database);
        NamedRow row = new NamedRow(byName.get("domains"), out);
        for (TypeDef def : catalog.all(TypeDef.class)) {
            if (def.type().kind() != 'd') continue;
            types.udt(row, "domain", def.type());
            types.describe(row, def.type(), -1);
            types.collation(row, def.type().collationOid());
            row.set("domain_default", def.type().defaultExpression());
            types.udt(row, "udt", types.base(def.type()));
            row.set("dtd_identifier", "1").end();
        }
    }

    private void domainUsage(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        InformationTypes types = new InformationTypes(catalog, context.session().database());
        NamedRow row = new NamedRow(byName.get("domain_udt_usage"), out);
        for (TypeDef def : catalog.all(TypeDef.class)) {
            PgType base = def.type().kind() == 'd' ? catalog.type(def.type().baseTypeOid()) : null;
            if (base == null || !Ownership.has(context, base.ownerOid())) continue;
            types.udt(row, "udt", base);
            types.udt(row, "domain", def.type());
            row.end();
        }
    }

    private static void eachComposite(Catalog catalog, Consumer<TableDef> out) {
        for (TableDef table : catalog.all(TableDef.class)) {
            if (table.kind() == 'c') out.accept(table);
        }
    }

    private void attributes(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        String database = context.session().database();
        InformationTypes types = new InformationTypes(catalog, database);
        NamedRow row = new NamedRow(byName.get("attributes"), out);
        eachComposite(catalog, table -> {
            for (ColumnDef column : table.columns()) {
                PgType type = column.dropped() || column.hidden() ? null : catalog.type(column.typeOid());
                if (type == null) continue;
                row.name("udt", database, NamedViews.schema(catalog, table.schemaOid()), table.name());
                row.set("attribute_name", column.name()).set("ordinal_position", column.number());
                row.set("is_nullable", !column.notNull());
                types.describe(row, type, column.typmod());
                types.collation(row, column.collationOid() != 0 ? column.collationOid() : type.collationOid());
                types.udt(row, "attribute_udt", types.base(type));
                row.set("dtd_identifier", Integer.toString(column.number())).set("is_derived_reference_attribute", false).end();
            }
        });
    }

    private void userDefinedTypes(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        NamedRow row = new NamedRow(byName.get("user_defined_types"), out);
        eachComposite(catalog, table -> {
            row.name("user_defined_type", context.session().database(), NamedViews.schema(catalog, table.schemaOid()), table.name());
            row.set("user_defined_type_category", "STRUCTURED").set("is_instantiable", true).end();
        });
    }

    /** Elements of arrays that columns and domains are of. */
    private void elementTypes(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        InformationRelation.each(context, shapes, null, null, relation -> {
            for (InformationRelation.Column column : relation.columns()) {
                elementType(context, relation.schema(), relation.name(), "TABLE", column.number(), column.typeOid(), column.collation(), out);
            }
        });
        for (TypeDef def : catalog.all(TypeDef.class)) {
            String schema = String.valueOf(NamedViews.schema(catalog, def.type().namespaceOid()));
            TableDef attributes = def.type().kind() == 'c' ? catalog.table(def.type().relationOid()) : null;
            if (attributes != null && attributes.kind() == 'c') {
                for (ColumnDef column : attributes.columns()) {
                    if (column.dropped()) continue;
                    elementType(context, schema, def.type().name(), "USER-DEFINED TYPE", column.number(), column.typeOid(), column.collationOid(), out);
                }
            }
            if (def.type().kind() == 'd') {
                elementType(context, schema, def.type().name(), "DOMAIN", 1, def.type().baseTypeOid(), def.type().collationOid(), out);
            }
        }
        eachRoutine(context, r -> {
            String schema = String.valueOf(NamedViews.schema(catalog, r.schemaOid));
            for (int i = 0; i < r.types.size(); i++) elementType(context, schema, r.specificName(), "ROUTINE", i + 1, r.types.get(i), 0, out);
            elementType(context, schema, r.specificName(), "ROUTINE", 0, r.result, 0, out);
        });
    }

    private void elementType(ExecContext context, String schema, String name, String objectType, int number, int typeOid, int collation,
            Consumer<Object[]> out) {
        PgType array = context.catalog().type(typeOid);
        if (array == null || array.elementOid() == 0 || array.length() != -1) return;
        PgType element = context.catalog().type(array.elementOid());
        if (element == null) return;
        String database = context.session().database();
        InformationTypes types = new InformationTypes(context.catalog(), database);
        NamedRow row = new NamedRow(byName.get("element_types"), out);
        row.name("object", database, schema, name).set("object_type", objectType);
        row.set("collection_type_identifier", Integer.toString(number)).set("data_type", types.dataType(element));
        types.collation(row, collation);
        types.udt(row, "udt", element);
        row.set("dtd_identifier", "a" + number).end();
    }
}
