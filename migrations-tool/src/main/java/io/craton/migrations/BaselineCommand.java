package io.craton.migrations;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code craton-migrate baseline}. */
@Command(name = "baseline", sortOptions = false, description = "Says of a database that has tables but no history: everything up to this version is there.")
final class BaselineCommand implements Callable<Integer> {
    @Mixin
    private Where where = new Where();

    @Parameters(paramLabel = "<VERSION>", description = "Files up to this version count as applied")
    private String version = "";

    @Option(names = "--name", paramLabel = "<TEXT>", defaultValue = "baseline", description = "What the history calls it (default: ${DEFAULT-VALUE})")
    private String name = "baseline";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws SQLException, MigrationException {
        Version base = Version.of(version);
        Where.Selection selection = where.select();
        return Where.each(selection, spec.commandLine().getOut(), spec.commandLine().getErr(), connection -> {
            new Migrator(connection, Placeholders.of(java.util.Map.of()), Duration.ZERO).baseline(base, name);
            return "baseline " + base;
        });
    }
}
