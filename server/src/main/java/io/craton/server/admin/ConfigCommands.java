package io.craton.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.ConfigRows;
import io.craton.server.config.Configuration;
import io.craton.server.config.LiveConfiguration;
import io.craton.sql.settings.NodeSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-admin config}. */
@Command(name = "config", sortOptions = false, subcommands = {ConfigCommands.Show.class, ConfigCommands.Reload.class}, description = "The configuration of a node.",
        synopsisSubcommandLabel = "COMMAND")
public final class ConfigCommands {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    /** @param pendingRestart the node was told something else since, which needs a restart */
    private record Row(String key, @Nullable String value, String source, @Nullable String file, int line, String environment, boolean pendingRestart) {
        String text() {
            return String.format("%-36s %-28s %-28s %s", key, told(), origin(), environment);
        }

        private String told() {
            if (value == null || value.isEmpty()) return "-";
            for (ConfigKey each : ConfigKey.values()) if (each.path().equals(key)) return each.told(value);
            return value;
        }

        String origin() {
            return (file == null ? source : file + ":" + line) + (pendingRestart ? " (another value waits for a restart)" : "");
        }
    }

    /** What a node works with, a line for each key; secrets are hidden. */
    static List<String> told(SqlOptions node) {
        return Show.ofNode(node).stream().map(Row::text).toList();
    }

    /** {@code craton-admin config show}. */
    @Command(name = "show", sortOptions = false, description = {"The values that a running node works with, and where each came from; secrets are hidden.",
            "With --config: what a node would work with that were started with this file and this environment."})
    static final class Show implements Callable<Integer> {
        @Mixin
        private SqlOptions node = new SqlOptions();

        @Option(names = "--config", paramLabel = "<PATH>", description = "Read this file instead of asking a node")
        private @Nullable Path file;

        @Option(names = "--json", description = "As JSON")
        private boolean json;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws JsonProcessingException {
            List<Row> rows = file == null ? ofNode(node) : ofFile(file);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(rows.stream().map(Show::page).toList()));
                return 0;
            }
            for (Row row : rows) out.println(row.text());
            return 0;
        }

        private static Map<String, @Nullable Object> page(Row row) {
            Map<String, @Nullable Object> page = new LinkedHashMap<>();
            page.put("key", row.key);
            page.put("value", row.value);
            page.put("source", row.source);
            page.put("file", row.file);
            page.put("line", row.line == 0 ? null : row.line);
            page.put("pending_restart", row.pendingRestart);
            page.put("environment", row.environment);
            return page;
        }

        private static List<Row> ofFile(Path file) {
            Configuration.Sources sources = new Configuration.Sources(file, System.getenv(), Map.of());
            NodeSettings settings = new LiveConfiguration(sources, sources.read()).settings();
            List<Row> rows = new ArrayList<>();
            for (ConfigKey key : ConfigKey.values()) {
                NodeSettings.Given given = settings.given(ConfigRows.PREFIX + key.path());
                rows.add(given == null ? new Row(key.path(), null, "default", null, 0, key.environment(), false)
                        : new Row(key.path(), given.value(), given.source(), given.file(), given.line(), key.environment(), false));
            }
            sources.read().settings().forEach((name, value) ->
                    rows.add(new Row("settings." + name, value.text(), value.source().text, file.toAbsolutePath().normalize().toString(), value.line(), "", false)));
            return rows;
        }

        private static List<Row> ofNode(SqlOptions node) {
            Map<String, Row> found = new LinkedHashMap<>();
            List<Row> rows = new ArrayList<>();
            try (Connection connection = node.connect(); Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("select name, setting, source, sourcefile, sourceline, pending_restart from pg_settings"
                            + " where name like 'craton.%.%' or source = 'configuration file' order by name")) {
                while (result.next()) {
                    Row row = new Row(result.getString(1), result.getString(2), result.getString(3), result.getString(4), result.getInt(5), "", result.getBoolean(6));
                    found.put(row.key, row);
                }
            } catch (SQLException e) {
                throw node.failure(e);
            }
            for (ConfigKey key : ConfigKey.values()) {
                Row row = found.remove(ConfigRows.PREFIX + key.path());
                if (row == null) throw NodeOptions.failure("the node at " + node.place() + " does not show its configuration to this role; use a superuser");
                rows.add(new Row(key.path(), row.value, row.source, row.file, row.line, key.environment(), row.pendingRestart));
            }
            for (Row row : found.values()) rows.add(new Row("settings." + row.key, row.value, row.source, row.file, row.line, "", row.pendingRestart));
            return rows;
        }
    }

    /** {@code craton-admin config reload}. */
    @Command(name = "reload", sortOptions = false, description = "Has a running node read its configuration again, as SIGHUP does.")
    static final class Reload implements Callable<Integer> {
        @Mixin
        private SqlOptions node = new SqlOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            try (Connection connection = node.connect(); Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("select pg_reload_conf()")) {
                result.next();
                if (!result.getBoolean(1)) throw NodeOptions.failure("the configuration, or a file that it names, cannot be used; what cannot stays as it was, and the node's log says why");
                spec.commandLine().getOut().println("reloaded; the node's log says what changed and what needs a restart");
                return 0;
            } catch (SQLException e) {
                throw node.failure(e);
            }
        }
    }
}
