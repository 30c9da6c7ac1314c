package io.craton.server.backup;

import io.craton.server.config.StartException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;

/** A tar.gz file, or a folder, that has another name until it is whole and on disk. */
public final class BundleFile {
    private BundleFile() {}

    /** Writes a few small files under a folder's name. Refuses to replace anything. */
    public static void write(Path output, String folder, Map<String, byte[]> files) throws IOException {
        Path file = output.toAbsolutePath().normalize();
        Path unfinished = begin(file);
        try {
            try (OutputStream raw = Files.newOutputStream(unfinished, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
                    Tar.Writer tar = new Tar.Writer(new GzipPieces(raw, 6), Instant.now().getEpochSecond())) {
                for (Map.Entry<String, byte[]> each : files.entrySet()) tar.file(folder + "/" + each.getKey(), each.getValue());
            }
            finish(unfinished, file);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** The other name. */
    static Path begin(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder != null && !Files.isDirectory(folder)) throw new NoSuchFileException(folder.toString());
        if (Files.exists(file)) throw new FileAlreadyExistsException(file.toString());
        return file.resolveSibling(file.getFileName() + ".unfinished");
    }

    static void finish(Path unfinished, Path file) throws IOException {
        CopiedFile.sync(unfinished);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        Path parent = file.getParent();
        if (parent != null) CopiedFile.sync(parent);
    }

    /** What went wrong with a file, in one line. */
    public static StartException failure(Path output, IOException e) {
        return Said.failure(output, e);
    }
}
