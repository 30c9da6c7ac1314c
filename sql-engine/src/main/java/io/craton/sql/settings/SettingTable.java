package io.craton.sql.settings;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All settings by name, without regard to case, in order of name. */
public final class SettingTable {
    private SettingTable() {}

    public static Collection<SettingDef> all() {
        return Collections.unmodifiableCollection(ALL.values());
    }

    public static @Nullable SettingDef find(String name) {
        return ALL.get(name.toLowerCase(Locale.ROOT));
    }

    private static Map<String, SettingDef> load() {
        Map<String, SettingDef> table = new TreeMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                SettingTable.class.getResourceAsStream("pg_settings.tsv"), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) add(table, parse(line.split("\t", -1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (SettingDef own : CRATON) add(table, own);
        return Collections.unmodifiableMap(table);
    }

    private static void add(Map<String, SettingDef> table, SettingDef def) {
        table.put(def.name().toLowerCase(Locale.ROOT), def);
    }

    private static SettingDef parse(String[] column) {
        return new SettingDef(column[0], bootValue(column[0], column[1]), emptyToNull(column[2]), column[3], column[4], column[5],
                column[6], emptyToNull(column[7]), emptyToNull(column[8]),
                column[9].isEmpty() ? List.of() : List.of(column[9].split(",")));
    }

    /** Where Craton's truth differs from the defaults of a PostgreSQL build. */
    private static String bootValue(String name, String value) {
        return switch (name) {
            case "server_version" -> "15.18";
            case "server_encoding", "client_encoding" -> "UTF8";
            case "lc_collate", "lc_ctype", "lc_messages", "lc_monetary", "lc_numeric", "lc_time" -> "C.UTF-8";
            case "TimeZone", "log_timezone" -> "Etc/UTC";
            case "default_text_search_config" -> "pg_catalog.english";
            case "config_file", "data_directory", "hba_file", "ident_file", "external_pid_file" -> "";
            case "fsync" -> "on";
            case "wal_level" -> "replica";
            case "jit" -> "off";
            case "max_connections" -> "4000";
            default -> value;
        };
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static final List<SettingDef> CRATON = List.of(
            new SettingDef("craton.version", "0.1.0", null, "Craton", "Shows the version of Craton.", "internal", "string", null,
                    null, List.of()),
            new SettingDef("craton.statement_memory", "262144", "kB", "Craton",
                    "Sets the memory that one statement may use before it spills to disk.", "user", "integer", "64",
                    "2147483647", List.of()),
            new SettingDef(SessionSettings.TENANT_MEMORY, "-1", "kB", "Craton",
                    "Sets the memory that the statements of a database may hold together; 0: no limit, -1: what craton.limits.max_memory_per_tenant says.", "superuser", "integer",
                    "-1", "2147483647", List.of()),
            new SettingDef("craton.enable_optimizer", "on", null, "Craton",
                    "Lets the optimizer reorder and decorrelate queries; off plans them as they are written.", "user", "bool",
                    null, null, List.of()),
            new SettingDef("craton.read_mode", "leader", null, "Craton",
                    "Lets a session read on the node it is connected to: follower sees everything committed before, stale may be behind by craton.max_staleness.",
                    "user", "enum", null, null, List.of("leader", "follower", "stale")),
            new SettingDef("craton.traceparent", "", null, "Craton", "Sets the trace context of the client's requests, as W3C's traceparent writes it.", "user", "string", null, null,
                    List.of()),
            new SettingDef("craton.max_staleness", "5000", "ms", "Craton",
                    "Sets how old what craton.read_mode = stale reads may be.", "user", "integer", "0", "2147483647", List.of()),
            new SettingDef("craton.as_of", "", null, "Craton",
                    "Shows the database as it was: digits are a position of the log, else a timestamp; nothing can be written then. Empty for now.",
                    "user", "string", null, null, List.of()),
            new SettingDef("craton.retention", "", null, "Craton",
                    "Sets how long the projection of a database keeps what is no longer so: 7 days; empty for ever. Tables have a storage parameter of this name.",
                    "user", "string", null, null, List.of()),
            new SettingDef("is_superuser", "on", null, "Preset Options", "Shows whether the current user is a superuser.",
                    "internal", "bool", null, null, List.of()),
            new SettingDef("role", "none", null, "Ungrouped", "Sets the current role.", "user", "string", null, null, List.of()),
            new SettingDef("session_authorization", "", null, "Ungrouped", "Sets the session user name.", "user", "string", null,
                    null, List.of()));

    private static final Map<String, SettingDef> ALL = load();
}
