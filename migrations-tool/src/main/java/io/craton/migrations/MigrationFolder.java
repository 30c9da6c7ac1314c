package io.craton.migrations;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Reads the migrations of a folder in order of their versions. Files that do not end in {@code .sql} are nobody's. */
public final class MigrationFolder {
    private MigrationFolder() {}

    /** @throws MigrationException for a misnamed file, one that is not UTF-8, or two of the same version */
    public static List<Migration> read(Path folder) throws IOException, MigrationException {
        if (!Files.isDirectory(folder)) throw new MigrationException(folder + ": no such folder");
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(f -> Files.isRegularFile(f) && f.getFileName().toString().endsWith(".sql")).sorted().toList();
        }
        List<Migration> migrations = new ArrayList<>();
        for (Path file : files) {
            try {
                migrations.add(Migration.of(file.getFileName().toString(), Files.readString(file)));
            } catch (CharacterCodingException e) {
                throw new MigrationException(file + ": is not UTF-8", e);
            }
        }
        migrations.sort(Comparator.comparing(Migration::version));
        for (int i = 1; i < migrations.size(); i++) {
            Migration one = migrations.get(i - 1);
            Migration two = migrations.get(i);
            if (one.version().equals(two.version())) throw new MigrationException(one.file() + " and " + two.file() + " have the same version");
        }
        return List.copyOf(migrations);
    }
}
