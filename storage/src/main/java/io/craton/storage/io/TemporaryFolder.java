package io.craton.storage.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where files go that do not outlive the process.
 *
 * @param encrypted each file by a key of its own that is nowhere but in memory
 */
public record TemporaryFolder(Path path, boolean encrypted) {
    public TemporaryFile create(String prefix, String suffix) throws IOException {
        Files.createDirectories(path);
        return TemporaryFile.open(Files.createTempFile(path, prefix, suffix), encrypted);
    }
}
