package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.pgcatalog.VirtualTable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Functions that PostgreSQL's system views are made of: here the views are the tables, and the functions read them. */
final class ViewFunctions {
    private static final Map<String, String> VIEWS = Map.of("show_all_settings", "pg_settings", "pg_cursor", "pg_cursors", "pg_prepared_statement",
            "pg_prepared_statements", "pg_lock_status", "pg_locks", "pg_timezone_names", "pg_timezone_names", "pg_timezone_abbrevs", "pg_timezone_abbrevs");

    /** By function: the column of pg_stat_all_tables and, if indexes have one too, that of pg_stat_all_indexes. */
    private static final Map<String, List<String>> STATISTICS = Map.ofEntries(Map.entry("pg_stat_get_numscans", List.of("seq_scan", "idx_scan")),
            Map.entry("pg_stat_get_tuples_returned", List.of("seq_tup_read", "idx_tup_read")),
            Map.entry("pg_stat_get_tuples_fetched", List.of("idx_tup_fetch", "idx_tup_fetch")),
            Map.entry("pg_stat_get_tuples_inserted", List.of("n_tup_ins")), Map.entry("pg_stat_get_tuples_updated", List.of("n_tup_upd")),
            Map.entry("pg_stat_get_tuples_deleted", List.of("n_tup_del")), Map.entry("pg_stat_get_tuples_hot_updated", List.of("n_tup_hot_upd")),
            Map.entry("pg_stat_get_live_tuples", List.of("n_live_tup")), Map.entry("pg_stat_get_dead_tuples", List.of("n_dead_tup")),
            Map.entry("pg_stat_get_mod_since_analyze", List.of("n_mod_since_analyze")), Map.entry("pg_stat_get_ins_since_vacuum", List.of("n_ins_since_vacuum")),
            Map.entry("pg_stat_get_vacuum_count", List.of("vacuum_count")), Map.entry("pg_stat_get_autovacuum_count", List.of("autovacuum_count")),
            Map.entry("pg_stat_get_analyze_count", List.of("analyze_count")), Map.entry("pg_stat_get_autoanalyze_count", List.of("autoanalyze_count")));

    private ViewFunctions() {}

    static void register(Kernels kernels) {
        VIEWS.forEach((source, view) -> kernels.set(source, (context, call, a) -> view(context, view).rows(context)));
        STATISTICS.forEach((source, columns) -> kernels.scalar(source, (context, call, a) -> {
            Object value = value(context, "pg_stat_all_tables", "relid", a[0], columns.getFirst());
            if (value == null && columns.size() > 1) value = value(context, "pg_stat_all_indexes", "indexrelid", a[0], columns.getLast());
            return value == null ? 0L : value;
        }));
    }

    private static VirtualTable view(ExecContext context, String name) {
        return Objects.requireNonNull(context.session().names().builtin("pg_catalog", name), name);
    }

    private static @Nullable Object value(ExecContext context, String name, String key, Object oid, String column) {
        VirtualTable view = view(context, name);
        int at = index(view, key);
        for (Iterator<Object[]> rows = view.rows(context, at, oid); rows.hasNext(); ) {
            Object[] row = rows.next();
            if (oid.equals(row[at])) return row[index(view, column)];
        }
        return null;
    }

    private static int index(VirtualTable view, String column) {
        for (int i = 0; i < view.columns().size(); i++) if (view.columns().get(i).name().equals(column)) return i;
        throw new IllegalStateException(view.name() + " has no column " + column);
    }
}
