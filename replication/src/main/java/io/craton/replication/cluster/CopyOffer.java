package io.craton.replication.cluster;

import io.craton.replication.transfer.PieceServer;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogBase;
import io.craton.storage.log.LogCursor;
import io.craton.storage.log.LogHistory;
import io.craton.storage.projection.RocksEnvironment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node gives those that begin with nothing or lack entries: copies of its projections, each for as long as somebody reads it, and the frames of its log. Any
 * thread.
 *
 * <p>Of a copy: {@code manifest} (a line for each file: size, space, name), {@code base} (a {@link LogBase}), each file by its name, and {@code sha256 NAME}. Of the log, under id
 * 0, {@code frames}: offset is the first entry wanted.
 */
final class CopyOffer implements PieceServer.Source, AutoCloseable {
    static final String MANIFEST = "manifest";
    static final String BASE = "base";
    static final String FRAMES = "frames";
    static final String HASH_OF = "sha256 ";
    private static final Logger LOG = LoggerFactory.getLogger(CopyOffer.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String PREFIX = "offer_";
    private static final int CURSORS_MAX = 4;
    private static final long IDLE_NANOS_MAX = Duration.ofSeconds(60).toNanos();
    private static final long SHARED_NANOS_MAX = Duration.ofSeconds(20).toNanos();

    private static final class Copy {
        private final long id;
        private final Path folder;
        private final LogBase base;
        private final byte[] manifest;
        private final List<String> files;
        private final long bytes;
        private final long madeAt = System.nanoTime();
        private volatile long usedAt = madeAt;

        Copy(long id, Path folder, LogBase base) throws IOException {
            this.id = id;
            this.folder = folder;
            this.base = base;
            files = new ProjectionCopy(folder).files();
            var lines = new StringBuilder();
            long sum = 0;
            for (String file : files) {
                long size = Files.size(folder.resolve(file));
                lines.append(size).append(' ').append(file).append('\n');
                sum += size;
            }
            manifest = lines.toString().getBytes(StandardCharsets.UTF_8);
            bytes = sum;
        }
    }

    private final EventLog log;
    private final Path scratch;
    private final ClusterNode.Copier copier;
    private final Map<Long, Copy> copies = new ConcurrentHashMap<>();
    /** Cursors by the entry that they would read next. */
    private final Map<Long, LogCursor> idle = new LinkedHashMap<>();
    private boolean closed;
    private @Nullable Copy newest;

    CopyOffer(EventLog log, Path scratch, ClusterNode.Copier copier) throws IOException {
        this.log = log;
        this.scratch = scratch;
        this.copier = copier;
        try (Stream<Path> left = Files.list(scratch)) {
            for (Path path : left.toList()) if (path.getFileName().toString().startsWith(PREFIX)) RocksEnvironment.deleteFolder(path);
        }
    }

    /** Makes a copy, or gives one again that has just been made. */
    synchronized Note offer() {
        Copy known = newest;
        if (known == null || copies.get(known.id) != known || System.nanoTime() - known.madeAt > SHARED_NANOS_MAX) {
            Path folder = scratch.resolve(PREFIX + System.nanoTime());
            try {
                LogBase base = log.baseAt(copier.copyTo(folder));
                if (base == null) {
                    RocksEnvironment.deleteFolder(folder);
                    return Note.of("refused", log.history().whole() ? "there is nothing yet to copy" : "this node's own log is not whole yet");
                }
                known = new Copy(RANDOM.nextLong() >>> 1 | 1, folder, base);
            } catch (IOException | RuntimeException e) {
                RocksEnvironment.deleteFolder(folder);
                LOG.warn("could not copy the projections for another node: {}", e.toString());
                return Note.of("refused", "could not copy the projections: " + e.getMessage());
            }
            copies.put(known.id, known);
            newest = known;
        }
        known.usedAt = System.nanoTime();
        return Note.of("copy", known.id, "position", known.base.position(), "bytes", known.bytes);
    }

    @Override
    public byte[] read(long id, String name, long offset, int count) throws IOException {
        if (id == 0 && name.equals(FRAMES)) return frames(offset, count);
        Copy copy = copies.get(id);
        if (copy == null) throw new IOException("there is no such copy any more");
        copy.usedAt = System.nanoTime();
        if (name.equals(MANIFEST)) return slice(copy.manifest, offset, count);
        if (name.equals(BASE)) return slice(copy.base.encode(), offset, count);
        if (name.startsWith(HASH_OF)) return hash(copy, name.substring(HASH_OF.length()));
        ByteBuffer bytes = ByteBuffer.allocate(count);
        try (FileChannel channel = open(copy, name)) {
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) > 0) continue;
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** Whoever asked last mostly goes on where it was, and the cursor knows that place. */
    private byte[] frames(long from, int bytesMax) throws IOException {
        LogCursor cursor;
        synchronized (idle) {
            cursor = idle.remove(from);
        }
        if (cursor == null) cursor = log.cursor();
        byte[] frames;
        try {
            frames = cursor.frames(from, bytesMax);
        } catch (IOException e) {
            cursor.close();
            throw e;
        }
        LogCursor replaced;
        synchronized (idle) {
            replaced = closed ? cursor : idle.put(from + LogHistory.count(frames), cursor);
        }
        if (replaced != null) replaced.close();
        return frames;
    }

    private static FileChannel open(Copy copy, String name) throws IOException {
        if (!copy.files.contains(name)) throw new IOException("there is no file " + name + " in the copy");
        return FileChannel.open(copy.folder.resolve(name));
    }

    private static byte[] slice(byte[] bytes, long offset, int count) {
        int from = (int) Math.clamp(offset, 0, bytes.length);
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + count));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static byte[] hash(Copy copy, String name) throws IOException {
        MessageDigest digest = digest();
        ByteBuffer piece = ByteBuffer.allocate(256 << 10);
        try (FileChannel channel = open(copy, name)) {
            while (channel.read(piece.clear()) > 0) {
                copy.usedAt = System.nanoTime();
                digest.update(piece.flip());
            }
        }
        return digest.digest();
    }

    /** Lets go of copies that nobody reads any more. */
    void tidy() {
        for (Copy copy : copies.values()) if (System.nanoTime() - copy.usedAt > IDLE_NANOS_MAX) drop(copy);
        closeCursors(CURSORS_MAX);
    }

    private void closeCursors(int left) {
        synchronized (idle) {
            while (idle.size() > left) {
                LogCursor oldest = idle.remove(idle.keySet().iterator().next());
                try {
                    if (oldest != null) oldest.close();
                } catch (IOException e) {
                    LOG.debug("a cursor could not be closed: {}", e.toString());
                }
            }
        }
    }

    private void drop(Copy copy) {
        copies.remove(copy.id);
        RocksEnvironment.deleteFolder(copy.folder);
    }

    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
        }
        closeCursors(0);
        for (Copy copy : copies.values()) drop(copy);
    }
}
