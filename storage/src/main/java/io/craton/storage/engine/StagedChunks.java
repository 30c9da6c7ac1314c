package io.craton.storage.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Chunks of large transactions that wait for their end, in files under {@code wal/}. Never synced: the log has them, and replay begins in front of the oldest
 * open one. Chunks of a term that is over are dropped, for their end can no longer come. The applier's thread; {@link #firstPosition} any.
 */
final class StagedChunks {
    private record Identity(int tenant, long transaction) {}

    /** One open transaction. */
    private static final class Staged {
        final Path file;
        final FileChannel channel;
        final long term;
        final long firstPosition;
        final List<Integer> lengths = new ArrayList<>();

        Staged(Path file, FileChannel channel, long term, long firstPosition) {
            this.file = file;
            this.channel = channel;
            this.term = term;
            this.firstPosition = firstPosition;
        }
    }

    private final Path folder;
    private final Map<Identity, Staged> open = new HashMap<>();
    private long lastTerm;

    StagedChunks(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            try (Stream<Path> left = Files.list(folder)) {
                for (Path file : left.toList()) {
                    if (file.getFileName().toString().startsWith("chunks_")) Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An entry of this term is being applied: what is open of earlier terms is orphaned. */
    synchronized void term(long term) {
        if (term <= lastTerm) return;
        lastTerm = term;
        for (Identity identity : List.copyOf(open.keySet())) {
            if (open.get(identity).term < term) drop(identity.tenant, identity.transaction);
        }
    }

    /** Adds a chunk; false when chunks in front of it are missing, because replay began behind them: then its transaction is applied already. */
    synchronized boolean add(int tenant, long transaction, int index, long term, long position, byte[] payload) {
        Identity identity = new Identity(tenant, transaction);
        try {
            Staged staged = open.get(identity);
            if (staged == null) {
                if (index != 0) return false;
                Path file = folder.resolve("chunks_" + tenant + "_" + transaction);
                staged = new Staged(file, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ, StandardOpenOption.WRITE), term, position);
                open.put(identity, staged);
            }
            if (staged.lengths.size() != index) throw new IllegalStateException("chunk " + index + " follows " + staged.lengths.size());
            ByteBuffer bytes = ByteBuffer.wrap(payload);
            while (bytes.hasRemaining()) staged.channel.write(bytes);
            staged.lengths.add(payload.length);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives every chunk in order. */
    synchronized void each(int tenant, long transaction, int count, java.util.function.Consumer<byte[]> chunk) {
        Staged staged = open.get(new Identity(tenant, transaction));
        if (staged == null || staged.lengths.size() != count) {
            throw new IllegalStateException("transaction " + transaction + " of tenant " + tenant + " has " + count + " chunks, of which "
                    + (staged == null ? 0 : staged.lengths.size()) + " are here");
        }
        try {
            long at = 0;
            for (int length : staged.lengths) {
                ByteBuffer bytes = ByteBuffer.allocate(length);
                while (bytes.hasRemaining()) {
                    if (staged.channel.read(bytes, at + bytes.position()) < 0) throw new IOException(staged.file + " is too short");
                }
                at += length;
                chunk.accept(bytes.array());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void drop(int tenant, long transaction) {
        Staged staged = open.remove(new Identity(tenant, transaction));
        if (staged == null) return;
        try {
            staged.channel.close();
            Files.deleteIfExists(staged.file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Position of the oldest open chunk; {@link Long#MAX_VALUE} when there is none. */
    synchronized long firstPosition() {
        long first = Long.MAX_VALUE;
        for (Staged staged : open.values()) first = Math.min(first, staged.firstPosition);
        return first;
    }

    synchronized void close() {
        for (Identity identity : List.copyOf(open.keySet())) drop(identity.tenant, identity.transaction);
    }
}
