package io.craton.sql.pgcatalog;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of the built-in text search dictionaries and configurations: what regdictionary and regconfig print and parse. Immutable. */
public final class TextSearchNames {
    public static final TextSearchNames DICTIONARIES = new TextSearchNames("pg_ts_dict.tsv");
    public static final TextSearchNames CONFIGURATIONS = new TextSearchNames("pg_ts_config.tsv");

    private final Map<Integer, String> names = new HashMap<>();
    private final Map<String, Integer> oids = new HashMap<>();

    private TextSearchNames(String file) {
        for (String[] row : Resources.lines(file)) {
            names.put(Integer.valueOf(row[0]), row[1]);
            oids.put(row[1], Integer.valueOf(row[0]));
        }
    }

    public @Nullable String name(int oid) {
        return names.get(oid);
    }

    public @Nullable Integer oid(String name) {
        return oids.get(name);
    }
}
