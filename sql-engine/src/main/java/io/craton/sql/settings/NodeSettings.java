package io.craton.sql.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the node's configuration says to its sessions: rows of pg_settings of its own, and values in the place of PostgreSQL's defaults. Immutable; a
 * reload makes another.
 */
public final class NodeSettings {
    public static final NodeSettings NONE = new NodeSettings(List.of(), Map.of());

    /**
     * A value and where it came from.
     *
     * @param value in the canonical form
     * @param source as pg_settings spells it: default, environment variable, configuration file, command line
     * @param file the configuration file, null for other sources
     * @param line in the file, 0 for none
     * @param pendingRestart the sources say something else by now, which needs a restart
     */
    public record Given(String value, String source, @Nullable String file, int line, boolean pendingRestart) {
        public Given(String value, String source, @Nullable String file, int line) {
            this(value, source, file, line, false);
        }
    }

    private final Map<String, SettingDef> table;
    private final Map<String, Given> given;
    private final Collection<SettingDef> rows;

    /**
     * @param rows settings that PostgreSQL does not have
     * @param given values by name
     */
    public NodeSettings(List<SettingDef> rows, Map<String, Given> given) {
        Map<String, SettingDef> own = new LinkedHashMap<>();
        for (SettingDef row : rows) own.put(key(row.name()), row);
        Map<String, Given> values = new LinkedHashMap<>();
        given.forEach((name, value) -> values.put(key(name), value));
        Map<String, SettingDef> all = new TreeMap<>(own);
        for (SettingDef def : SettingTable.all()) all.putIfAbsent(key(def.name()), def);
        this.table = Map.copyOf(own);
        this.given = Map.copyOf(values);
        this.rows = Collections.unmodifiableCollection(new ArrayList<>(all.values()));
    }

    /** All settings in order of name, PostgreSQL's included. */
    public Collection<SettingDef> all() {
        return rows;
    }

    public @Nullable SettingDef find(String name) {
        SettingDef def = SettingTable.find(name);
        return def != null ? def : table.get(key(name));
    }

    /** Null where the configuration says nothing of it. */
    public @Nullable Given given(String name) {
        return given.get(key(name));
    }

    /** What a session starts with when nothing else is said of it. */
    public String start(SettingDef def) {
        Given configured = given.get(key(def.name()));
        return configured == null ? def.bootValue() : configured.value();
    }

    /**
     * The canonical form of a value that the configuration gives to sessions of their own setting, or to all; throws as SET does, and for settings that
     * only the server decides.
     */
    public static String canonical(String name, String value) {
        return new SessionSettings(true).configured(name, value);
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
