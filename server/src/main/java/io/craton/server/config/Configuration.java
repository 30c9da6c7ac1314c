package io.craton.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of all keys and where each came from: command line before environment before file before default. Immutable; {@link Sources#read} makes one, and
 * again on reload.
 */
public final class Configuration {
    /** In order of strength, as pg_settings spells them. */
    public enum Source {
        DEFAULT("default"), FILE("configuration file"), ENVIRONMENT("environment variable"), COMMAND_LINE("command line");

        public final String text;

        Source(String text) {
            this.text = text;
        }
    }

    /**
     * @param text canonical
     * @param line in the file, 0 for other sources
     */
    public record Value(String text, Source source, int line) {}

    /**
     * Where a configuration is read from.
     *
     * @param file null for none
     * @param flags texts of the command line by key
     */
    public record Sources(@Nullable Path file, Map<String, String> environment, Map<ConfigKey, String> flags) {
        /** Throws with all that is wrong, one line each. */
        public Configuration read() {
            Configuration configuration = new Configuration(this);
            if (!configuration.problems.isEmpty()) throw new StartException(StartException.USAGE, String.join("\n", configuration.problems));
            return configuration;
        }
    }

    private static final Set<String> OTHER_VARIABLES = Set.of("CRATON_JAVA_OPTS", "CRATON_AOT", "CRATON_CONFIG", "CRATON_SQL_CORPUS");
    private static final Pattern SERVICE_VARIABLE = Pattern.compile("CRATON_(.*_)?(SERVICE|PORT)(_.*)?");

    private final @Nullable Path file;
    private final Map<String, String> environment;
    private final Map<ConfigKey, Value> values = new EnumMap<>(ConfigKey.class);
    private final Map<String, Value> settings = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private Configuration(Sources sources) {
        ConfigFile read = sources.file() == null ? null : ConfigFile.read(sources.file());
        file = read == null ? null : read.path();
        environment = Map.copyOf(sources.environment());
        if (read != null) {
            problems.addAll(read.problems());
            read.settings().forEach((name, entry) -> settings.put(name, new Value(entry.text(), Source.FILE, entry.line())));
        }
        for (ConfigKey key : ConfigKey.values()) {
            String flag = sources.flags().get(key);
            String variable = sources.environment().get(key.environment());
            ConfigFile.Entry entry = read == null ? null : read.entry(key);
            if (flag != null) put(key, flag, Source.COMMAND_LINE, Objects.requireNonNull(key.flag()));
            else if (variable != null && !variable.isEmpty()) put(key, variable, Source.ENVIRONMENT, key.environment());
            else if (entry != null) values.put(key, new Value(entry.text(), Source.FILE, entry.line()));
            else if (key.byDefault() != null) put(key, key.byDefault(), Source.DEFAULT, key.path());
        }
        for (String name : sources.environment().keySet()) lookAt(name);
        if (problems.isEmpty()) checkTogether();
    }

    /** All of it, for what vendors' libraries look up there. */
    public Map<String, String> environment() {
        return environment;
    }

    /** Unknown variables are not refused: Kubernetes makes some for each service, and the service may be called craton. */
    private void lookAt(String variable) {
        if (!variable.startsWith("CRATON_") || OTHER_VARIABLES.contains(variable) || SERVICE_VARIABLE.matcher(variable).matches()) return;
        for (ConfigKey key : ConfigKey.values()) if (key.environment().equals(variable)) return;
        warnings.add("the environment variable " + variable + " is not known and has no effect");
    }

    private void put(ConfigKey key, String text, Source source, String origin) {
        try {
            String canonical = key.type.parse(withUnit(key, text, source));
            values.put(key, new Value(canonical, source, 0));
        } catch (ValueType.Refused e) {
            problems.add("invalid " + origin + ": " + e.getMessage());
        }
    }

    /** Times on the command line and in the environment may be bare milliseconds. */
    private static String withUnit(ConfigKey key, String text, Source source) {
        return key.type instanceof ValueType.Millis && source != Source.DEFAULT && text.matches("\\d+") ? text + "ms" : text;
    }

    private void checkTogether() {
        long least = number(ConfigKey.ELECTION_TIMEOUT_MIN);
        Value most = values.get(ConfigKey.ELECTION_TIMEOUT_MAX);
        if (most != null && Long.parseLong(most.text()) <= least) {
            contradiction(ConfigKey.ELECTION_TIMEOUT_MAX, "must be more than consensus.election_timeout_min, which is " + least + "ms");
        }
        Value heartbeat = values.get(ConfigKey.HEARTBEAT_INTERVAL);
        if (heartbeat != null && Long.parseLong(heartbeat.text()) >= least) {
            contradiction(ConfigKey.HEARTBEAT_INTERVAL, "must be less than consensus.election_timeout_min, which is " + least + "ms");
        }
        if (find(ConfigKey.TLS_CERT) == null != (find(ConfigKey.TLS_KEY) == null)) {
            ConfigKey given = find(ConfigKey.TLS_CERT) == null ? ConfigKey.TLS_KEY : ConfigKey.TLS_CERT;
            contradiction(given, "needs the other of security.tls_cert and security.tls_key");
        }
        if (flag(ConfigKey.REQUIRE_CLIENT_CERT) && (find(ConfigKey.TLS_CA) == null || find(ConfigKey.TLS_CERT) == null)) {
            contradiction(ConfigKey.REQUIRE_CLIENT_CERT, "needs security.tls_cert, security.tls_key and security.tls_ca");
        }
        if (find(ConfigKey.TLS_CA) != null && find(ConfigKey.TLS_CERT) == null) {
            contradiction(ConfigKey.TLS_CA, "needs security.tls_cert and security.tls_key");
        }
        if (flag(ConfigKey.TRACING_ENABLED) && find(ConfigKey.TRACING_ENDPOINT) == null) contradiction(ConfigKey.TRACING_ENABLED, "needs telemetry.tracing_endpoint");
    }

    private void contradiction(ConfigKey key, String message) {
        problems.add(place(key) + key.path() + " " + message);
    }

    /** For the beginning of a message about a value. */
    public String place(ConfigKey key) {
        Value value = values.get(key);
        return value == null || value.source() != Source.FILE ? "" : file + ":" + value.line() + ": ";
    }

    /** What does no harm, but was hardly meant. */
    public List<String> warnings() {
        return warnings;
    }

    public @Nullable Path file() {
        return file;
    }

    public @Nullable Value value(ConfigKey key) {
        return values.get(key);
    }

    /** PostgreSQL's settings of the section {@code [settings]}, canonical. */
    public Map<String, Value> settings() {
        return settings;
    }

    /** Null when the key has no value. */
    public @Nullable String find(ConfigKey key) {
        Value value = values.get(key);
        return value == null ? null : value.text();
    }

    public String text(ConfigKey key) {
        return Objects.requireNonNull(find(key), key.path());
    }

    public long number(ConfigKey key) {
        return Long.parseLong(text(key));
    }

    public boolean flag(ConfigKey key) {
        return text(key).equals("on");
    }

    @Nullable Path path(ConfigKey key) {
        String text = find(key);
        return text == null ? null : Path.of(text);
    }
}
