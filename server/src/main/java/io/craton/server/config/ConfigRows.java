package io.craton.server.config;

import io.craton.server.config.Configuration.Source;
import io.craton.server.config.Configuration.Value;
import io.craton.server.config.ValueType.Bytes;
import io.craton.server.config.ValueType.Millis;
import io.craton.server.config.ValueType.OneOf;
import io.craton.server.config.ValueType.Whole;
import io.craton.server.config.ValueType.Zero;
import io.craton.sql.settings.NodeSettings;
import io.craton.sql.settings.NodeSettings.Given;
import io.craton.sql.settings.SettingDef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configuration as pg_settings shows it: each key as {@code craton.section.key}, and PostgreSQL's names for what it has names for. */
public final class ConfigRows {
    public static final String PREFIX = "craton.";
    static final String HIDDEN = "********";
    private static final List<SettingDef> ROWS = rows();

    private ConfigRows() {}

    private static List<SettingDef> rows() {
        List<SettingDef> rows = new ArrayList<>();
        for (ConfigKey key : ConfigKey.values()) {
            rows.add(new SettingDef(PREFIX + key.path(), canonicalDefault(key), unit(key.type), "Craton", key.description(),
                    key.change() == ConfigKey.Change.RELOAD ? "sighup" : "postmaster", key.type.settingType(), least(key.type), most(key.type),
                    key.type instanceof OneOf choice ? choice.names() : List.of()));
        }
        return rows;
    }

    private static String canonicalDefault(ConfigKey key) {
        try {
            return key.byDefault() == null ? "" : key.type.parse(key.byDefault());
        } catch (ValueType.Refused e) {
            throw new IllegalStateException(key.path() + " " + e.getMessage(), e);
        }
    }

    private static @Nullable String unit(ValueType type) {
        return switch (type) {
            case Bytes _ -> "B";
            case Millis _ -> "ms";
            default -> null;
        };
    }

    private static @Nullable String least(ValueType type) {
        return switch (type) {
            case Bytes bytes -> bytes.zero() == Zero.NO_LIMIT ? "0" : Long.toString(bytes.least());
            case Millis millis -> Long.toString(millis.least());
            case Whole whole -> whole.zero() == Zero.NO_LIMIT ? "0" : Long.toString(whole.least());
            default -> null;
        };
    }

    private static @Nullable String most(ValueType type) {
        return switch (type) {
            case Bytes bytes -> Long.toString(bytes.most());
            case Millis millis -> Long.toString(millis.most());
            case Whole whole -> Long.toString(whole.most());
            default -> null;
        };
    }

    /**
     * @param inForce values that the node works with, which may be older than the file's
     * @param pending keys whose new values need a restart
     */
    static NodeSettings settings(Configuration configuration, Map<ConfigKey, Value> inForce, Set<ConfigKey> pending) {
        String file = configuration.file() == null ? null : configuration.file().toString();
        Map<String, Given> given = new LinkedHashMap<>();
        for (ConfigKey key : ConfigKey.values()) {
            Value value = inForce.get(key);
            boolean waits = pending.contains(key);
            if (value != null) given.put(PREFIX + key.path(), given(key.secret() ? HIDDEN : value.text(), value, file, waits));
            else if (waits) given.put(PREFIX + key.path(), new Given("", Source.DEFAULT.text, null, 0, true));
        }
        for (ConfigKey key : inForce.keySet()) {
            Value value = inForce.get(key);
            postgres(key, value.text()).forEach((name, text) -> given.put(name, given(text, value, file, pending.contains(key))));
        }
        given.put("ssl", new Given(inForce.containsKey(ConfigKey.TLS_CERT) ? "on" : "off", Source.DEFAULT.text, null, 0));
        if (file != null) given.put("config_file", new Given(file, Source.COMMAND_LINE.text, null, 0));
        configuration.settings().forEach((name, value) -> given.put(name, given(value.text(), value, file, false)));
        return new NodeSettings(ROWS, given);
    }

    private static Given given(String text, Value value, @Nullable String file, boolean pendingRestart) {
        boolean fromFile = value.source() == Source.FILE;
        return new Given(text, value.source().text, fromFile ? file : null, fromFile ? value.line() : 0, pendingRestart);
    }

    /** PostgreSQL's settings that say the same. */
    private static Map<String, String> postgres(ConfigKey key, String text) {
        return switch (key) {
            case BIND_ADDRESS -> {
                int colon = text.lastIndexOf(':');
                yield Map.of("listen_addresses", colon == 0 ? "*" : text.substring(0, colon), "port", text.substring(colon + 1));
            }
            case CLUSTER_NAME -> Map.of("cluster_name", text);
            case DATA_DIR -> Map.of("data_directory", java.nio.file.Path.of(text).toAbsolutePath().normalize().toString());
            case MAX_CONNECTIONS -> Map.of("max_connections", text);
            case SYNC_MODE -> Map.of("fsync", text.equals("fsync") ? "on" : "off");
            case HBA_FILE -> Map.of("hba_file", text);
            case IDENT_FILE -> Map.of("ident_file", text);
            case TLS_CERT -> Map.of("ssl_cert_file", text);
            case TLS_KEY -> Map.of("ssl_key_file", text);
            case TLS_CA -> Map.of("ssl_ca_file", text);
            default -> Map.of();
        };
    }
}
