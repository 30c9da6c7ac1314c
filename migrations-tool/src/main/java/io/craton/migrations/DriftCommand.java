package io.craton.migrations;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code craton-migrate drift}. */
@Command(name = "drift", sortOptions = false, description = {"Has anybody changed the schema past the migrations?", "Compares its hash with the one noted by the last run; where they differ, or none was noted, the applied files are replayed into a database made for it, and what differs is named."})
final class DriftCommand implements Callable<Integer> {
    @Mixin
    private Where where = new Where();

    @Mixin
    private Source source = new Source();

    @Option(names = "--replay", description = "Replay whatever the hashes say")
    private boolean always;

    @Option(names = "--json", description = "As JSON")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws SQLException, IOException, MigrationException {
        MigrationSet files = source.read();
        Where.Selection selection = where.select();
        PrintWriter out = spec.commandLine().getOut();
        List<Object> rows = new ArrayList<>();
        int status = 0;
        for (String tenant : selection.tenants()) {
            Map<String, Object> row = new LinkedHashMap<>();
            List<String> differences;
            try {
                differences = compare(selection.endpoint(), tenant, files, row);
            } catch (SQLException | MigrationException e) {
                if (!selection.fleet()) throw e;
                status = Math.max(status, Where.failed(spec.commandLine().getErr(), tenant, e));
                continue;
            }
            if (!differences.isEmpty()) status = Main.WRONG;
            rows.add(row);
            if (json) continue;
            if (differences.isEmpty()) out.printf("%s: no drift (schema %s)%n", tenant, row.get("schema_hash"));
            else out.printf("%s: drift%n", tenant);
            for (String line : differences) out.println("  " + line);
        }
        if (json) out.println(Json.text(Map.of("tenants", rows)));
        out.flush();
        return status;
    }

    private List<String> compare(Endpoint endpoint, String tenant, MigrationSet files, Map<String, Object> row) throws SQLException, MigrationException {
        try (Connection connection = endpoint.connect(tenant)) {
            History history = HistoryTable.read(connection);
            SchemaDescription present = SchemaDescription.of(connection);
            row.put("tenant", tenant);
            row.put("schema_hash", present.hash());
            row.put("noted_hash", history.schemaHash());
            boolean same = present.hash().equals(history.schemaHash());
            List<String> differences = List.of();
            if (!same || always) {
                List<Migration> applied = applied(files, history);
                if (applied == null) {
                    if (!same) differences = List.of("the schema is " + present.hash() + ", noted was " + history.schemaHash()
                            + "; what differs cannot be said: not everything that is there came from files");
                } else {
                    differences = replay(endpoint, tenant, applied, present);
                }
            }
            row.put("drift", !differences.isEmpty());
            row.put("differences", differences);
            return differences;
        }
    }

    /** The files behind the history; null when there is more in it than they say. */
    private static @org.jspecify.annotations.Nullable List<Migration> applied(MigrationSet files, History history) throws MigrationException {
        if (history.baseline() != null) return null;
        List<Migration> all = new ArrayList<>();
        for (History.Row row : history.applied()) {
            Migration file = row.version() == null ? null : files.version(row.version());
            if (file == null) throw new MigrationException(row.file() + ": is applied, but the file is missing");
            all.add(file);
        }
        for (Migration file : files.repeatable()) if (history.repeatable(file.file()) != null) all.add(file);
        return all;
    }

    private List<String> replay(Endpoint endpoint, String tenant, List<Migration> files, SchemaDescription present) throws SQLException, MigrationException {
        String scratch = "craton_drift_" + Long.toHexString(System.nanoTime());
        try (Connection connection = endpoint.connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + scratch);
            try (Connection copy = endpoint.connect(scratch)) {
                List<Migration> versioned = files.stream().filter(file -> file.kind() == Migration.Kind.VERSIONED).toList();
                List<Migration> repeatable = files.stream().filter(file -> file.kind() == Migration.Kind.REPEATABLE).toList();
                new Migrator(copy, source.placeholders(tenant), Duration.ZERO).apply(new MigrationSet(versioned, repeatable, Map.of(), true), Migrator.Unit.RUN,
                        new Migrator.Listener() {
                            @Override
                            public void waits(String why) {}

                            @Override
                            public void done(Migration file) {}
                        });
                return SchemaDescription.of(copy).differencesTo(present);
            } finally {
                statement.execute("DROP DATABASE IF EXISTS " + scratch + " WITH (FORCE)");
            }
        }
    }
}
