package io.craton.server.backup;

import io.craton.server.config.StartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder. What is written has another name until it is on disk and was read again. */
final class FolderStore implements BackupStore {
    private static final String UNFINISHED = ".unfinished";
    private static final String LOCK = ".lock";

    private final Path root;
    private final @Nullable FileChannel lock;

    private FolderStore(Path root, @Nullable FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** A folder that is there. */
    static FolderStore reading(Path root) {
        if (!Files.isDirectory(root)) throw new StartException(StartException.FAILURE, "there is no backup in " + root + ": " + (Files.exists(root) ? "it is no folder" : "it does not exist"));
        return new FolderStore(root, null);
    }

    /** For one writer; made when it is not there. */
    static FolderStore writing(Path root) throws IOException {
        Files.createDirectories(root);
        FileChannel channel = FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null) return new FolderStore(root, channel);
        } catch (OverlappingFileLockException e) {
            // Another one inside this process.
        }
        channel.close();
        throw new StartException(StartException.FAILURE, "another craton-backup writes to " + root);
    }

    @Override
    public List<Item> list(String folder) throws IOException {
        Path path = root.resolve(folder);
        if (!Files.isDirectory(path)) return List.of();
        List<Item> items = new ArrayList<>();
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = folder + "/" + file.getFileName();
                if (!name.endsWith(UNFINISHED)) items.add(new Item(name, Files.size(file)));
            }
        }
        return items;
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(root.resolve(name));
    }

    @Override
    public byte[] read(String name) throws IOException {
        return Files.readAllBytes(root.resolve(name));
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        Path path = root.resolve(name);
        if (!Files.isDirectory(path.getParent())) {
            Files.createDirectories(path.getParent());
            sync(path.getParent().getParent());
        }
        Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) channel.write(bytes);
                channel.force(true);
            }
            if (!Arrays.equals(Files.readAllBytes(unfinished), content)) throw new IOException(path + " is not read as it was written");
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        sync(path.getParent());
    }

    @Override
    public void delete(String name) throws IOException {
        try {
            Files.delete(root.resolve(name));
        } catch (NoSuchFileException e) {
            return; // so it should be
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
    }

    @Override
    public String describe() {
        return root.toString();
    }

    @Override
    public void close() throws IOException {
        if (lock != null) lock.close();
    }
}
