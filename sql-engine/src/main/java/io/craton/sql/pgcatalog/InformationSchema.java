package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Sources of information_schema's views. */
final class InformationSchema {
    /** Views of what Craton does not have: foreign data, transforms, partitions of features that only other standards' objects have. */
    private static final List<String> EMPTY = List.of("_pg_foreign_data_wrappers", "_pg_foreign_servers", "_pg_foreign_table_columns",
            "_pg_foreign_tables", "_pg_user_mappings", "column_options", "foreign_data_wrapper_options", "foreign_data_wrappers",
            "foreign_server_options", "foreign_servers", "foreign_table_options", "foreign_tables", "transforms",
            "user_mapping_options", "user_mappings");

    /** What PostgreSQL says of its conformance to the standard. */
    private static final Set<String> STANDARD = Set.of("sql_features", "sql_implementation_info", "sql_parts", "sql_sizing");

    private InformationSchema() {}

    static void register(Map<String, Rows> sources, List<Shape> shapes, Function<String, SystemTable> tables) {
        for (String name : EMPTY) sources.put(name, (Rows.Fixed) List::of);
        new InformationTables(shapes).register(sources);
        new InformationConstraints(shapes).register(sources);
        new InformationRoutines(shapes).register(sources);
        new InformationTriggers(shapes).register(sources);
        new InformationPrivileges(shapes).register(sources);
        new InformationUsages(shapes, () -> tables.apply("pg_depend")).register(sources);
        for (Shape shape : shapes) {
            if (shape.schema().equals("information_schema") && STANDARD.contains(shape.name())) sources.put(shape.name(), (Rows.Fixed) () -> Resources.rows(shape));
        }
        sources.put("data_type_privileges", (Rows.OfSession) (context, out) -> {
            dataTypes(context, tables.apply("attributes"), "udt", "USER-DEFINED TYPE", out);
            dataTypes(context, tables.apply("columns"), "table", "TABLE", out);
            dataTypes(context, tables.apply("domains"), "domain", "DOMAIN", out);
            dataTypes(context, tables.apply("parameters"), "specific", "ROUTINE", out);
            dataTypes(context, tables.apply("routines"), "specific", "ROUTINE", out);
        });
        sources.put("character_sets", (Rows.OfSession) (context, out) -> {
            String database = context.session().database();
            out.accept(new Object[] {null, null, "UTF8", "UCS", "UTF8", database, "pg_catalog", "default"});
        });
        sources.put("collations", (Rows.OfSession) (context, out) -> {
            String database = context.session().database();
            eachCollation(context.catalog(), (schema, name, owner) -> out.accept(new Object[] {database, schema, name, "NO PAD"}));
        });
        sources.put("collation_character_set_applicability", (Rows.OfSession) (context, out) -> {
            String database = context.session().database();
            eachCollation(context.catalog(), (schema, name, owner) -> out.accept(new Object[] {database, schema, name, null, null, "UTF8"}));
        });
    }

    /** What another view says of uses of data types. */
    private static void dataTypes(ExecContext context, SystemTable view, String prefix, String kind, Consumer<Object[]> out) {
        int schema = view.shape().index(prefix + "_schema");
        int name = view.shape().index(prefix + "_name");
        int identifier = view.shape().index("dtd_identifier");
        for (Iterator<Object[]> rows = view.rows(context); rows.hasNext();) {
            Object[] row = rows.next();
            out.accept(new Object[] {context.session().database(), row[schema], row[name], kind, row[identifier]});
        }
    }

    /** A collation by names. */
    interface NamedCollation {
        void give(String schema, String name, int owner);
    }

    static void eachCollation(Catalog catalog, NamedCollation out) {
        for (String name : List.of("default", "C", "POSIX", "ucs_basic", "C.utf8")) out.give("pg_catalog", name, 10);
        for (CollationDef own : catalog.all(CollationDef.class)) {
            out.give(String.valueOf(NamedViews.schema(catalog, own.schemaOid())), own.name(), own.owner());
        }
    }
}
