package io.craton.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.config.StartException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
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

/** {@code craton-admin schema}. */
@Command(name = "schema", sortOptions = false, subcommands = SchemaCommands.Show.class, description = "Definitions of a tenant.", synopsisSubcommandLabel = "COMMAND")
public final class SchemaCommands {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    /** {@code craton-admin schema show}. */
    @Command(name = "show", sortOptions = false, description = {"Prints the definitions of a tenant as SQL that makes them again: those of now, or of a moment.",
            "Moments are positions of the log (digits) or timestamps. Owners and rights are left out."})
    static final class Show implements Callable<Integer> {
        @Option(names = "--tenant", required = true, paramLabel = "<NAME>", description = "The tenant, by name or number")
        private String tenant = "";

        @Option(names = "--at", paramLabel = "<MOMENT>", defaultValue = "", description = "As it was then, instead of now")
        private String at = "";

        @Option(names = "--diff", arity = "2", paramLabel = "<MOMENT>", description = "What changed between two moments; 'now' is one")
        private List<String> diff = new ArrayList<>();

        @Option(names = "--json", description = "As JSON")
        private boolean json;

        @Mixin
        private SqlOptions node = new SqlOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws JsonProcessingException {
            if (!diff.isEmpty() && !at.isEmpty()) throw new StartException(StartException.USAGE, "--at and --diff exclude each other");
            try (Connection database = node.connectTo(tenant)) {
                PrintWriter out = spec.commandLine().getOut();
                if (diff.isEmpty()) {
                    SchemaScript script = SchemaScript.read(database, moment(at));
                    out.print(json ? print(script.definitions().stream().map(Show::page).toList()) : script.sql());
                } else {
                    SchemaScript before = SchemaScript.read(database, moment(diff.get(0)));
                    List<SchemaScript.Change> changes = before.changesTo(SchemaScript.read(database, moment(diff.get(1))));
                    if (json) out.print(print(changes.stream().map(Show::page).toList()));
                    else for (SchemaScript.Change change : changes) print(change, out);
                }
                out.flush();
                return 0;
            } catch (SQLException e) {
                throw node.failure(e);
            }
        }

        private static String moment(String text) {
            return text.equals("now") ? "" : text;
        }

        private static void print(SchemaScript.Change change, PrintWriter out) {
            out.println("-- " + change.operation() + ": " + change.type() + " " + change.object());
            if (change.before() != null) change.before().lines().forEach(line -> out.println("- " + line));
            if (change.after() != null) change.after().lines().forEach(line -> out.println("+ " + line));
            out.println();
        }

        private static String print(Object page) throws JsonProcessingException {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(page) + System.lineSeparator();
        }

        private static Map<String, @Nullable Object> page(SchemaScript.Definition definition) {
            Map<String, @Nullable Object> page = new LinkedHashMap<>();
            page.put("type", definition.type());
            page.put("schema", definition.schema());
            page.put("table", definition.table());
            page.put("object", definition.object());
            page.put("sql", definition.sql());
            return page;
        }

        private static Map<String, @Nullable Object> page(SchemaScript.Change change) {
            Map<String, @Nullable Object> page = new LinkedHashMap<>();
            page.put("change", change.operation());
            page.put("type", change.type());
            page.put("object", change.object());
            page.put("before", change.before());
            page.put("after", change.after());
            return page;
        }
    }
}
