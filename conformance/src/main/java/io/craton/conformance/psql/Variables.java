package io.craton.conformance.psql;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** psql's variables, and how {@code :name}, {@code :'name'} and {@code :"name"} write their values. */
public final class Variables {
    private final Map<String, String> values = new HashMap<>();

    public @Nullable String get(String name) {
        return values.get(name);
    }

    public void set(String name, String value) {
        values.put(name, value);
    }

    public void unset(String name) {
        values.remove(name);
    }

    /** The value as an SQL literal: an E string when it holds a backslash. */
    static String literal(String value) {
        String doubled = value.replace("'", "''");
        return value.indexOf('\\') < 0 ? "'" + doubled + "'" : " E'" + doubled.replace("\\", "\\\\") + "'";
    }

    static String identifier(String value) {
        return "\"" + value.replace("\"", "\"\"") + "\"";
    }
}
