package io.craton.migrations;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code craton-migrate import}. */
@Command(name = "import", sortOptions = false, description = {"Takes over the history of another tool; its table stays as it is.",
        "flyway: each row goes on as the file of the same version, whose text must have the checksum that Flyway noted.",
        "liquibase: its changesets are noted as they are, and --baseline says which version of the files they amount to."})
final class ImportCommand implements Callable<Integer> {
    /** Whose history. */
    enum Tool { flyway, liquibase }

    @Mixin
    private Where where = new Where();

    @Mixin
    private Source source = new Source();

    @Parameters(paramLabel = "<TOOL>", description = "One of: ${COMPLETION-CANDIDATES}")
    private Tool tool = Tool.flyway;

    @Option(names = "--table", paramLabel = "<NAME>", defaultValue = "", description = "The tool's table (default: flyway_schema_history, databasechangelog)")
    private String table = "";

    @Option(names = "--baseline", paramLabel = "<VERSION>", description = "With liquibase: files up to this version count as applied")
    private @Nullable String baseline;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws SQLException, IOException, MigrationException {
        if (tool == Tool.liquibase && baseline == null) throw MigrationException.usage("import liquibase: --baseline is missing: which version of the files do its changesets amount to?");
        MigrationSet files = source.read();
        Where.Selection selection = where.select();
        Version upTo = baseline == null ? null : Version.of(baseline);
        return Where.each(selection, spec.commandLine().getOut(), spec.commandLine().getErr(), connection -> {
            String hash = SchemaDescription.of(connection).hash();
            List<HistoryTable.NewRow> rows = tool == Tool.liquibase && upTo != null ? ForeignHistory.liquibase(connection, table.isEmpty() ? "databasechangelog" : table, upTo, hash)
                    : ForeignHistory.flyway(connection, table.isEmpty() ? "flyway_schema_history" : table, files, hash);
            new Migrator(connection, Placeholders.of(Map.of()), Duration.ZERO).adopt(rows);
            return rows.size() + " rows imported from " + tool;
        });
    }
}
