package io.craton.server.config;

import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The keys of the configuration that have a flag, as options of a command. */
public final class ConfigFlags {
    private ConfigFlags() {}

    public static void addTo(CommandSpec command) {
        for (ConfigKey key : ConfigKey.values()) {
            if (key.flag() == null) continue;
            String byDefault = key.byDefault() == null ? "" : " Default: " + key.byDefault() + ".";
            command.addOption(OptionSpec.builder(key.flag()).paramLabel(label(key)).type(String.class)
                    .description(key.description() + byDefault).build());
        }
    }

    public static Map<ConfigKey, String> given(ParseResult line) {
        Map<ConfigKey, String> flags = new EnumMap<>(ConfigKey.class);
        for (ConfigKey key : ConfigKey.values()) {
            if (key.flag() == null) continue;
            String text = line.matchedOptionValue(key.flag(), (String) null);
            if (text != null) flags.put(key, text);
        }
        return flags;
    }

    private static String label(ConfigKey key) {
        return switch (key) {
            case BIND_ADDRESS, CLUSTER_ADDRESS, ADVERTISE_ADDRESS -> "<ADDR>";
            case CLUSTER_PEERS -> "<PEERS>";
            case NODE_ID -> "<ID>";
            case DATA_DIR -> "<PATH>";
            case ELECTION_TIMEOUT_MIN -> "<TIME>";
            case LOG_LEVEL -> "<LEVEL>";
            default -> "<VALUE>";
        };
    }
}
