package io.craton.storage.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where a group's share of {@code log/}, {@code meta/} and {@code wal/} is: the first group's in the folder itself, that of others in one of their own inside it. */
public final class GroupFolder {
    private static final String PREFIX = "group_";

    private GroupFolder() {}

    public static Path in(Path parent, int group) {
        return group == 0 ? parent : parent.resolve(name(group));
    }

    /** Of a group, as raft and people know it. */
    public static String name(int group) {
        return String.format("%s%03d", PREFIX, group);
    }

    /** How many groups have something in a folder, the first included. */
    public static int count(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return 1 + entries.filter(Files::isDirectory).map(path -> path.getFileName().toString()).filter(name -> name.matches(PREFIX + "\\d{3}"))
                    .mapToInt(name -> Integer.parseInt(name.substring(PREFIX.length()))).max().orElse(0);
        }
    }
}
