package io.craton.storage.engine;

import io.craton.storage.encryption.KeyRing;
import io.craton.storage.projection.RocksEnvironment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A copy of another node's projections, as {@link StorageEngine#copyTo} makes it, on its way into a data folder whose log has no entries. The log is made to go on
 * from the copy's position last: until then what is here counts for nothing and may be cleared.
 */
public final class ProjectionCopy {
    /**
     * What a group's log has for the tenants of a copy.
     *
     * @param recovery each of them has all of the log up to there
     * @param tenants  that were in the group and have a folder
     */
    public record OfGroup(long recovery, List<Integer> tenants) {
        public OfGroup {
            tenants = List.copyOf(tenants);
        }
    }

    private static final String PREFIX = "tenant_";

    private final Path copy;

    public ProjectionCopy(Path copy) {
        this.copy = copy;
    }

    static String folderName(int number) {
        return String.format("%s%03d", PREFIX, number);
    }

    /** Its files, as paths inside it with a slash, in order. */
    public List<String> files() throws IOException {
        try (Stream<Path> paths = Files.walk(copy)) {
            return paths.filter(Files::isRegularFile).map(path -> copy.relativize(path).toString().replace('\\', '/')).sorted().toList();
        }
    }

    /** Whether it is of an encrypted node. */
    public boolean encrypted() {
        return Files.exists(copy.resolve(KeyRing.FILE));
    }

    /** Whether a path is one that such a copy can have: no other folder can be reached by it. */
    public static boolean isName(String file) {
        return file.equals(KeyRing.FILE) || file.matches(PREFIX + "\\d{3,9}/[A-Za-z0-9][A-Za-z0-9._-]*");
    }

    /**
     * Reads everything and checks it by RocksDB's own checksums.
     *
     * @throws io.craton.storage.projection.StoreFailedException when something is not as it was written
     */
    public void check() throws IOException {
        SortedSet<Integer> tenants = tenants();
        if (!tenants.contains(Birth.SYSTEM_TENANT)) throw new IOException("the copy of the projections lacks " + folderName(Birth.SYSTEM_TENANT));
        for (int number : tenants) RocksEnvironment.check(copy.resolve(folderName(number)));
    }

    /** Puts it in the place of whatever projections the data folder has; replay will begin behind this position. Durable when it returns. */
    public void moveInto(Path dataDirectory, long position) throws IOException {
        moveInto(dataDirectory, List.of(new OfGroup(position, List.copyOf(tenants()))));
    }

    /** The same where there are several groups. */
    public void moveInto(Path dataDirectory, List<OfGroup> groups) throws IOException {
        clear(dataDirectory);
        Path projections = Files.createDirectories(dataDirectory.resolve("projections"));
        SortedSet<Integer> tenants = tenants();
        for (String file : files()) sync(copy.resolve(file));
        if (encrypted()) {
            Path meta = dataDirectory.resolve("meta");
            Files.move(copy.resolve(KeyRing.FILE), meta.resolve(KeyRing.FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(meta);
        }
        for (int number : tenants) {
            sync(copy.resolve(folderName(number)));
            Files.move(copy.resolve(folderName(number)), projections.resolve(folderName(number)));
        }
        sync(projections);
        for (int group = 0; group < groups.size(); group++) {
            new MetaState(GroupFolder.in(dataDirectory.resolve("meta"), group)).set(groups.get(group).recovery(), new TreeSet<>(groups.get(group).tenants()));
        }
    }

    /** Removes the projections of a data folder, and what is remembered of them. */
    public static void clear(Path dataDirectory) throws IOException {
        MetaState.forget(dataDirectory.resolve("meta"));
        RocksEnvironment.deleteFolder(dataDirectory.resolve("projections"));
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private SortedSet<Integer> tenants() throws IOException {
        SortedSet<Integer> numbers = new TreeSet<>();
        try (Stream<Path> folders = Files.list(copy)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) numbers.add(Integer.parseInt(folder.getFileName().toString().substring(PREFIX.length())));
        }
        return numbers;
    }
}
