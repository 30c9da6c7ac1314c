package io.craton.storage.engine;

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
     * What was taken. Each tenant has everything up to {@code recovery}, and perhaps more, but nothing behind {@code newest}.
     */
    public record Taken(Path folder, long recovery, long newest) {
        /** Its files, as paths inside it. */
        public List<String> files() throws IOException {
            return new ProjectionCopy(folder).files();
        }
    }

    private ProjectionLinks() {}

    /** @param target a folder that does not exist, on the same disk where possible */
    public static Taken take(Path dataDirectory, Path target) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return takeOnce(dataDirectory, target);
            } catch (StoreFailedException | NoSuchFileException e) {
                if (attempt == ATTEMPTS) throw new IOException("the projections cannot be copied: " + e.getMessage(), e);
            } catch (UncheckedIOException e) {
                if (attempt == ATTEMPTS) throw e.getCause();
            }
            RocksEnvironment.deleteFolder(target);
        }
    }

    private static Taken takeOnce(Path dataDirectory, Path target) throws IOException {
        // First what all tenants have: they only go on from there.
        long recovery = new MetaState(dataDirectory.resolve("meta")).recoveryPosition();
        Path projections = dataDirectory.resolve("projections");
        Files.createDirectories(target);
        long newest = recovery;
        if (recovery > 0) {
            try (Stream<Path> folders = Files.list(projections)) {
                for (Path folder : folders.filter(path -> Files.exists(path.resolve("CURRENT"))).toList()) {
                    Path own = target.resolve(folder.getFileName().toString());
                    newest = Math.max(newest, takeTenant(folder, own));
                }
            }
        }
        return new Taken(target, recovery, newest);
    }

    private static long takeTenant(Path from, Path to) throws IOException {
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
        return stored.position();
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
