package io.craton.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.config.StartException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code craton-admin tenant}: what CREATE DATABASE, DROP DATABASE and craton_tenants do, for scripts. */
@Command(name = "tenant", sortOptions = false, subcommands = {TenantCommands.Create.class, TenantCommands.Show.class, TenantCommands.Info.class, TenantCommands.Move.class,
                TenantCommands.Drop.class},
        description = "The tenants (databases) of a node or cluster.", synopsisSubcommandLabel = "COMMAND")
public final class TenantCommands {
    private static final int NAME_BYTES_MAX = 63; // the server would cut it

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /** Rows as maps by the columns' names. */
    private static List<Map<String, Object>> rows(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) query.setString(i + 1, parameters[i]);
            List<Map<String, Object>> rows = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                int columns = row.getMetaData().getColumnCount();
                while (row.next()) {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    for (int i = 1; i <= columns; i++) fields.put(row.getMetaData().getColumnName(i), row.getObject(i));
                    rows.add(fields);
                }
            }
            return rows;
        }
    }

    private static final String TENANTS = "SELECT tenant, database::text, owner::text, sessions, connection_limit, commits, rollbacks, raft_group, memory, memory_limit FROM craton_tenants ";

    /** By name; by number where nobody has that name. */
    private static @Nullable Map<String, Object> find(Connection connection, String tenant) throws SQLException {
        List<Map<String, Object>> named = rows(connection, TENANTS + "WHERE database = ?", tenant);
        if (named.isEmpty()) named = rows(connection, TENANTS + "WHERE tenant::text = ?", tenant);
        return named.isEmpty() ? null : named.getFirst();
    }

    private static StartException missing(String tenant) {
        return new StartException(StartException.FAILURE, "tenant \"" + tenant + "\" does not exist");
    }

    /** {@code craton-admin tenant create}. */
    @Command(name = "create", sortOptions = false, description = "Makes a tenant, empty as template1 is.")
    static final class Create extends SqlCommand {
        @Parameters(paramLabel = "<NAME>", description = "Its name")
        private String name = "";

        @Option(names = "--owner", paramLabel = "<ROLE>", defaultValue = "", description = "Who owns it (default: who makes it)")
        private String owner = "";

        @Option(names = "--connection-limit", paramLabel = "<N>", defaultValue = "-1", description = "So many sessions at most; -1: no limit")
        private int connections = -1;

        @Option(names = "--if-not-exists", description = "Do nothing where there is one of that name")
        private boolean unlessPresent;

        @Override
        void run(Connection connection, PrintWriter out) throws SQLException {
            if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
                throw new StartException(StartException.USAGE, "the name is too long: a database's has " + NAME_BYTES_MAX + " bytes at most");
            }
            if (!unlessPresent || rows(connection, TENANTS + "WHERE database = ?", name).isEmpty()) {
                execute(connection, "CREATE DATABASE " + quoted(name) + " CONNECTION LIMIT " + connections + (owner.isEmpty() ? "" : " OWNER " + quoted(owner)));
            }
            Map<String, Object> made = find(connection, name);
            if (made == null) throw missing(name);
            out.printf("tenant %s: %s%n", made.get("tenant"), name);
        }
    }

    /** {@code craton-admin tenant list}. */
    @Command(name = "list", sortOptions = false, description = "Shows all tenants.")
    static final class Show extends SqlCommand {
        @Option(names = "--json", description = "As JSON")
        private boolean json;

        @Override
        void run(Connection connection, PrintWriter out) throws SQLException, JsonProcessingException {
            List<Map<String, Object>> all = rows(connection, TENANTS + "ORDER BY tenant");
            if (json) {
                out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
                return;
            }
            out.printf("%-8s %-32s %-16s %-8s %s%n", "tenant", "database", "owner", "sessions", "group");
            for (Map<String, Object> each : all) {
                out.printf("%-8s %-32s %-16s %-8s %s%n", each.get("tenant"), each.get("database"), each.get("owner"), each.get("sessions"), each.get("raft_group"));
            }
        }
    }

    /** {@code craton-admin tenant info}. */
    @Command(name = "info", sortOptions = false, description = "What a tenant is, does and may.")
    static final class Info extends SqlCommand {
        @Parameters(paramLabel = "<TENANT>", description = "Its name or number")
        private String tenant = "";

        @Option(names = "--json", description = "As JSON")
        private boolean json;

        @Override
        void run(Connection connection, PrintWriter out) throws SQLException, JsonProcessingException {
            Map<String, Object> found = find(connection, tenant);
            if (found == null) throw missing(tenant);
            Map<String, Object> all = new LinkedHashMap<>(found);
            all.putAll(rows(connection, "SELECT pg_database_size(?::name) AS bytes", String.valueOf(found.get("database"))).getFirst());
            for (Map<String, Object> limit : rows(connection, "SELECT name, setting FROM pg_settings WHERE name LIKE 'craton.limits.%' ORDER BY name")) {
                all.put(String.valueOf(limit.get("name")).substring("craton.limits.".length()), limit.get("setting"));
            }
            if (json) out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
            else all.forEach((name, value) -> out.printf("%-24s %s%n", name, value));
        }
    }

    /** {@code craton-admin tenant move}: in a session of the tenant, which runs where its group is led. */
    @Command(name = "move", sortOptions = false, description = "Moves a tenant to another raft group, while it is used.")
    static final class Move extends SqlCommand {
        @Parameters(paramLabel = "<TENANT>", description = "Its name or number")
        private String tenant = "";

        @Option(names = "--group", paramLabel = "<N>", required = true, description = "Number of the raft group")
        private int group;

        @Override
        void run(Connection connection, PrintWriter out) throws SQLException {
            Map<String, Object> found = find(connection, tenant);
            if (found == null) throw missing(tenant);
            String name = String.valueOf(found.get("database"));
            try (Connection own = connectTo(name)) {
                rows(own, "SELECT craton_move_database(?::int)", String.valueOf(group));
            }
            out.printf("tenant %s: %s is in raft group %d%n", found.get("tenant"), name, group);
        }
    }

    /** {@code craton-admin tenant drop}. */
    @Command(name = "drop", sortOptions = false, description = "Removes a tenant and its projections; its entries stay in the log.")
    static final class Drop extends SqlCommand {
        @Parameters(paramLabel = "<TENANT>", description = "Its name or number")
        private String tenant = "";

        @Option(names = "--if-exists", description = "Do nothing where there is none")
        private boolean ifPresent;

        @Option(names = "--force", description = "End the sessions that are in it")
        private boolean force;

        @Override
        void run(Connection connection, PrintWriter out) throws SQLException {
            Map<String, Object> found = find(connection, tenant);
            if (found == null) {
                if (!ifPresent) throw missing(tenant);
                out.printf("tenant %s does not exist%n", tenant);
                return;
            }
            String name = String.valueOf(found.get("database"));
            execute(connection, "DROP DATABASE " + quoted(name) + (force ? " WITH (FORCE)" : ""));
            out.printf("dropped tenant %s: %s%n", found.get("tenant"), name);
        }
    }
}
