package io.craton.migrations;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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

/** {@code plan}, {@code status} and {@code validate}: what looks at databases, one or many, and changes nothing. */
abstract sealed class ReadCommand implements Callable<Integer> {
    @Mixin
    Where where = new Where();

    @Mixin
    Source source = new Source();

    @Option(names = "--json", description = "As JSON")
    boolean json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    /** One tenant's files against its history. */
    record Seen(String tenant, History history, Plan plan) {}

    abstract void text(PrintWriter out, Where.Selection selection, MigrationSet files, List<Seen> tenants) throws SQLException, MigrationException;

    @Override
    public Integer call() throws SQLException, IOException, MigrationException {
        MigrationSet files = source.read();
        Where.Selection selection = where.select();
        List<Seen> tenants = new ArrayList<>();
        int status = 0;
        for (String tenant : selection.tenants()) {
            try (Connection connection = selection.endpoint().connect(tenant)) {
                History history = new Migrator(connection, source.placeholders(tenant), Duration.ZERO).history();
                tenants.add(new Seen(tenant, history, Plan.of(files, history)));
            } catch (SQLException e) {
                if (!selection.fleet()) throw e;
                status = Math.max(status, Where.failed(spec.commandLine().getErr(), tenant, e));
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) out.println(Json.text(json(tenants)));
        else text(out, selection, files, tenants);
        out.flush();
        for (Seen seen : tenants) {
            for (String problem : seen.plan().problems()) {
                spec.commandLine().getErr().println("craton-migrate: " + (selection.fleet() ? seen.tenant() + ": " : "") + problem);
                status = Main.WRONG;
            }
        }
        return status;
    }

    private static Map<String, Object> json(List<Seen> tenants) {
        List<Object> rows = new ArrayList<>();
        for (Seen seen : tenants) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("tenant", seen.tenant());
            row.put("version", seen.history().latest() == null ? null : String.valueOf(seen.history().latest()));
            row.put("pending", seen.plan().pending().stream().map(Migration::file).toList());
            row.put("problems", seen.plan().problems());
            List<Object> history = new ArrayList<>();
            for (History.Row each : seen.history().rows()) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("rank", each.rank());
                fields.put("kind", each.kind());
                fields.put("version", each.version() == null ? null : each.version().text());
                fields.put("file", each.file());
                fields.put("checksum", each.checksum());
                fields.put("applied_at", each.at());
                fields.put("applied_by", each.by());
                fields.put("millis", each.millis());
                fields.put("finished", each.finished());
                fields.put("schema_hash", each.schemaHash());
                history.add(fields);
            }
            row.put("history", history);
            rows.add(row);
        }
        return Map.of("tenants", rows);
    }

    /** Tenants by what is pending for them, so that a thousand alike are said once. */
    static Map<List<String>, List<Seen>> byPending(List<Seen> tenants) {
        Map<List<String>, List<Seen>> groups = new LinkedHashMap<>();
        for (Seen seen : tenants) groups.computeIfAbsent(seen.plan().pending().stream().map(Migration::file).toList(), _ -> new ArrayList<>()).add(seen);
        return groups;
    }

    static String names(List<Seen> tenants) {
        return Report.names(tenants.stream().map(Seen::tenant).toList());
    }

    /** {@code craton-migrate status}. */
    @Command(name = "status", sortOptions = false, description = "Shows what is applied and what is pending.")
    static final class Status extends ReadCommand {
        @Override
        void text(PrintWriter out, Where.Selection selection, MigrationSet files, List<Seen> tenants) {
            if (!selection.fleet()) {
                for (Seen seen : tenants) {
                    for (History.Row row : seen.history().rows()) {
                        String what = !row.finished() ? "begun" : row.kind().equals("versioned") || row.kind().equals("repeatable") ? "applied" : row.kind();
                        out.printf("%-9s %-12s %s  %s%n", what, row.version() == null ? "" : row.version(), row.at(), row.file().isEmpty() ? row.name() : row.file());
                    }
                    for (Migration file : seen.plan().pending()) out.printf("pending   %-12s %s%n", file.version() == null ? "" : file.version(), file.file());
                }
                return;
            }
            byPending(tenants).forEach((pending, group) -> {
                out.printf("%d tenants %s: %s%n", group.size(), pending.isEmpty() ? "have everything" : "lack " + String.join(", ", pending), names(group));
            });
        }
    }

    /** {@code craton-migrate validate}. */
    @Command(name = "validate", sortOptions = false, description = "Compares the files with what was applied, and fills their placeholders; changes nothing.")
    static final class Validate extends ReadCommand {
        @Override
        void text(PrintWriter out, Where.Selection selection, MigrationSet files, List<Seen> tenants) throws MigrationException {
            for (Seen seen : tenants) {
                for (Migration file : seen.plan().pending()) Script.of(file, source.placeholders(seen.tenant()));
            }
            if (tenants.stream().allMatch(seen -> seen.plan().problems().isEmpty())) {
                int pending = tenants.stream().mapToInt(seen -> seen.plan().pending().size()).sum();
                out.printf("valid: %d files, %d pending%s%n", files.count(), pending, selection.fleet() ? " on " + tenants.size() + " tenants" : "");
            }
        }
    }

    /** {@code craton-migrate plan}. */
    @Command(name = "plan", sortOptions = false, description = "Shows what apply would run, where, which statements rewrite, lock or lose something, and about how many rows they meet.")
    static final class Show extends ReadCommand {
        @Override
        void text(PrintWriter out, Where.Selection selection, MigrationSet files, List<Seen> tenants) throws SQLException, MigrationException {
            for (var group : byPending(tenants).entrySet()) {
                List<Seen> some = group.getValue();
                List<Migration> pending = some.getFirst().plan().pending();
                if (selection.fleet()) out.printf("%d tenants%s: %s%n", some.size(), pending.isEmpty() ? " have everything" : "", names(some));
                List<Lint.Finding> findings = Lint.check(pending);
                for (Migration file : pending) {
                    out.printf("%s: %d statements%n", file.file(), Script.of(file, source.placeholders(some.getFirst().tenant())).statements().size());
                    for (Lint.Finding found : findings) {
                        if (found.file() != file) continue;
                        out.printf("  %s: %s: %s%n", found.place(), found.rule().effect.words, found.statement());
                        if (found.table() != null) out.printf("      %s%n", rows(selection.endpoint(), some, found.table()));
                    }
                }
            }
        }

        private static String rows(Endpoint endpoint, List<Seen> tenants, String table) throws SQLException {
            long all = 0;
            long most = 0;
            for (Seen seen : tenants) {
                try (Connection connection = endpoint.connect(seen.tenant())) {
                    long rows = rows(connection, table);
                    all += rows;
                    most = Math.max(most, rows);
                }
            }
            String text = "%s: about %d rows".formatted(table, all);
            return tenants.size() == 1 ? text : text + " in all, %d at most in one tenant".formatted(most);
        }

        /** As the last ANALYZE counted, or as the counters of changes say. */
        private static long rows(Connection connection, String table) throws SQLException {
            try (PreparedStatement query = connection.prepareStatement("SELECT greatest(c.reltuples, s.n_live_tup, 0)::bigint FROM pg_class c "
                    + "LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid WHERE c.oid = to_regclass(?)")) {
                query.setString(1, table);
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0;
                }
            }
        }
    }
}
