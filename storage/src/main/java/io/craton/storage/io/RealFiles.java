package io.craton.storage.io;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link FileStore} over a folder of the operating system. */
public final class RealFiles implements FileStore {
    /** What is read into the heap goes through memory outside it: in pieces that stay in the processor's cache on that way. */
    private static final int PIECE_BYTES = 256 << 10;
    private static final long DURABLE_BLOCK_BYTES_MAX = 64 << 10;

    private final Path folder;
    private final boolean writable;

    private RealFiles(Path folder, boolean writable) {
        this.folder = folder;
        this.writable = writable;
    }

    /** Opens the folder, creating it (and its parents) if missing. */
    public static RealFiles at(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new RealFiles(folder, true);
    }

    /** A folder that is there, for reading alone: whoever writes to a file gets an exception. */
    public static RealFiles readOnly(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) throw new NotDirectoryException(folder.toString());
        return new RealFiles(folder, false);
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
        Path path = folder.resolve(name);
        return new RealFile(writable ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE) : FileChannel.open(path, StandardOpenOption.READ), folder);
    }

    /** O_DIRECT and O_DSYNC: one disk write in place of a copy, a write-back and a flush. File systems in memory refuse it. */
    @Override
    public @Nullable DurableFile openDurable(String name) throws IOException {
        Path path = folder.resolve(name);
        long block = Files.getFileStore(path).getBlockSize();
        if (block <= 0 || block > DURABLE_BLOCK_BYTES_MAX || Long.bitCount(block) != 1) return null;
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.DSYNC, ExtendedOpenOption.DIRECT);
        } catch (UnsupportedOperationException | FileSystemException e) {
            return null;
        }
        return new RealDurableFile(channel, (int) block);
    }

    private record RealDurableFile(FileChannel channel, int blockBytes) implements DurableFile {
        @Override
        public ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocateDirect(bytes + blockBytes).alignedSlice(blockBytes).limit(bytes);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            long at = position;
            while (from.hasRemaining()) {
                int written = channel.write(from, at);
                if (written % blockBytes != 0) throw new IOException("a write of whole blocks ended after " + written + " bytes");
                at += written;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public BlockFile create(String name) throws IOException {
        return new RealFile(FileChannel.open(folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW), folder);
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
    public void link(Path file, String name) throws IOException {
        Files.createLink(folder.resolve(name), file);
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

    /** @param folder for messages; a file's own name may change while it is open */
    private record RealFile(FileChannel channel, Path folder) implements BlockFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            try {
                int total = 0;
                int limit = into.limit();
                while (into.position() < limit) {
                    into.limit(Math.min(limit, into.position() + PIECE_BYTES));
                    int count = channel.read(into, position + total);
                    if (count < 0) break;
                    total += count;
                }
                into.limit(limit);
                return total;
            } catch (IOException e) {
                throw placed(e);
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            try {
                long at = position;
                while (from.hasRemaining()) at += channel.write(from, at);
            } catch (IOException e) {
                throw placed(e);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            try {
                channel.truncate(size);
            } catch (IOException e) {
                throw placed(e);
            }
        }

        @Override
        public void sync() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw placed(e);
            }
        }

        /** What the operating system says does not say where. */
        private IOException placed(IOException e) {
            if (e.getClass() != IOException.class) return e;
            IOException placed = new FileSystemException(folder.toString(), null, e.getMessage());
            placed.initCause(e);
            return placed;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
