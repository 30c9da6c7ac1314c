package io.craton.migrations;

import java.io.IOException;
import java.nio.file.Files;
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
@Command(name = "baseline", sortOptions = false, description = {"Says of a database that has tables but no history: everything up to this version is there.",
        "No file is run: they tell which versions there are. It must be one of theirs, or older than all of them."})
final class BaselineCommand implements Callable<Integer> {
    @Mixin
    private Where where = new Where();

    @Mixin
    private Source source = new Source();

    @Parameters(paramLabel = "<VERSION>", description = "Files up to this version count as applied")
    private String version = "";

    @Option(names = "--name", paramLabel = "<TEXT>", defaultValue = "baseline", description = "What the history calls it (default: ${DEFAULT-VALUE})")
    private String name = "baseline";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws SQLException, IOException, MigrationException {
        Version base = Version.of(version);
        requireKnown(base);
        Where.Selection selection = where.select();
        return Where.each(selection, spec.commandLine().getOut(), spec.commandLine().getErr(), connection -> {
            new Migrator(connection, Placeholders.of(java.util.Map.of()), Duration.ZERO).baseline(base, name);
            return "baseline " + base;
        });
    }

    /** Where nobody names files there may be none. */
    private void requireKnown(Version base) throws IOException, MigrationException {
        boolean named = spec.commandLine().getParseResult().hasMatchedOption("--dir") || spec.commandLine().getParseResult().hasMatchedOption("--file");
        if (!named && !Files.isDirectory(source.folder())) return;
        MigrationSet files = source.read();
        if (!files.whole() || files.version(base) != null || files.versioned().isEmpty() || base.compareTo(files.versioned().getFirst().number()) < 0) return;
        Version below = files.versioned().stream().map(Migration::number).filter(each -> each.compareTo(base) < 0).toList().getLast();
        throw new MigrationException("there is no file of version " + base + " in " + source.folder() + ": the one below is of " + below);
    }
}
