package io.craton.migrations;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a database consists of, as sorted lines that two databases with the same objects share. Owners, privileges and the history table do not count. */
final class SchemaDescription {
    private static final String QUERY = """
            WITH spaces AS (SELECT oid, nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'),
            relations AS (SELECT c.oid, c.relkind, n.nspname || '.' || c.relname AS name, c.relpersistence FROM pg_class c JOIN spaces n ON n.oid = c.relnamespace
                WHERE c.relname NOT LIKE 'craton\\_migration\\_history%')
            SELECT 'schema ' || nspname FROM spaces
            UNION ALL SELECT CASE relkind WHEN 'S' THEN 'sequence ' WHEN 'm' THEN 'materialized view ' WHEN 'p' THEN 'partitioned table ' ELSE 'table ' END || name
                || CASE relpersistence WHEN 'u' THEN ' unlogged' ELSE '' END FROM relations WHERE relkind IN ('r', 'p', 'S', 'm')
            UNION ALL SELECT 'column ' || r.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
                || coalesce(CASE a.attgenerated WHEN '' THEN ' default ' ELSE ' generated ' END || pg_get_expr(d.adbin, d.adrelid), '')
                || CASE a.attidentity WHEN '' THEN '' ELSE ' identity ' || a.attidentity::text END
                FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE r.relkind IN ('r', 'p')
            UNION ALL SELECT 'constraint ' || r.name || '.' || c.conname || ' ' || pg_get_constraintdef(c.oid) FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid
            UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END
                FROM relations r JOIN pg_index i ON i.indrelid = r.oid
            UNION ALL SELECT 'view ' || name || ' ' || pg_get_viewdef(oid) FROM relations WHERE relkind IN ('v', 'm')
            UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
            UNION ALL SELECT 'routine ' || pg_get_functiondef(p.oid) FROM pg_proc p JOIN spaces n ON n.oid = p.pronamespace WHERE p.prokind IN ('f', 'p')
                AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
            UNION ALL SELECT 'enum ' || n.nspname || '.' || t.typname || ' ' || e.enumlabel || ' ' || row_number() OVER (PARTITION BY t.oid ORDER BY e.enumsortorder)
                FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN spaces n ON n.oid = t.typnamespace
            UNION ALL SELECT 'domain ' || n.nspname || '.' || t.typname || ' ' || format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END
                || coalesce(' default ' || t.typdefault, '') FROM pg_type t JOIN spaces n ON n.oid = t.typnamespace WHERE t.typtype = 'd'
            """;

    private final TreeSet<String> lines;

    private SchemaDescription(TreeSet<String> lines) {
        this.lines = lines;
    }

    static SchemaDescription of(Connection connection) throws SQLException {
        TreeSet<String> lines = new TreeSet<>();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery(QUERY)) {
                while (row.next()) lines.add(row.getString(1));
            }
        }
        return new SchemaDescription(lines);
    }

    /** Short enough for a person to compare, long enough that no accident makes two alike. */
    String hash() {
        return Migration.sha256(String.join("\n", lines)).substring(0, 32);
    }

    /** Lines that only the other has, with +, and lines that only this one has, with -. */
    List<String> differencesTo(SchemaDescription other) {
        List<String> differences = new ArrayList<>();
        for (String line : lines) if (!other.lines.contains(line)) differences.add("- " + line);
        for (String line : other.lines) if (!lines.contains(line)) differences.add("+ " + line);
        return differences;
    }
}
