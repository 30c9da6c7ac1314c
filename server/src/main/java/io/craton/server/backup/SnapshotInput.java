package io.craton.server.backup;

import io.craton.storage.io.Syncs;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** What a snapshot holds, one file behind the other: what describes it, projections, log, and the sign that it is whole. One thread. */
interface SnapshotInput extends AutoCloseable {
    /** The next file's name; null at the end. */
    @Nullable String next() throws IOException;

    /** Of the file. */
    long size();

    /** Reads the whole file, now or when the answer is called, on any thread. */
    Callable<ByteBuffer> read(byte[] into) throws IOException;

    /** Copies the whole file, now or on one of these threads; the answer is its SHA-256. */
    Future<String> copy(Path to, Workers workers, Syncs syncs) throws IOException;

    @Override
    void close() throws IOException;

    /** Where the file is on its own, and may get a second name; null where it must be copied. */
    default @Nullable Path place() {
        return null;
    }

    /** @param path of a file or folder */
    static SnapshotInput open(Path path) throws IOException {
        if (Files.isDirectory(path)) return new Folder(path);
        InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 20);
        try {
            return new OneFile(new Tar.Reader(new ReadAhead(new GZIPInputStream(in, 1 << 16))));
        } catch (ZipException | EOFException e) {
            in.close();
            throw Said.failure(path + " is no snapshot of Craton (it is not gzip)");
        }
    }

    /** From a file that {@link SnapshotOutput.OneFile} wrote. */
    record OneFile(Tar.Reader tar) implements SnapshotInput {
        @Override
        public @Nullable String next() throws IOException {
            return tar.next();
        }

        @Override
        public long size() {
            return tar.size();
        }

        @Override
        public Callable<ByteBuffer> read(byte[] into) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(into, 0, tar.read(into));
            return () -> bytes;
        }

        @Override
        public Future<String> copy(Path to, Workers workers, Syncs syncs) throws IOException {
            MessageDigest digest = Snapshot.digest();
            byte[] piece = new byte[1 << 18];
            try (OutputStream out = Files.newOutputStream(to)) {
                for (int read = tar.read(piece); read > 0; read = tar.read(piece)) {
                    digest.update(piece, 0, read);
                    out.write(piece, 0, read);
                }
            }
            syncs.begin(() -> CopiedFile.sync(to));
            return CompletableFuture.completedFuture(HexFormat.of().formatHex(digest.digest()));
        }

        @Override
        public void close() throws IOException {
            tar.close();
        }
    }

    /** From a folder that {@link SnapshotOutput.Folder} wrote. */
    final class Folder implements SnapshotInput {
        private static final int PIECE_BYTES = 256 << 10;

        private final Path root;
        private final Iterator<Path> files;
        private Path file;
        private long size;
        private boolean links;

        Folder(Path root) throws IOException {
            this.root = root;
            file = root;
            try (Stream<Path> all = Files.walk(root)) {
                List<Path> names = all.filter(Files::isRegularFile).map(root::relativize).sorted(Folder::inOrder).toList();
                files = names.iterator();
            }
        }

        /** From now on files get second names where they can. */
        void link() {
            links = true;
        }

        @Override
        public @Nullable Path place() {
            return links ? file : null;
        }

        private static int inOrder(Path one, Path other) {
            int byKind = Integer.compare(kind(one.toString()), kind(other.toString()));
            return byKind == 0 ? one.compareTo(other) : byKind;
        }

        private static int kind(String name) {
            if (name.equals(Snapshot.ABOUT)) return 0;
            if (name.equals(Snapshot.END)) return 3;
            return name.startsWith(Snapshot.PROJECTIONS) ? 1 : 2;
        }

        @Override
        public @Nullable String next() throws IOException {
            if (!files.hasNext()) return null;
            Path name = files.next();
            file = root.resolve(name);
            size = Files.size(file);
            return name.toString();
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public Callable<ByteBuffer> read(byte[] into) {
            Path from = file;
            int count = Math.toIntExact(size);
            return () -> {
                ByteBuffer bytes = ByteBuffer.wrap(into, 0, count);
                try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
                    // in pieces that stay in the processor's cache on their way through memory outside the heap
                    while (bytes.position() < count) {
                        bytes.limit(Math.min(count, bytes.position() + PIECE_BYTES));
                        if (in.read(bytes) < 0) throw new EOFException();
                    }
                }
                return ByteBuffer.wrap(into, 0, count);
            };
        }

        @Override
        public Future<String> copy(Path to, Workers workers, Syncs syncs) {
            Path from = file;
            boolean second = links;
            return workers.submit(() -> {
                String sum = second ? CopiedFile.link(from, to) : CopiedFile.toFile(from, to);
                syncs.begin(() -> CopiedFile.sync(to));
                return sum;
            });
        }

        @Override
        public void close() {
            // No file stays open.
        }
    }
}
