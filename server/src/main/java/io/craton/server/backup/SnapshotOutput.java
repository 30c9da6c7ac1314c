package io.craton.server.backup;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.RealFiles;
import io.craton.storage.io.Syncs;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Where a snapshot is written to, one file behind the other. One thread. */
interface SnapshotOutput extends AutoCloseable {
    void file(String name, ByteBuffer content) throws IOException;

    /** Copies a file that does not change; answers its SHA-256, perhaps when it was copied beside what comes next. */
    Future<String> copy(Path file, String name, Workers workers) throws IOException;

    /** Entries of a log that were read and checked, and are to be put into the snapshot. */
    interface Stretch {
        LogSource.Extent extent();

        /** As a file of this name, which is the segment with this number. Once, in order, before more is read from where it came. */
        void put(String name, long number) throws IOException;
    }

    /** Reads on as {@link LogSource#read}, for this snapshot. Any thread. */
    default Stretch stretch(LogSource log, long from, long upTo) throws IOException {
        return new InMemory(log.read(from, upTo, Archive.BYTES_MAX), this);
    }

    /** One that is written when its turn comes. */
    record InMemory(LogSource.Stretch stretch, SnapshotOutput output) implements Stretch {
        @Override
        public LogSource.Extent extent() {
            return stretch.extent();
        }

        @Override
        public void put(String name, long number) throws IOException {
            output.file(name, stretch.numbered(number));
        }
    }

    @Override
    void close() throws IOException;

    /** Into one file, in order. */
    record OneFile(Tar.Writer tar) implements SnapshotOutput {
        @Override
        public void file(String name, ByteBuffer content) throws IOException {
            tar.begin(name, content.remaining());
            tar.out().write(content.array(), content.arrayOffset() + content.position(), content.remaining());
            tar.end(content.remaining());
        }

        @Override
        public Future<String> copy(Path file, String name, Workers workers) throws IOException {
            long size = Files.size(file);
            tar.begin(name, size);
            long[] left = {size};
            String sum = CopiedFile.read(file, piece -> {
                left[0] -= piece.remaining();
                tar.out().write(piece.array(), 0, piece.remaining());
            });
            if (left[0] != 0) throw new IOException(file + " changed while it was copied");
            tar.end(size);
            return CompletableFuture.completedFuture(sum);
        }

        @Override
        public void close() throws IOException {
            tar.close();
        }
    }

    /** Into files of a folder, which are on disk when it is closed. */
    final class Folder implements SnapshotOutput {
        private static final int PIECE_BYTES = 256 << 10;

        private final Path root;
        private final Syncs syncs = new Syncs();
        private final Set<Path> folders = new LinkedHashSet<>();
        private final AtomicInteger stretches = new AtomicInteger();

        /** @param root is empty */
        Folder(Path root) {
            this.root = root;
            folders.add(root);
        }

        private Path place(String name) throws IOException {
            Path file = root.resolve(name);
            for (Path folder = file.getParent(); folder != null && folders.add(folder); folder = folder.getParent()) Files.createDirectories(folder);
            return file;
        }

        private void sync(Path file) {
            syncs.begin(() -> CopiedFile.sync(file));
        }

        @Override
        public void file(String name, ByteBuffer content) throws IOException {
            Path file = place(name);
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                // in pieces that stay in the processor's cache on their way through memory outside the heap
                for (int at = 0; at < content.remaining(); at += PIECE_BYTES) {
                    ByteBuffer piece = content.slice(content.position() + at, Math.min(PIECE_BYTES, content.remaining() - at));
                    while (piece.hasRemaining()) out.write(piece);
                }
            }
            sync(file);
        }

        /** Written beside others; what remains for later is to give it name and number. */
        @Override
        public Stretch stretch(LogSource log, long from, long upTo) throws IOException {
            String name = "stretch" + stretches.getAndIncrement();
            try (BlockFile file = RealFiles.at(root).create(name)) {
                return new Written(log.copy(from, upTo, Archive.BYTES_MAX, file), root.resolve(name), this);
            }
        }

        private record Written(LogSource.Extent extent, Path file, Folder folder) implements Stretch {
            @Override
            public void put(String name, long number) throws IOException {
                try (BlockFile segment = RealFiles.at(folder.root).open(file.getFileName().toString())) {
                    LogSource.number(segment, number);
                }
                Path to = folder.place(name);
                Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
                folder.sync(to);
            }
        }

        @Override
        public Future<String> copy(Path file, String name, Workers workers) throws IOException {
            Path to = place(name);
            return workers.submit(() -> {
                String sum = CopiedFile.toFile(file, to);
                sync(to);
                return sum;
            });
        }

        @Override
        public void close() throws IOException {
            syncs.await();
            for (Path folder : folders) CopiedFile.sync(folder);
        }
    }
}
