package io.craton.migrations;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
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
import picocli.CommandLine.Spec;

/** {@code apply} and {@code rollback}: what changes databases, one or many. */
abstract sealed class ChangeCommand implements Callable<Integer> {
    @Mixin
    private Where where = new Where();

    @Mixin
    private Source source = new Source();

    @Option(names = "--canary", paramLabel = "<N>", defaultValue = "0", description = "So many tenants first; the others only when all of these went well")
    private int canary;

    @Option(names = "--parallel", paramLabel = "<N>", defaultValue = "4", description = "So many tenants at a time (default: ${DEFAULT-VALUE})")
    private int parallel = 4;

    @Option(names = "--max-failures", paramLabel = "<N>", defaultValue = "0", description = "Begin no more tenants when more than so many failed (default: ${DEFAULT-VALUE})")
    private int maxFailures;

    @Option(names = "--resume", description = "Go on with the run before: tenants that it ended are not asked again")
    private boolean resume;

    @Option(names = "--journal", paramLabel = "<PATH>", description = "Where a run over tenants notes what is done (default: .craton-migrate.journal in the folder of the files)")
    private @Nullable Path journal;

    @Option(names = "--one-transaction", description = "All files are one transaction; with tenants this is always so")
    private boolean oneTransaction;

    @Option(names = "--lock-wait", paramLabel = "<SECONDS>", defaultValue = "60", description = "Wait so long for another run on the same database; 0: leave at once (default: ${DEFAULT-VALUE})")
    private int lockWait = 60;

    @Option(names = "--json", description = "The report as JSON")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    abstract List<Migration> change(Migrator migrator, MigrationSet files, Migrator.Unit unit, Migrator.Listener listener) throws SQLException, MigrationException;

    /** What became of a file. */
    abstract String past();

    @Override
    public Integer call() throws SQLException, IOException, MigrationException, InterruptedException {
        if (canary < 0 || parallel < 1 || maxFailures < 0 || lockWait < 0) throw MigrationException.usage("--canary, --max-failures and --lock-wait must not be negative, --parallel at least 1");
        MigrationSet files = source.read();
        Where.Selection selection = where.select();
        return selection.fleet() ? fleet(files, selection) : one(files, selection);
    }

    private int one(MigrationSet files, Where.Selection selection) throws SQLException, MigrationException {
        PrintWriter out = spec.commandLine().getOut();
        Migrator.Unit unit = oneTransaction ? Migrator.Unit.RUN : Migrator.Unit.FILE;
        long started = System.nanoTime();
        try (Connection connection = selection.endpoint().connect()) {
            List<Migration> done = change(migrator(connection, selection.endpoint().database()), files, unit, new Migrator.Listener() {
                @Override
                public void waits(String why) {
                    spec.commandLine().getErr().println("craton-migrate: " + why);
                }

                @Override
                public void done(Migration file) {
                    if (!json) out.printf("%s %s%n", past(), file.file());
                }
            });
            TenantResult.State state = done.isEmpty() ? TenantResult.State.CURRENT : TenantResult.State.DONE;
            List<String> names = done.stream().map(Migration::file).toList();
            if (json) out.println(Json.text(Report.json(List.of(new TenantResult(selection.endpoint().database(), state, names, (System.nanoTime() - started) / 1_000_000, null)))));
            else out.printf("%d %s, %d in all%n", done.size(), past(), files.count());
        }
        return 0;
    }

    private Migrator migrator(Connection connection, String tenant) throws MigrationException {
        return new Migrator(connection, source.placeholders(tenant), Duration.ofSeconds(lockWait));
    }

    /** One tenant is asked as quickly as a file. */
    private boolean keepsJournal(MigrationSet files, Where.Selection selection) {
        return resume || journal != null || files.whole() && selection.tenants().size() > 1;
    }

    private Path notes() {
        return journal != null ? journal : source.folder().resolve(".craton-migrate.journal");
    }

    private int fleet(MigrationSet files, Where.Selection selection) throws IOException, MigrationException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        List<TenantResult> results;
        try (Journal kept = keepsJournal(files, selection) ? Journal.open(notes(), Migration.sha256(past() + files.checksum()), resume) : null;
                ProgressBar bar = new ProgressBar(err, System.console() != null && System.console().isTerminal(), selection.tenants().size())) {
            Fleet fleet = new Fleet(selection.endpoint(), new Fleet.Limits(canary, parallel, maxFailures), kept);
            results = fleet.run(selection.tenants(), (tenant, connection) -> change(migrator(connection, tenant), files, Migrator.Unit.RUN, new Migrator.Listener() {
                @Override
                public void waits(String why) {
                    err.println("craton-migrate: " + tenant + ": " + why);
                }

                @Override
                public void done(Migration file) {}
            }), result -> bar.one(result.state() == TenantResult.State.FAILED));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) out.println(Json.text(Report.json(results)));
        else Report.text(out, results);
        out.flush();
        Map<TenantResult.State, List<TenantResult>> states = Report.byState(results);
        boolean well = java.util.Objects.requireNonNull(states.get(TenantResult.State.FAILED)).isEmpty()
                && java.util.Objects.requireNonNull(states.get(TenantResult.State.SKIPPED)).isEmpty();
        return well ? 0 : Main.WRONG;
    }

    /** {@code craton-migrate apply}. */
    @Command(name = "apply", sortOptions = false, description = {"Applies all pending files.",
            "Each is one transaction with its row of history; with tenants, each tenant is one transaction: a tenant that fails stays as it was."})
    static final class Apply extends ChangeCommand {
        @Override
        List<Migration> change(Migrator migrator, MigrationSet files, Migrator.Unit unit, Migrator.Listener listener) throws SQLException, MigrationException {
            return migrator.apply(files, unit, listener);
        }

        @Override
        String past() {
            return "applied";
        }
    }

    /** {@code craton-migrate rollback}. */
    @Command(name = "rollback", sortOptions = false, description = "Takes back the newest version, or all down to a version, by the undo files U<version>__<name>.sql.")
    static final class Rollback extends ChangeCommand {
        @Option(names = "--to", paramLabel = "<VERSION>", defaultValue = "", description = "This version stays the newest one; 0: all go")
        private String until = "";

        @Override
        List<Migration> change(Migrator migrator, MigrationSet files, Migrator.Unit unit, Migrator.Listener listener) throws SQLException, MigrationException {
            return migrator.rollback(files, until.isEmpty() ? null : Version.of(until), unit, listener);
        }

        @Override
        String past() {
            return "rolled back";
        }
    }
}
