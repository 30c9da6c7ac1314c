package io.craton.storage.txn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where one transaction keeps what it has written and no longer in memory. Gone when it is closed, or the process ends. Any thread. */
final class SpillFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private long end;

    private SpillFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static SpillFile create(Path folder) {
        try {
            Files.createDirectories(folder);
            Path path = Files.createTempFile(folder, "transaction_", ".spill");
            return new SpillFile(path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the bytes begin. */
    synchronized long append(byte[] bytes, int length) {
        long at = end;
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        try {
            while (buffer.hasRemaining()) end += channel.write(buffer, end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return at;
    }

    byte[] read(long from, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, from + buffer.position()) < 0) throw new IOException(path + " is too short");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.array();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
