package io.craton.sql.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule for clients, as pg_hba_file_rules shows it. */
public record AccessRule(int line, String type, List<String> databases, List<String> users, @Nullable String address, @Nullable String mask, String method,
        List<String> options) {
    /** As pg_ident_file_mappings shows it. */
    public record Mapping(int line, String map, String systemName, String role) {}

    public AccessRule {
        databases = List.copyOf(databases);
        users = List.copyOf(users);
        options = List.copyOf(options);
    }
}
