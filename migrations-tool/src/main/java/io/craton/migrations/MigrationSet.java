package io.craton.migrations;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder, or one file alone.
 *
 * @param versioned in order of version
 * @param repeatable in order of name
 * @param undo the file that takes a version back
 * @param whole false when it is one file picked out: then nothing is said about files of the history that are not here
 */
public record MigrationSet(List<Migration> versioned, List<Migration> repeatable, Map<Version, Migration> undo, boolean whole) {
    public MigrationSet {
        versioned = List.copyOf(versioned);
        repeatable = List.copyOf(repeatable);
        undo = Map.copyOf(undo);
    }

    /** Files that do not end in {@code .sql} are nobody's. */
    public static MigrationSet folder(Path folder) throws IOException, MigrationException {
        if (!Files.isDirectory(folder)) throw new MigrationException(folder + ": no such folder");
        List<Path> paths;
        try (Stream<Path> entries = Files.list(folder)) {
            paths = entries.filter(f -> Files.isRegularFile(f) && name(f).endsWith(".sql")).sorted().toList();
        }
        List<Migration> files = new ArrayList<>();
        for (Path path : paths) files.add(read(path));
        return of(files, true);
    }

    public static MigrationSet file(Path file) throws IOException, MigrationException {
        if (!Files.isRegularFile(file)) throw new MigrationException(file + ": no such file");
        Migration migration = read(file);
        if (migration.kind() == Migration.Kind.UNDO) throw new MigrationException(file + ": an undo file is not applied; see rollback");
        return of(List.of(migration), false);
    }

    /** @throws MigrationException for two files of the same version, or an undo file of a version that no file has */
    static MigrationSet of(List<Migration> files, boolean whole) throws MigrationException {
        Map<Version, Migration> versioned = new HashMap<>();
        Map<Version, Migration> undo = new HashMap<>();
        List<Migration> repeatable = new ArrayList<>();
        for (Migration file : files) {
            Migration twin = switch (file.kind()) {
                case VERSIONED -> versioned.putIfAbsent(file.number(), file);
                case UNDO -> undo.putIfAbsent(file.number(), file);
                case REPEATABLE -> {
                    repeatable.add(file);
                    yield null;
                }
            };
            if (twin != null) throw new MigrationException(twin.file() + " and " + file.file() + " have the same version");
        }
        for (Migration file : undo.values()) {
            if (!versioned.containsKey(file.number())) throw new MigrationException(file.file() + ": there is no file of version " + file.version() + " to undo");
        }
        repeatable.sort(Comparator.comparing(Migration::file));
        return new MigrationSet(versioned.values().stream().sorted(Comparator.comparing(Migration::number)).toList(), repeatable, undo, whole);
    }

    /** @throws MigrationException for a misnamed file, or one that is not UTF-8 */
    private static Migration read(Path file) throws IOException, MigrationException {
        try {
            return Migration.of(name(file), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new MigrationException(file + ": is not UTF-8", e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    @Nullable Migration version(Version version) {
        for (Migration file : versioned) if (file.number().equals(version)) return file;
        return null;
    }

    int count() {
        return versioned.size() + repeatable.size();
    }

    /** Changes when any file does: what a run that is to go on must have begun with. */
    String checksum() {
        StringBuilder all = new StringBuilder();
        for (Migration file : versioned) all.append(file.file()).append(' ').append(file.checksum()).append('\n');
        for (Migration file : repeatable) all.append(file.file()).append(' ').append(file.checksum()).append('\n');
        return Migration.sha256(all.toString());
    }
}
