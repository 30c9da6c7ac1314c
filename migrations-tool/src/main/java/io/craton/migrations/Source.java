package io.craton.migrations;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files that a command is about. */
final class Source {
    @Option(names = "--dir", paramLabel = "<PATH>", defaultValue = "migrations", description = "Folder of the files (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("migrations");

    @Option(names = "--file", paramLabel = "<PATH>", description = "This file alone, whatever else the history knows")
    private @Nullable Path file;

    @Option(names = "--placeholder", paramLabel = "<NAME=VALUE>", description = "Stands in files as $${NAME}; may be given several times. $${tenant} is the database's name")
    private Map<String, String> placeholders = new LinkedHashMap<>();

    MigrationSet read() throws IOException, MigrationException {
        return file == null ? MigrationSet.folder(folder) : MigrationSet.file(file);
    }

    Placeholders placeholders(String tenant) throws MigrationException {
        return Placeholders.of(placeholders).with("tenant", tenant);
    }

    Path folder() {
        return folder;
    }
}
