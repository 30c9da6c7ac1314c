package io.craton.sql.pgcatalog;

import io.craton.core.type.PgType;
import io.craton.sql.exec.ExecContext;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A system catalog or statistics view: fixed columns, rows computed when scanned. */
public interface VirtualTable {
    record Column(String name, PgType type, boolean notNull) {}

    /** Its oid in pg_class, PostgreSQL's own. */
    int oid();

    /** pg_catalog or information_schema. */
    String schema();

    String name();

    /** relkind: 'r' or 'v'. */
    char kind();

    List<Column> columns();

    /** The access control list of a column, of the table itself for 0; null where everyone may read it. */
    default @Nullable String acl(int column) {
        return null;
    }

    /** Rows as datums, one array each, for the session and catalog of the context. */
    Iterator<Object[]> rows(ExecContext context);

    /** A value that a column (0-based) must have. */
    record Key(int column, Object value) {}

    /**
     * At least the rows that have all these values; the caller filters anyway. Keeps lookups by oid and name quick with thousands of tables.
     *
     * @param keys the one that leaves the fewest rows first
     */
    default Iterator<Object[]> rows(ExecContext context, List<Key> keys) {
        return rows(context);
    }

    /** At least the rows that have this value. */
    default Iterator<Object[]> rows(ExecContext context, int column, Object value) {
        return rows(context, List.of(new Key(column, value)));
    }

    /** How many rows there are, about. */
    default double rowCount(ExecContext context) {
        return 500;
    }

    /** How many values a column (0-based) has, about. */
    default double distinct(ExecContext context, int column) {
        return Math.min(200, rowCount(context));
    }
}
