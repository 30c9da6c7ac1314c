package io.craton.sql.settings;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.type.Encoding;
import io.craton.core.type.TimeZones;
import io.craton.core.type.Zone;
import io.craton.storage.projection.Retention;
import java.time.DateTimeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values of one session's settings. SET lasts when its transaction commits and is undone when it (or its savepoint) rolls back; SET LOCAL ends
 * with the transaction. One thread. {@link #revision} changes whenever any value does: derived state may be cached under it.
 */
public final class SessionSettings {
    /** Values before a change, to be put back on rollback; {@code local} ones on commit too. */
    private record Undo(String key, @Nullable String previous, boolean local) {}

    /** A setting of databases alone. */
    public static final String TENANT_MEMORY = "craton.tenant_memory";

    private static final Set<String> SUPERUSERS_ONLY = Set.of("config_file", "data_directory", "external_pid_file", "hba_file", "ident_file");

    private final Supplier<NodeSettings> nodeNow;
    private NodeSettings node;
    private final Map<String, String> reset = new HashMap<>();
    /** Where values to be reset to came from, as pg_settings spells it. */
    private final Map<String, String> resetSources = new HashMap<>();
    private final Map<String, String> values = new HashMap<>();
    private final Deque<Undo> undo = new ArrayDeque<>();
    private final Set<String> changedReported = new HashSet<>();
    /** Values of reported settings that the client knows. */
    private final Map<String, String> told = new HashMap<>();
    private Runnable identityIsPutBack = () -> { };
    private boolean superuser;
    private long revision;
    private long commits;
    private long hotRevision = -1;
    private long statementTimeoutMillis;
    private long lockTimeoutMillis;
    private long logMinDurationNanos;
    private long statementMemoryBytes;
    private boolean showsPast;
    private int parallelWorkers;
    private long parallelScanBytes;
    private int noticeRank;

    public SessionSettings(boolean superuser) {
        this(superuser, () -> NodeSettings.NONE);
    }

    /** @param node what the configuration says now; asked often */
    public SessionSettings(boolean superuser, Supplier<NodeSettings> node) {
        this.superuser = superuser;
        this.nodeNow = node;
        this.node = node.get();
    }

    /** Takes over what a reload of the configuration has changed. */
    private void follow() {
        NodeSettings next = nodeNow.get();
        if (next == node) return;
        Map<String, String> before = new HashMap<>();
        for (SettingDef def : SettingTable.all()) if (def.reported()) before.put(def.name(), get(def.name()));
        node = next;
        revision++;
        before.forEach((name, value) -> {
            if (!value.equals(get(name))) changedReported.add(name);
        });
    }

    /** All settings in order of name. */
    public Collection<SettingDef> all() {
        return node.all();
    }

    public @Nullable SettingDef def(String name) {
        return node.find(name);
    }

    /** Paths and the like are for superusers, as in PostgreSQL, and so is all of the node's own configuration. */
    public boolean mayExamine(SettingDef def) {
        return superuser || !def.name().startsWith("craton.") && !SUPERUSERS_ONLY.contains(def.name()) || def.context().equals("user") || def.name().equals("craton.version");
    }

    /** Whether the user is one now; clients are told by is_superuser. */
    public void superuser(boolean value) {
        superuser = value;
        SettingDef def = SettingTable.find("is_superuser");
        String shown = value ? "on" : "off";
        if (def == null || shown.equals(reset.put("is_superuser", shown))) return;
        touched(def);
    }

    public long revision() {
        if (nodeNow.get() != node) follow();
        return revision;
    }

    /** Sets what RESET goes back to: start-up packet (source client), ALTER ROLE/DATABASE .. SET (global, database, user, database user). */
    public void startUp(String name, String value, String source) {
        SettingDef def = define(name);
        switch (def.context()) {
            case "backend" -> { }
            case "superuser", "superuser-backend" -> {
                // What a superuser has said of a role or a database holds for whoever logs in.
                if (source.equals("client")) requireSuperuser(def);
            }
            default -> checkAllowed(def);
        }
        String canonical = canonical(def, value);
        reset.put(key(name), canonical);
        resetSources.put(key(name), source);
        revision++;
    }

    /** What a database's {@link #TENANT_MEMORY} says, in bytes: 0 for no limit, negative: nothing. */
    public static long tenantMemoryBytes(String value) {
        long kilobytes = Long.parseLong(SettingValues.canonical(java.util.Objects.requireNonNull(SettingTable.find(TENANT_MEMORY)), value));
        return kilobytes < 0 ? -1 : kilobytes << 10;
    }

    /** Throws as {@link #set} would. */
    public void check(String name, String value) {
        SettingDef def = define(name);
        checkAllowed(def);
        canonical(def, value);
    }

    /** The canonical form of a value from the configuration file. */
    String configured(String name, String value) {
        SettingDef def = define(name);
        if (def.name().equals(TENANT_MEMORY)) throw cannot(def, "cannot be set in the section [settings]");
        switch (def.context()) {
            case "user", "superuser" -> { }
            default -> throw cannot(def, "cannot be set in the section [settings]");
        }
        return canonical(def, value);
    }

    /** Start-up values that the session computes itself (server facts), without checks. */
    public void preset(String name, String value) {
        reset.put(key(name), value);
        resetSources.put(key(name), "override");
        revision++;
    }

    /** Canonical value, as pg_settings.setting prints it; throws 42704 for an unknown name. */
    public String get(String name) {
        String value = find(name);
        if (value == null) throw unknown(name);
        return value;
    }

    /** As {@link #get}, null when unknown. */
    public @Nullable String find(String name) {
        String key = key(name);
        String value = values.get(key);
        if (value == null) value = reset.get(key);
        if (value != null) return value;
        // A transaction begins with the session's defaults unless it says otherwise.
        if (key.startsWith("transaction_") && !key.equals("transaction_timeout")) return find("default_" + key);
        SettingDef def = node.find(key);
        return def == null ? null : node.start(def);
    }

    public boolean bool(String name) {
        return get(name).equals("on");
    }

    public long integer(String name) {
        return Long.parseLong(get(name));
    }

    /** Milliseconds, 0 for none. */
    public long statementTimeoutMillis() {
        refresh();
        return statementTimeoutMillis;
    }

    /** Milliseconds, 0 for none. */
    public long lockTimeoutMillis() {
        refresh();
        return lockTimeoutMillis;
    }

    /** log_min_duration_statement; {@link Long#MAX_VALUE} for never. */
    public long logMinDurationNanos() {
        refresh();
        return logMinDurationNanos;
    }

    /** Whether the session has chosen a moment of the past. */
    public boolean showsPast() {
        refresh();
        return showsPast;
    }

    public long statementMemoryBytes() {
        refresh();
        return statementMemoryBytes;
    }

    /** Threads that may help one part of a statement: max_parallel_workers_per_gather, at most max_parallel_workers. */
    public int parallelWorkers() {
        refresh();
        return parallelWorkers;
    }

    /** min_parallel_table_scan_size. */
    public long parallelScanBytes() {
        refresh();
        return parallelScanBytes;
    }

    /** Whether client_min_messages lets a notice of this severity through. */
    public boolean showsNotice(Severity severity) {
        refresh();
        return severity == Severity.INFO || rank(severity.name().toLowerCase(Locale.ROOT)) >= noticeRank;
    }

    private static int rank(String level) {
        return switch (level) {
            case "log" -> 1;
            case "notice" -> 2;
            case "warning" -> 3;
            case "error" -> 4;
            default -> 0;
        };
    }

    private void refresh() {
        if (hotRevision == revision()) return;
        statementTimeoutMillis = integer("statement_timeout");
        lockTimeoutMillis = integer("lock_timeout");
        long slow = integer("log_min_duration_statement");
        logMinDurationNanos = slow < 0 ? Long.MAX_VALUE : slow * 1_000_000;
        statementMemoryBytes = integer("craton.statement_memory") << 10;
        parallelWorkers = (int) Math.min(integer("max_parallel_workers_per_gather"), integer("max_parallel_workers"));
        parallelScanBytes = integer("min_parallel_table_scan_size") << 13;
        showsPast = !get("craton.as_of").isBlank();
        noticeRank = rank(get("client_min_messages"));
        hotRevision = revision;
    }

    /** As SHOW prints it. */
    public String show(String name) {
        SettingDef def = node.find(name);
        String value = get(name);
        return def == null ? value : SettingValues.shown(def, value);
    }

    /** Name as PostgreSQL spells it: SHOW's column name. */
    public String spelled(String name) {
        SettingDef def = node.find(name);
        return def == null ? name : def.name();
    }

    /** SET (or SET LOCAL) name = value; null resets it. Must be inside a transaction scope ended by {@link #commit} or {@link #rollback}. */
    public void set(String name, @Nullable String value, boolean local) {
        SettingDef def = define(name);
        checkAllowed(def);
        String key = key(name);
        String next = value == null ? null : canonical(def, value);
        undo.push(new Undo(key, values.get(key), local));
        if (next == null) values.remove(key);
        else values.put(key, next);
        touched(def);
    }

    /** RESET ALL. */
    public void resetAll() {
        for (String key : List.copyOf(values.keySet())) {
            SettingDef def = SettingTable.find(key);
            if (def != null && (key.equals("role") || key.equals("session_authorization") || key.startsWith("transaction_"))) continue;
            undo.push(new Undo(key, values.remove(key), false));
            if (def != null) touched(def);
        }
        revision++;
    }

    /** Depth to come back to with {@link #rollbackTo}. */
    public int mark() {
        return undo.size();
    }

    public void rollbackTo(int mark) {
        boolean identity = false;
        while (undo.size() > mark) {
            identity |= isIdentity(undo.getFirst());
            putBack(undo.pop());
        }
        if (identity) identityIsPutBack.run();
    }

    private static boolean isIdentity(Undo entry) {
        return entry.key().equals("role") || entry.key().equals("session_authorization");
    }

    /** What to do after a rollback, or the end of a SET LOCAL, has put back the session's user or role. */
    public void whenIdentityIsPutBack(Runnable action) {
        identityIsPutBack = action;
    }

    public void rollback() {
        rollbackTo(0);
    }

    public void commit() {
        if (undo.isEmpty()) return;
        // A SET LOCAL is undone to what the last SET without LOCAL made of the value.
        List<Undo> oldestFirst = new ArrayList<>(undo);
        java.util.Collections.reverse(oldestFirst);
        Map<String, Undo> firstLocal = new HashMap<>();
        Set<String> plainAfter = new HashSet<>();
        for (Undo entry : oldestFirst) {
            if (entry.local()) firstLocal.putIfAbsent(entry.key(), entry);
            else {
                firstLocal.remove(entry.key());
                plainAfter.add(entry.key());
            }
        }
        undo.clear();
        if (!plainAfter.isEmpty()) commits++;
        boolean identity = false;
        for (Undo entry : firstLocal.values()) {
            identity |= isIdentity(entry);
            putBack(entry);
        }
        if (identity) identityIsPutBack.run();
    }

    /** Grows whenever {@link #committed} changes. */
    public long commits() {
        return commits;
    }

    /** Values that were set and would outlive a rollback, by key. */
    public Map<String, String> committed() {
        Map<String, String> committed = new HashMap<>(values);
        for (Undo entry : undo) {
            if (entry.previous() == null) committed.remove(entry.key());
            else committed.put(entry.key(), entry.previous());
        }
        return committed;
    }

    /** Sets what was {@link #committed} in a session that was open elsewhere. */
    public void restore(Map<String, String> committed) {
        values.putAll(committed);
        revision++;
    }

    /** Reported settings that are other than what the client was told last: for ParameterStatus. */
    public Map<String, String> takeReported() {
        if (nodeNow.get() != node) follow();
        if (changedReported.isEmpty()) return Map.of();
        Map<String, String> result = new HashMap<>();
        for (String name : changedReported) {
            String value = get(name);
            if (!value.equals(told.put(name, value))) result.put(name, value);
        }
        changedReported.clear();
        return result;
    }

    /** The client was told these, at the start. */
    public void told(Map<String, String> reported) {
        told.putAll(reported);
        changedReported.clear();
    }

    /** Names of settings outside the table ("my.setting") that have a value. */
    public Collection<String> customNames() {
        Set<String> names = new HashSet<>(values.keySet());
        names.addAll(reset.keySet());
        names.removeIf(name -> node.find(name) != null);
        return names;
    }

    /** What RESET would give. */
    public String resetValue(SettingDef def) {
        String value = reset.get(key(def.name()));
        return value == null ? node.start(def) : value;
    }

    /** Where the value comes from, as pg_settings says it; file and line only for superusers. */
    public NodeSettings.Given origin(SettingDef def) {
        String key = key(def.name());
        String value = values.get(key);
        if (value != null) return new NodeSettings.Given(value, "session", null, 0);
        value = reset.get(key);
        if (value != null) return new NodeSettings.Given(value, resetSources.getOrDefault(key, "client"), null, 0);
        NodeSettings.Given given = node.given(key);
        if (given == null) return new NodeSettings.Given(def.bootValue(), "default", null, 0);
        return superuser ? given : new NodeSettings.Given(given.value(), given.source(), null, 0, given.pendingRestart());
    }

    private void putBack(Undo entry) {
        if (entry.previous() == null) values.remove(entry.key());
        else values.put(entry.key(), entry.previous());
        SettingDef def = SettingTable.find(entry.key());
        if (def != null) touched(def);
        revision++;
    }

    private void touched(SettingDef def) {
        revision++;
        if (def.reported()) changedReported.add(def.name());
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private SettingDef define(String name) {
        SettingDef def = node.find(name);
        if (def != null) return def;
        int dot = name.indexOf('.');
        if (dot < 0) throw unknown(name);
        if (!name.matches("[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)+")) {
            throw PgError.error(SqlState.INVALID_NAME, "invalid configuration parameter name \"" + name + "\"")
                    .withDetail("Custom parameter names must be two or more simple identifiers separated by dots.").exception();
        }
        if (key(name).startsWith("craton.")) throw unknown(name);
        return new SettingDef(name, "", null, "Customized Options", "", "user", "string", null, null, List.of());
    }

    private void checkAllowed(SettingDef def) {
        switch (def.context()) {
            case "internal" -> throw cannot(def, "cannot be changed");
            case "postmaster" -> throw cannot(def, "cannot be changed without restarting the server");
            case "sighup" -> throw cannot(def, "cannot be changed now");
            case "backend", "superuser-backend" -> throw cannot(def, "cannot be set after connection start");
            case "superuser" -> requireSuperuser(def);
            default -> { }
        }
    }

    private void requireSuperuser(SettingDef def) {
        if (!superuser) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to set parameter \"" + def.name() + "\"");
    }

    private static PgException cannot(SettingDef def, String what) {
        return new PgException(SqlState.CANT_CHANGE_RUNTIME_PARAM, "parameter \"" + def.name() + "\" " + what);
    }

    private static PgException unknown(String name) {
        return new PgException(SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"" + name + "\"");
    }

    private String canonical(SettingDef def, String value) {
        return switch (def.name()) {
            case "DateStyle" -> dateStyle(value);
            case "TimeZone" -> timeZone(value);
            case "client_encoding" -> clientEncoding(value);
            case Retention.NAME -> {
                if (Retention.parse(value) != null) yield value;
                throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"" + Retention.NAME + "\": \"" + value + "\"")
                        .withHint("It is a number and a unit, as in 7 days, or forever.").exception();
            }
            case "password_encryption" -> {
                if (value.equalsIgnoreCase("md5")) throw PgException.notSupported("password_encryption md5");
                yield SettingValues.canonical(def, value);
            }
            default -> SettingValues.canonical(def, value);
        };
    }

    private String dateStyle(String value) {
        String[] current = find("DateStyle").split(", ");
        String style = current[0];
        String order = current[1];
        for (String part : value.split(",")) {
            switch (part.trim().toLowerCase(Locale.ROOT)) {
                case "iso" -> style = "ISO";
                case "sql" -> style = "SQL";
                case "german" -> {
                    style = "German";
                    order = "DMY";
                }
                case "postgres", "postgresql" -> style = "Postgres";
                case "ymd" -> order = "YMD";
                case "dmy", "euro", "european" -> order = "DMY";
                case "mdy", "us", "noneuropean", "noneuro" -> order = "MDY";
                case "default" -> {
                    style = "ISO";
                    order = "MDY";
                }
                default -> throw new PgException(PgError.error(SqlState.INVALID_PARAMETER_VALUE,
                                "invalid value for parameter \"DateStyle\": \"" + value + "\"")
                        .withDetail("Unrecognized key word: \"" + part.trim() + "\"."));
            }
        }
        return style + ", " + order;
    }

    private static String timeZone(String value) {
        if (value.equalsIgnoreCase("default") || value.equalsIgnoreCase("local")) return "Etc/UTC";
        Zone zone = zone(value);
        if (zone == null) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"TimeZone\": \"" + value + "\"");
        }
        return zone.name();
    }

    /** The zone that a TimeZone value names (region, offset in hours, POSIX form), or null. */
    public static @Nullable Zone zone(String value) {
        String text = value.trim();
        return TimeZones.find(text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)") ? hoursEast(Double.parseDouble(text)) : text);
    }

    /** An offset in hours, as the POSIX form that counts west of Greenwich. */
    private static String hoursEast(double hours) {
        long seconds = Math.round(hours * 3600);
        long size = Math.abs(seconds);
        String text = String.format(Locale.ROOT, "%02d", size / 3600)
                + (size % 3600 == 0 ? "" : String.format(Locale.ROOT, ":%02d", size % 3600 / 60))
                + (size % 60 == 0 ? "" : String.format(Locale.ROOT, ":%02d", size % 60));
        return "<" + (seconds < 0 ? "-" : "+") + text + ">" + (seconds < 0 ? "+" : "-") + text;
    }

    private static String clientEncoding(String value) {
        Encoding encoding = Encoding.find(value);
        if (encoding == null) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"client_encoding\": \"" + value + "\"");
        if (encoding != Encoding.UTF8 && encoding != Encoding.SQL_ASCII) throw PgException.notSupported("client_encoding " + value);
        return encoding.name();
    }
}
