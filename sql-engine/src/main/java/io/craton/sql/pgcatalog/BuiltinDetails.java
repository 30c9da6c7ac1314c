package io.craton.sql.pgcatalog;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What definitions of built-in functions show and calls need not know: texts of those that PostgreSQL writes in SQL and Craton in Java, support functions. */
public final class BuiltinDetails {
    private record Body(@Nullable String source, @Nullable String sql) {}

    private static final Map<Integer, Body> BODIES = new HashMap<>();
    private static final Map<Integer, Integer> SUPPORT = new HashMap<>();

    static {
        for (String[] c : Resources.lines("pg_proc_sql.tsv")) BODIES.put(Integer.valueOf(c[0]), new Body(text(c[1]), text(c[2])));
        for (String[] c : Resources.lines("pg_proc_extra.tsv")) if (!c[1].equals("0")) SUPPORT.put(Integer.valueOf(c[0]), Integer.valueOf(c[1]));
    }

    private BuiltinDetails() {}

    private static @Nullable String text(String field) {
        return field.equals("\\N") ? null : field.replace("\\n", "\n").replace("\\t", "\t");
    }

    /** prosrc of a function whose body is a text; null for others. */
    public static @Nullable String source(int oid) {
        Body body = BODIES.get(oid);
        return body == null ? null : body.source;
    }

    /** The function's support function; 0 for those without. */
    public static int support(int oid) {
        return SUPPORT.getOrDefault(oid, 0);
    }

    /** What pg_get_function_sqlbody gives; null for functions without such a body. */
    public static @Nullable String sql(int oid) {
        Body body = BODIES.get(oid);
        return body == null ? null : body.sql;
    }
}
