package io.craton.storage.columnar;

import io.craton.core.batch.Vector;
import io.craton.storage.projection.RowSource;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a table at a snapshot, by column, in the order of the row scan. Cut into segments; columns that the cache lacks are decoded from the rows. Vectors are
 * shared by all readers. One thread.
 */
public final class ColumnScan {
    /** Rows of a segment; only the last one has fewer. */
    public static final int SEGMENT_ROWS = 1 << 16;
    private static final int DECODE_ROWS = 1024;

    /** The table's rows from a key on, at the scan's snapshot. */
    public interface Rows {
        RowSource from(byte @Nullable [] key);
    }

    private final ColumnCache cache;
    private final ColumnCache.TableVersion table;
    private final RowCodec codec;
    private final int[] columns;
    private final Rows rows;
    private final Runnable interrupts;
    private Vector[] vectors;
    private int segment = -1;
    private byte @Nullable [] next;
    private int segmentRows;
    private boolean last;

    private ColumnScan(ColumnCache cache, ColumnCache.TableVersion table, RowCodec codec, int[] columns, Rows rows, Runnable interrupts) {
        this.cache = cache;
        this.table = table;
        this.codec = codec;
        this.columns = columns;
        this.rows = rows;
        this.interrupts = interrupts;
        vectors = new Vector[columns.length];
    }

    /**
     * A scan, or null when the rows should be read instead because the table's version is new: a table that changes between scans never pays for chunks.
     *
     * @param version position of the table's last change, at or below the snapshot of {@code rows}
     * @param columns 0-based columns to give
     * @param interrupts called while rows are decoded; may throw
     */
    public static @Nullable ColumnScan open(ColumnCache cache, int tenant, long storage, long version, RowCodec codec, int[] columns,
            Rows rows, Runnable interrupts) {
        ColumnCache.TableVersion table = new ColumnCache.TableVersion(tenant, storage, version);
        return cache.askedBefore(table) ? new ColumnScan(cache, table, codec, columns, rows, interrupts) : null;
    }

    /** Moves to the next segment; false behind the last one. */
    public boolean next() {
        if (last) return false;
        segment++;
        ColumnCache.Bounds bounds = cache.bounds(table, segment);
        vectors = new Vector[columns.length];
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            vectors[i] = bounds == null ? null : cache.column(table, segment, columns[i]);
            if (vectors[i] == null) missing.add(i);
        }
        if (bounds == null || !missing.isEmpty()) bounds = decode(missing);
        segmentRows = bounds.rows();
        next = bounds.next();
        last = next == null;
        return segmentRows > 0;
    }

    /** Whether the next segment needs no decoding. */
    public boolean ready() {
        if (last || cache.bounds(table, segment + 1) == null) return last;
        for (int column : columns) if (cache.column(table, segment + 1, column) == null) return false;
        return true;
    }

    /** Rows of the current segment. */
    public int rows() {
        return segmentRows;
    }

    /** Column {@code columns[index]} of the current segment. */
    public Vector column(int index) {
        return vectors[index];
    }

    private ColumnCache.Bounds decode(List<Integer> missing) {
        ChunkBuilder[] builders = new ChunkBuilder[missing.size()];
        for (int i = 0; i < builders.length; i++) builders[i] = ChunkBuilder.of(codec, columns[missing.get(i)]);
        byte[][] images = new byte[DECODE_ROWS][];
        int count = 0;
        int total = 0;
        byte[] follower = null;
        try (RowSource source = rows.from(next)) {
            while (source.next()) {
                if (total == SEGMENT_ROWS) {
                    follower = source.key();
                    break;
                }
                images[count++] = source.row();
                total++;
                if (count == DECODE_ROWS) {
                    interrupts.run();
                    for (ChunkBuilder builder : builders) builder.add(images, count);
                    count = 0;
                }
            }
        }
        for (int i = 0; i < builders.length; i++) {
            builders[i].add(images, count);
            Vector chunk = builders[i].build();
            vectors[missing.get(i)] = chunk;
            cache.put(table, segment, columns[missing.get(i)], chunk);
        }
        ColumnCache.Bounds bounds = new ColumnCache.Bounds(total, follower);
        cache.put(table, segment, bounds);
        return bounds;
    }
}
