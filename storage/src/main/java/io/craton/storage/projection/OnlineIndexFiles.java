package io.craton.storage.projection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an index in any order, on their way into the store: sorted by the piece, each piece a file that the store takes as it is. One piece is sorted and written, on a
 * thread of its own, while the next one fills. One thread but for that.
 */
final class OnlineIndexFiles implements AutoCloseable {
    private static final int PIECE_BYTES_MAX = 40 << 20;
    private static final int ENTRY_OVERHEAD = 120;

    /** @param prefix the first bytes of the key behind what all have in common: most comparisons end there */
    private record Entry(long prefix, byte[] key, byte[] value) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int order = Long.compareUnsigned(prefix, other.prefix);
            return order != 0 ? order : Arrays.compareUnsigned(key, other.key);
        }
    }

    private final TenantProjection projection;
    private final Path folder;
    private final IndexLayout index;
    private List<Entry> piece = new ArrayList<>();
    private int pieceBytes;
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
        piece.add(new Entry(prefix(key), key, value));
        pieceBytes += key.length + value.length + ENTRY_OVERHEAD;
        if (pieceBytes > PIECE_BYTES_MAX) hand();
    }

    /** The piece is written from now on, when the one before is. */
    private void hand() {
        settle();
        if (piece.isEmpty() || duplicate != null) return;
        List<Entry> full = piece;
        Path path = folder.resolve(files++ + ".sst");
        piece = new ArrayList<>(full.size());
        pieceBytes = 0;
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

    private static long prefix(byte[] key) {
        long prefix = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            int at = StoreKeys.PREFIX + i;
            prefix = prefix << 8 | (at < key.length ? key[at] & 0xff : 0);
        }
        return prefix;
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

    private void write(List<Entry> entries, Path path) {
        Entry[] sorted = entries.toArray(new Entry[0]);
        Arrays.sort(sorted);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (SortedFile file = projection.store().newFile(path)) {
            for (int i = 0; i < sorted.length; i++) {
                if (i > 0 && Arrays.equals(sorted[i - 1].key, sorted[i].key)) {
                    duplicate = IndexLayout.rowKey(sorted[i].key, sorted[i].value, 0);
                    return;
                }
                file.add(sorted[i].key, sorted[i].value);
            }
            file.finish();
        }
        projection.store().take(List.of(path));
    }

    @Override
    public void close() {
        writer.close();
        piece.clear();
    }
}
