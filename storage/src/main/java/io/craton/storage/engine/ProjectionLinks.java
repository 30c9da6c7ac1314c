package io.craton.storage.engine;

import io.craton.storage.encryption.KeyRing;
import io.craton.storage.projection.RocksEnvironment;
import io.craton.storage.projection.StoreFailedException;
import io.craton.storage.projection.StoredProjection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The durable part of a data folder's projections, taken from outside, while a server may use them: files with rows by hard links, for they never change, and what says which
 * they are as it is at a moment. RocksDB says whether that fits together; a merge in between makes it not fit, and then it is taken again.
 */
public final class ProjectionLinks {
    private static final int ATTEMPTS = 30;

    /**
     * What was taken. Each tenant has everything up to its group's recovery position, and perhaps more.
     *
     * @param groups of all groups
     * @param newest position behind which no tenant has anything, where there is one group; where there are several, of the newest data key
     * @param micros time behind which no tenant has anything
     */
    public record Taken(Path folder, List<ProjectionCopy.OfGroup> groups, long newest, long micros) {
        public Taken {
            groups = List.copyOf(groups);
        }

        /** Of the first group. */
        public long recovery() {
            return groups.getFirst().recovery();
        }

        /** Its files, as paths inside it. */
        public List<String> files() throws IOException {
            return new ProjectionCopy(folder).files();
        }
    }

    private ProjectionLinks() {}

    /**
     * Takes them.
     *
     * @param target a folder that does not exist, on the same disk where possible
     * @param groups that there are
     */
    public static Taken take(Path dataDirectory, Path target, int groups) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return takeOnce(dataDirectory, target, groups);
            } catch (StoreFailedException | NoSuchFileException e) {
                if (attempt == ATTEMPTS) throw new IOException("the projections cannot be copied: " + e.getMessage(), e);
            } catch (UncheckedIOException e) {
                if (attempt == ATTEMPTS) throw e.getCause();
            }
            RocksEnvironment.deleteFolder(target);
        }
    }

    private static Taken takeOnce(Path dataDirectory, Path target, int groups) throws IOException {
        // First what all tenants have: they only go on from there.
        List<MetaState> states = new ArrayList<>();
        for (int group = 0; group < groups; group++) states.add(new MetaState(GroupFolder.in(dataDirectory.resolve("meta"), group)));
        Path projections = dataDirectory.resolve("projections");
        Files.createDirectories(target);
        long recovery = states.getFirst().recoveryPosition();
        long newest = groups == 1 ? recovery : 0;
        long micros = 0;
        if (recovery > 0) {
            try (Stream<Path> folders = Files.list(projections)) {
                for (Path folder : folders.filter(path -> Files.exists(path.resolve("CURRENT"))).toList()) {
                    StoredProjection stored = takeTenant(folder, target.resolve(folder.getFileName().toString()));
                    if (groups == 1) newest = Math.max(newest, stored.position());
                    micros = Math.max(micros, stored.micros());
                }
            }
            // what is in them may be sealed by a key that came behind all of their entries
            newest = Math.max(newest, KeyRing.newestPosition(dataDirectory));
        }
        List<ProjectionCopy.OfGroup> all = new ArrayList<>();
        for (MetaState state : states) {
            all.add(new ProjectionCopy.OfGroup(state.recoveryPosition(), state.tenants().stream().filter(number -> Files.exists(target.resolve(ProjectionCopy.folderName(number)))).toList()));
        }
        return new Taken(target, all, newest, micros);
    }

    private static StoredProjection takeTenant(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        String manifest = Files.readString(from.resolve("CURRENT")).strip();
        Files.copy(from.resolve(manifest), to.resolve(manifest));
        Files.writeString(to.resolve("CURRENT"), manifest + "\n");
        if (Files.exists(from.resolve("IDENTITY"))) Files.copy(from.resolve("IDENTITY"), to.resolve("IDENTITY"), StandardCopyOption.REPLACE_EXISTING);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(path -> path.getFileName().toString().endsWith(".sst")).toList()) {
                try {
                    linkOrCopy(file, to.resolve(file.getFileName().toString()));
                } catch (NoSuchFileException e) {
                    continue; // merged into another; whether it is needed is seen below
                }
            }
        }
        StoredProjection stored = StoredProjection.of(to);
        Set<String> needed = new HashSet<>(stored.files());
        try (Stream<Path> files = Files.list(to)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!needed.contains(name) && !name.equals("CURRENT") && !name.equals("IDENTITY") && !name.equals(manifest)) Files.delete(file);
            }
        }
        return stored;
    }

    static void linkOrCopy(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            Files.copy(from, to);
        }
    }
}
