package io.craton.server.config;

import java.util.EnumMap;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The keys of the configuration that have a flag, as options of a command line. */
public final class ConfigFlags {
    private ConfigFlags() {}

    public static void addTo(Options options) {
        for (ConfigKey key : ConfigKey.values()) {
            if (key.flag() == null) continue;
            String byDefault = key.byDefault() == null ? "" : " Default: " + key.byDefault() + ".";
            options.addOption(Option.builder().longOpt(name(key)).hasArg().argName(label(key)).desc(key.description() + byDefault).get());
        }
    }

    public static Map<ConfigKey, String> given(CommandLine line) {
        Map<ConfigKey, String> flags = new EnumMap<>(ConfigKey.class);
        for (ConfigKey key : ConfigKey.values()) {
            if (key.flag() == null) continue;
            String text = line.getOptionValue(name(key));
            if (text != null) flags.put(key, text);
        }
        return flags;
    }

    private static String name(ConfigKey key) {
        return key.flag().substring("--".length());
    }

    private static String label(ConfigKey key) {
        return switch (key) {
            case BIND_ADDRESS, CLUSTER_ADDRESS, ADVERTISE_ADDRESS -> "ADDR";
            case CLUSTER_PEERS -> "PEERS";
            case NODE_ID -> "ID";
            case DATA_DIR -> "PATH";
            case ELECTION_TIMEOUT_MIN -> "TIME";
            case LOG_LEVEL -> "LEVEL";
            default -> "VALUE";
        };
    }
}
