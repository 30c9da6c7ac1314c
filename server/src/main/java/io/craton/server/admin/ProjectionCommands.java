package io.craton.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-admin projection ...}: what a running node, in a cluster the leader, makes of the log for one tenant. */
@Command(name = "projection", sortOptions = false, description = "What a node makes of the log for one tenant.", synopsisSubcommandLabel = "COMMAND",
        subcommands = {ProjectionCommands.Status.class, ProjectionCommands.Rebuild.class})
public final class ProjectionCommands {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    /** Asks one function in the tenant's database; its answer is JSON. */
    private static ObjectNode ask(SqlOptions node, String tenant, String call, String... arguments) {
        try (Connection connection = node.connectTo(tenant); PreparedStatement statement = connection.prepareStatement("select current_database(), " + call)) {
            for (int i = 0; i < arguments.length; i++) statement.setString(i + 1, arguments[i]);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                ObjectNode answer = new ObjectMapper().createObjectNode().put("tenant", result.getString(1));
                answer.setAll((ObjectNode) new ObjectMapper().readTree(result.getString(2)));
                return answer;
            }
        } catch (SQLException e) {
            throw node.failure(e);
        } catch (IOException e) {
            throw NodeOptions.failure("the node's answer cannot be read: " + e.getMessage());
        }
    }

    /** {@code projection status}. */
    @Command(name = "status", sortOptions = false, description = "Up to which position of the log a tenant's projection is, and how much it holds.",
            exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:told", "1:the node does not answer, or there is no such tenant", "2:wrong command line"})
    static final class Status implements Callable<Integer> {
        @Option(names = "--tenant", paramLabel = "<TENANT>", required = true, description = "Database, by its name or its number of a tenant")
        private String tenant = "";

        @Mixin
        private SqlOptions node = new SqlOptions();

        @Option(names = "--json", description = "As JSON")
        private boolean json;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            ObjectNode status = ask(node, tenant, "craton_projection_status()");
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(status.toPrettyString());
                return 0;
            }
            out.printf(Locale.ROOT, "tenant %s (%d): last change at position %d; the node has applied the log up to %d, and keeps durable what is in front of %d%n", status.path("tenant").asText(),
                    status.path("number").asInt(), status.path("position").asLong(), status.path("node_applied_position").asLong(), status.path("durable_from_position").asLong() + 1);
            out.printf(Locale.ROOT, "%-10s %d in %d tables, %s with their indexes and history%n", "rows", status.path("rows").asLong(), status.path("tables").asInt(),
                    Progress.megabytes(status.path("bytes").asLong()));
            out.printf(Locale.ROOT, "%-10s %d%n", "indexes", status.path("indexes").asInt());
            out.printf(Locale.ROOT, "%-10s %d objects%n", "catalog", status.path("catalog_objects").asInt());
            for (JsonNode table : status.path("records")) out.printf(Locale.ROOT, "table %s: %d rows%n", table.path("name").asText(), table.path("rows").asLong());
            return 0;
        }
    }

    /** {@code projection rebuild}. */
    @Command(name = "rebuild", sortOptions = false,
            description = "Works a tenant's projection out again from the whole log, while it is used, and mends what is not as the log has it. Needs room for a second one meanwhile.",
            exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:it is as the log has it", "1:failure; the message says what", "2:wrong command line"})
    static final class Rebuild implements Callable<Integer> {
        @Option(names = "--tenant", paramLabel = "<TENANT>", required = true, description = "Database, by its name or its number of a tenant")
        private String tenant = "";

        @Option(names = "--projection", paramLabel = "<NAME>", required = true, description = "rows, indexes, columns, catalog, or a table")
        private String projection = "";

        @Mixin
        private SqlOptions node = new SqlOptions();

        @Option(names = "--json", description = "As JSON")
        private boolean json;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            ObjectNode done = ask(node, tenant, "craton_rebuild_projection(?)", projection);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(done.toPrettyString());
                return 0;
            }
            long mended = done.path("mended").asLong();
            out.printf(Locale.ROOT, "%s of %s: %s at position %d; %d entries in %.1f s%n", projection, done.path("tenant").asText(),
                    mended == 0 ? "as the log has it" : mended + " values were not as the log has them and are mended,", done.path("position").asLong(), done.path("entries").asLong(),
                    done.path("seconds").asDouble());
            if (done.path("restart_needed").asBoolean()) out.println("definitions were mended: restart the node");
            return 0;
        }
    }
}
