package io.craton.sql.pgcatalog;

import io.craton.core.error.PgException;
import io.craton.sql.analyze.BuiltinRelations;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.CatalogNames;
import io.craton.storage.catalog.Catalog;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All system relations by name and by oid. One for the engine, any thread. */
public final class SystemRelations implements BuiltinRelations, CatalogNames.SystemRelations {
    /** Relations of features that Craton does not have, so that there is nothing to show in them. */
    private static final List<String> EMPTY = List.of("pg_backend_memory_contexts", "pg_event_trigger", "pg_file_settings", "pg_foreign_data_wrapper", "pg_foreign_server",
            "pg_foreign_table", "pg_inherits", "pg_parameter_acl",
            "pg_partitioned_table", "pg_policies", "pg_policy", "pg_prepared_xacts", "pg_publication", "pg_publication_namespace",
            "pg_publication_rel", "pg_publication_tables", "pg_replication_origin", "pg_replication_origin_status", "pg_replication_slots",
            "pg_rules", "pg_seclabel", "pg_seclabels", "pg_shmem_allocations", "pg_shseclabel", "pg_stat_progress_analyze",
            "pg_stat_progress_basebackup", "pg_stat_progress_cluster", "pg_stat_progress_copy", "pg_stat_progress_create_index",
            "pg_stat_progress_vacuum", "pg_stat_recovery_prefetch", "pg_stat_replication", "pg_stat_replication_slots", "pg_stat_slru", "pg_stat_subscription",
            "pg_stat_subscription_stats", "pg_stat_sys_indexes", "pg_stat_sys_tables", "pg_stat_user_functions", "pg_stat_wal_receiver",
            "pg_stat_xact_sys_tables", "pg_stat_xact_user_functions", "pg_statio_sys_indexes", "pg_statio_sys_sequences",
            "pg_statio_sys_tables", "pg_statistic_ext", "pg_statistic_ext_data", "pg_stats_ext", "pg_stats_ext_exprs", "pg_subscription",
            "pg_subscription_rel", "pg_transform", "pg_user_mapping", "pg_user_mappings");

    private final CatalogRowCache cache = new CatalogRowCache();
    private final Map<String, SystemTable> catalogTables = new HashMap<>();
    private final Map<String, SystemTable> informationTables = new HashMap<>();
    private final Map<Integer, SystemTable> byOid = new HashMap<>();

    public SystemRelations() {
        List<Shape> shapes = Shape.load();
        Map<String, Shape> byName = new HashMap<>();
        for (Shape shape : shapes) byName.put(shape.name(), shape);
        Map<String, Rows> sources = new HashMap<>();
        catalogs(sources, shapes, byName);
        views(sources, shapes, byName);
        for (String name : EMPTY) sources.put(name, (Rows.Fixed) List::of);
        InformationSchema.register(sources, shapes, this::byName);
        for (Shape shape : shapes) {
            Rows rows = sources.get(shape.name());
            SystemTable table = new SystemTable(shape, rows != null ? rows : unsupported(shape), cache);
            (shape.schema().equals("pg_catalog") ? catalogTables : informationTables).put(shape.name(), table);
            byOid.put(shape.oid(), table);
        }
    }

    private static Rows unsupported(Shape shape) {
        return (Rows.OfSession) (context, out) -> {
            throw PgException.notSupported(shape.schema() + "." + shape.name());
        };
    }

    private void catalogs(Map<String, Rows> sources, List<Shape> shapes, Map<String, Shape> byName) {
        sources.put("pg_class", new ClassRows(shapes));
        sources.put("pg_attribute", new AttributeRows(shapes));
        sources.put("pg_index", new IndexRows());
        sources.put("pg_constraint", new ConstraintRows());
        sources.put("pg_type", new TypeRows(shapes, new PlainNames(this)));
        sources.put("pg_proc", new RoutineRows());
        sources.put("pg_attrdef", new ObjectRows.Defaults());
        sources.put("pg_depend", new DependencyRows(byName.get("pg_depend"), new PlainNames(this)));
        sources.put("pg_cast", RoutineRows.casts());
        sources.put("pg_operator", RoutineRows.allOperators());
        sources.put("pg_aggregate", RoutineRows.aggregates(byName.get("pg_aggregate")));
        sources.put("pg_tablespace", (Rows.Fixed) RoleRows::tablespaces);
        sources.put("pg_collation", new ObjectRows.CollationRows(byName.get("pg_collation")));
        for (String name : List.of("pg_am", "pg_conversion", "pg_opfamily", "pg_opclass", "pg_amop", "pg_amproc", "pg_range",
                "pg_ts_config", "pg_ts_config_map", "pg_ts_dict", "pg_ts_parser", "pg_ts_template")) {
            Shape shape = byName.get(name);
            sources.put(name, (Rows.Fixed) () -> Resources.rows(shape));
        }
        ofCatalog(sources, "pg_language", (catalog, out) -> Languages.rows(byName.get("pg_language"), catalog, out));
        sources.put("pg_init_privs", new InitialPrivilegeRows(byName.get("pg_init_privs")));
        ofCatalog(sources, "pg_namespace", ObjectRows::namespaces);
        ofCatalog(sources, "pg_enum", ObjectRows::enums);
        ofCatalog(sources, "pg_sequence", ObjectRows::sequences);
        ofCatalog(sources, "pg_rewrite", ObjectRows::rules);
        ofCatalog(sources, "pg_trigger", ObjectRows::triggers);
        for (String name : List.of("pg_description", "pg_shdescription")) sources.put(name, new DescriptionRows(byName.get(name)));
        ofCatalog(sources, "pg_extension", ObjectRows::extensions);
        ofCatalog(sources, "pg_default_acl", ObjectRows::defaultAcls);
        ofCatalog(sources, "pg_authid", RoleRows::authids);
        ofCatalog(sources, "pg_auth_members", RoleRows::memberships);
        ofCatalog(sources, "pg_database", RoleRows::databases);
        ofCatalog(sources, "pg_db_role_setting", RoleRows::settings);
    }

    private static void views(Map<String, Rows> sources, List<Shape> shapes, Map<String, Shape> byName) {
        ofCatalog(sources, "pg_roles", RoleRows::roles);
        ofCatalog(sources, "pg_user", RoleRows::users);
        ofCatalog(sources, "pg_shadow", RoleRows::users);
        ofCatalog(sources, "pg_group", RoleRows::groups);
        sources.put("pg_tables", NamedViews.tables(shapes));
        sources.put("pg_views", NamedViews.views(shapes));
        ofSession(sources, "pg_shdepend", RoleUse::rows);
        ofSession(sources, "pg_matviews", NamedViews::materializedViews);
        ofSession(sources, "pg_indexes", NamedViews::indexes);
        ofSession(sources, "pg_sequences", NamedViews::sequences);
        ofSession(sources, "pg_stat_activity", ActivityViews::activity);
        ofSession(sources, "pg_stat_ssl", ActivityViews::ssl);
        ofSession(sources, "pg_stat_gssapi", ActivityViews::gss);
        ofSession(sources, "pg_locks", ActivityViews::locks);
        ofSession(sources, "pg_stat_all_tables", StatisticsViews::tables);
        ofSession(sources, "pg_stat_user_tables", StatisticsViews::tables);
        ofSession(sources, "pg_stat_xact_all_tables", StatisticsViews::transactionTables);
        ofSession(sources, "pg_stat_xact_user_tables", StatisticsViews::transactionTables);
        ofCatalog(sources, "pg_statio_all_tables", StatisticsViews::tableBlocks);
        ofCatalog(sources, "pg_statio_user_tables", StatisticsViews::tableBlocks);
        ofSession(sources, "pg_stat_all_indexes", StatisticsViews::indexes);
        ofSession(sources, "pg_stat_user_indexes", StatisticsViews::indexes);
        ofCatalog(sources, "pg_statio_all_indexes", StatisticsViews::indexBlocks);
        ofCatalog(sources, "pg_statio_user_indexes", StatisticsViews::indexBlocks);
        ofSession(sources, "pg_stat_database", StatisticsViews::databases);
        ofSession(sources, "craton_tenants", StatisticsViews::tenants);
        ofSession(sources, "pg_stats", StatisticsViews::columns);
        ofSession(sources, "pg_statistic", StatisticsViews::statistics);
        ofSession(sources, "pg_settings", SessionViews::settings);
        ofSession(sources, "pg_hba_file_rules", SessionViews::accessRules);
        ofSession(sources, "pg_ident_file_mappings", SessionViews::identMappings);
        ofSession(sources, "craton_audit", SessionViews::audits);
        ofSession(sources, "pg_timezone_names", SessionViews::zones);
        ofSession(sources, "pg_cursors", SessionViews::cursors);
        ofSession(sources, "pg_prepared_statements", SessionViews::preparedStatements);
        ofSession(sources, "pg_timezone_abbrevs", SessionViews::abbreviations);
        ofSession(sources, "pg_available_extensions", SessionViews::extensions);
        ofSession(sources, "pg_available_extension_versions", SessionViews::extensionVersions);
        ofSession(sources, "pg_config", SessionViews::build);
        sources.put("pg_largeobject", new LargeObjectRows());
        ofSession(sources, "pg_largeobject_metadata", LargeObjectRows::objects);
        sources.put("craton_log", new HistoryViews.Log());
        ofSession(sources, "craton_migrations", HistoryViews::migrations);
        ofSession(sources, "craton_schema_history", HistoryViews::objects);
    }

    @FunctionalInterface
    private interface CatalogSource {
        void fill(Catalog catalog, Consumer<Object[]> out);
    }

    @FunctionalInterface
    private interface SessionSource {
        void fill(ExecContext context, Consumer<Object[]> out);
    }

    private static void ofCatalog(Map<String, Rows> sources, String name, CatalogSource source) {
        sources.put(name, (Rows.OfCatalog) source::fill);
    }

    private static void ofSession(Map<String, Rows> sources, String name, SessionSource source) {
        sources.put(name, (Rows.OfSession) source::fill);
    }

    private SystemTable byName(String name) {
        SystemTable found = catalogTables.get(name);
        return java.util.Objects.requireNonNull(found != null ? found : informationTables.get(name));
    }

    @Override
    public @Nullable VirtualTable find(String schema, String name) {
        return switch (schema) {
            case "pg_catalog" -> catalogTables.get(name);
            case "information_schema" -> informationTables.get(name);
            default -> null;
        };
    }

    Collection<SystemTable> all() {
        return byOid.values();
    }

    @Override
    public @Nullable VirtualTable find(int oid) {
        return byOid.get(oid);
    }
}
