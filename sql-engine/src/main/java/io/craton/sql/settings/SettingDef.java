package io.craton.sql.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One configuration parameter as pg_settings describes it.
 *
 * @param type bool, integer, real, string or enum
 * @param unit kB, 8kB, MB, B, ms, s, min or null
 * @param context internal, postmaster, sighup, superuser-backend, backend, superuser or user
 */
public record SettingDef(
        String name,
        String bootValue,
        @Nullable String unit,
        String category,
        String description,
        String context,
        String type,
        @Nullable String minimum,
        @Nullable String maximum,
        List<String> enumValues) {
    public SettingDef {
        enumValues = List.copyOf(enumValues);
    }

    /** Changes of these are told to the client by ParameterStatus. */
    public boolean reported() {
        return switch (name) {
            case "application_name", "client_encoding", "DateStyle", "default_transaction_read_only", "in_hot_standby",
                    "integer_datetimes", "IntervalStyle", "is_superuser", "server_encoding", "server_version",
                    "session_authorization", "standard_conforming_strings", "TimeZone" -> true;
            default -> false;
        };
    }
}
