package io.craton.sql.pgcatalog;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Sources of information_schema's views. */
final class InformationSchema {
    /** Views of what Craton does not have: foreign data, transforms, partitions of features that only other standards' objects have. */
    private static final List<String> EMPTY = List.of("_pg_foreign_data_wrappers", "_pg_foreign_servers", "_pg_foreign_table_columns",
            "_pg_foreign_tables", "_pg_user_mappings", "column_options", "foreign_data_wrapper_options", "foreign_data_wrappers",
            "foreign_server_options", "foreign_servers", "foreign_table_options", "foreign_tables", "role_udt_grants", "transforms",
            "udt_privileges", "user_mapping_options", "user_mappings", "triggered_update_columns");

    private InformationSchema() {}

    static void register(Map<String, Rows> sources, List<Shape> shapes) {
        for (String name : EMPTY) sources.put(name, (Rows.Fixed) List::of);
        new InformationTables(shapes).register(sources);
        new InformationConstraints(shapes).register(sources);
        new InformationRoutines(shapes).register(sources);
        new InformationPrivileges(shapes).register(sources);
        sources.put("character_sets", (Rows.OfSession) (context, out) -> {
            String database = context.session().database();
            out.accept(new Object[] {null, null, "UTF8", "UCS", "UTF8", database, "pg_catalog", "default"});
        });
        sources.put("collations", (Rows.OfSession) (context, out) -> {
            String database = context.session().database();
            eachCollation(context.catalog(), name -> out.accept(new Object[] {database, name[0], name[1], "NO PAD"}));
        });
        sources.put("collation_character_set_applicability", (Rows.OfSession) (context, out) -> {
            String database = context.session().database();
            eachCollation(context.catalog(), name -> out.accept(new Object[] {database, name[0], name[1], null, null, "UTF8"}));
        });
    }

    private static void eachCollation(Catalog catalog, Consumer<String[]> out) {
        for (String name : List.of("default", "C", "POSIX", "ucs_basic", "C.utf8")) out.accept(new String[] {"pg_catalog", name});
        for (CollationDef own : catalog.all(CollationDef.class)) {
            out.accept(new String[] {String.valueOf(NamedViews.schema(catalog, own.schemaOid())), own.name()});
        }
    }
}
