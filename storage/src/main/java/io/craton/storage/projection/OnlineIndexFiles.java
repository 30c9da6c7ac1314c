package io.craton.storage.projection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an index in any order, on their way into the store: sorted by the piece, each piece a file that the store takes as it is. One piece is written, on a thread
 * of its own, while the next one fills and is sorted. One thread but for that.
 */
final class OnlineIndexFiles implements AutoCloseable {
    private static final int PIECE_BYTES = 8 << 20;
    private static final int PIECE_BYTES_MAX = 64 << 20;
    /** After so many pieces the next are larger by what the first had: the store is not to have thousands of files with the same keys. */
    private static final int PIECES_OF_A_SIZE = 8;

    private final TenantProjection projection;
    private final Path folder;
    private final IndexLayout index;
    private @Nullable IndexPiece piece;
    private int files;
    private volatile byte @Nullable [] duplicate;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("craton-index-files").factory());
    private @Nullable Future<?> writing;

    OnlineIndexFiles(TenantProjection projection, Path folder, IndexLayout index) {
        this.projection = projection;
        this.folder = folder;
        this.index = index;
    }

    void add(byte[] parts, byte[] rowKey) {
        byte[] key = StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(parts, rowKey));
        byte[] value = index.entryValue(parts, rowKey);
        IndexPiece filled = piece;
        if (filled != null && !filled.takes(key.length, value.length)) {
            hand();
            filled = null;
        }
        if (filled == null) piece = filled = new IndexPiece(Math.min(PIECE_BYTES_MAX, PIECE_BYTES * (1 + files / PIECES_OF_A_SIZE)), key.length + value.length);
        filled.add(key, value);
    }

    /** The piece is written from now on, when the one before is. */
    private void hand() {
        IndexPiece full = piece;
        if (full == null) return;
        full.sort(StoreKeys.PREFIX);
        settle();
        piece = null;
        if (duplicate != null) {
            full.close();
            return;
        }
        Path path = folder.resolve(files++ + ".sst");
        writing = writer.submit(() -> write(full, path));
    }

    private void settle() {
        Future<?> last = writing;
        writing = null;
        if (last == null) return;
        try {
            last.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailedException("interrupted", e);
        } catch (ExecutionException e) {
            throw new StoreFailedException("an index cannot be written", e);
        }
    }

    /** Everything that was added is in the store when this returns. */
    void finish() {
        hand();
        settle();
    }

    /** Files so far: one key may be in several. */
    int count() {
        return files;
    }

    /** Key of a row whose entry has the key of another one's in the same piece. */
    byte @Nullable [] duplicate() {
        return duplicate;
    }

    private void write(IndexPiece sorted, Path path) {
        try (sorted) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            try (SortedFile file = projection.store().newFile(path)) {
                for (int i = 0; i < sorted.count(); i++) {
                    if (i > 0 && sorted.repeats(i)) {
                        duplicate = IndexLayout.rowKey(IndexPiece.copy(sorted.key(i)), IndexPiece.copy(sorted.value(i)), 0);
                        return;
                    }
                    file.add(sorted.key(i), sorted.value(i));
                }
                file.finish();
            }
        }
        projection.store().take(List.of(path));
    }

    @Override
    public void close() {
        writer.close();
        if (piece != null) piece.close();
    }
}
