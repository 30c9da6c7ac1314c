package io.craton.storage.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** {@link FileStore} over a folder of the operating system. */
public final class RealFiles implements FileStore {
    private final Path folder;

    private RealFiles(Path folder) {
        this.folder = folder;
    }

    /** Opens the folder, creating it (and its parents) if missing. */
    public static RealFiles at(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new RealFiles(folder);
    }

    @Override
    public List<String> list() throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile).map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(folder.resolve(name));
    }

    @Override
    public BlockFile open(String name) throws IOException {
        return new RealFile(FileChannel.open(folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public BlockFile create(String name) throws IOException {
        return new RealFile(FileChannel.open(folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(folder.resolve(name));
    }

    @Override
    public void syncFolder() throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public FileStore folder(String name) throws IOException {
        FileStore child = at(folder.resolve(name));
        syncFolder();
        return child;
    }

    @Override
    public long usableBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public String describe() {
        return folder.toString();
    }

    private record RealFile(FileChannel channel) implements BlockFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int total = 0;
            while (into.hasRemaining()) {
                int count = channel.read(into, position + total);
                if (count < 0) break;
                total += count;
            }
            return total;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            long at = position;
            while (from.hasRemaining()) at += channel.write(from, at);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
