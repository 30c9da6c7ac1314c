package io.craton.storage.columnar;

import io.craton.core.batch.Vector;
import io.craton.storage.txn.KeyRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a table at a snapshot, by column, in pieces that follow the order of the keys. Where there are no columns for the snapshot yet they are made, or the
 * piece says which rows to read instead. Pieces may be taken and read by several threads.
 */
public final class ColumnScan {
    /** A part of the table; all rows of it are read from it. */
    public sealed interface Piece {
        /**
         * Rows {@code first .. end} of the chunks, without the hidden ones, and rows that were added. Chunks are shared by all readers.
         *
         * @param chunks one for each column of the scan
         * @param hidden ascending rows that do not count
         */
        record Columns(Chunk[] chunks, int first, int end, int[] hidden, Added added) implements Piece {}

        /** Nothing is known by column: the rows of this range are to be read. */
        record Stored(KeyRange range) implements Piece {}
    }

    /**
     * Rows that are not in the chunks, in key order.
     *
     * @param places for each the row of the chunks that it stands in front of
     */
    public record Added(Vector[] columns, int[] places, int count) {
        static final Added NONE = new Added(new Vector[0], new int[0], 0);
    }

    /** What the reading transaction itself wrote, as the reading command sees it. */
    public interface OwnWrites {
        OwnWrites NONE = (from, to, each) -> {};

        /** Ascending keys of the range with what their rows are; null: deleted. */
        void each(byte @Nullable [] from, byte @Nullable [] to, BiConsumer<byte[], byte @Nullable []> each);
    }

    private final ColumnCache cache;
    private final ColumnTable table;
    private final StoredTable rows;
    private final int[] columns;
    private final long snapshot;
    private final OwnWrites own;
    private final Runnable interrupts;
    /** Where the next piece begins; null: at the first key. */
    private byte @Nullable [] at;
    private boolean ended;

    private ColumnScan(ColumnCache cache, ColumnTable table, StoredTable rows, int[] columns, long snapshot, OwnWrites own, Runnable interrupts) {
        this.cache = cache;
        this.table = table;
        this.rows = rows;
        this.columns = columns;
        this.snapshot = snapshot;
        this.own = own;
        this.interrupts = interrupts;
    }

    /**
     * A scan, or null when the rows should be read instead: a table that is scanned once never pays for columns.
     *
     * @param columns 0-based columns to give
     * @param interrupts called while rows are decoded; may throw
     */
    public static @Nullable ColumnScan open(ColumnCache cache, StoredTable rows, int[] columns, long snapshot, OwnWrites own, Runnable interrupts) {
        ColumnTable table = cache.table(rows);
        // A session's own table has no deltas: one that changes between scans does not pay for columns either.
        boolean earned = table.askedBefore(rows.temporary() ? rows.lastChange() : 0);
        return earned ? new ColumnScan(cache, table, rows, columns, snapshot, own, interrupts) : null;
    }

    /** Rows of a full piece. */
    public int pieceRows() {
        return cache.segmentRows;
    }

    /** Leaves out the keys in front of this one. Before the first piece. */
    public synchronized void startAt(byte[] key) {
        at = key;
    }

    /** Whether other threads than the transaction's may take pieces and read them. */
    public boolean shareable() {
        return own == OwnWrites.NONE && !rows.temporary();
    }

    /** Whether the first piece can be had without decoding. */
    public synchronized boolean ready() {
        Segment segment = segment();
        if (segment == null || !segment.serves(snapshot)) return false;
        for (int column : columns) if (cache.column(segment, column) == null) return false;
        return true;
    }

    private @Nullable Segment segment() {
        return ColumnTable.find(table.segments(), at == null ? new byte[0] : at);
    }

    /** The next piece, which may turn out to have no rows; null behind the last one. */
    public synchronized @Nullable Piece next() {
        if (ended) return null;
        interrupts.run();
        Segment segment = segment();
        if (segment == null || !segment.serves(snapshot)) {
            boolean built = snapshot >= rows.lastChange() && build(segment);
            segment = built ? segment() : segment;
            if (segment == null || !segment.serves(snapshot)) return stored(segment);
        }
        Piece piece = read(segment);
        if (piece == null) return stored(segment);
        if (segment.stale()) cache.rebuild(table, rows, segment, held(segment));
        move(segment.to);
        return piece;
    }

    private void move(byte @Nullable [] to) {
        at = to;
        ended = to == null;
    }

    /** Makes the columns of the segment, or of what lies behind the last one as far as this scan's place. */
    private boolean build(@Nullable Segment segment) {
        SegmentBuilder builder = new SegmentBuilder(cache, table, rows, columns, interrupts);
        if (segment != null) return builder.build(segment.from, segment.to);
        while (true) {
            Segment[] known = table.segments();
            byte[] end = known.length == 0 ? null : known[known.length - 1].to;
            if (known.length > 0 && (end == null || at != null && Arrays.compareUnsigned(end, at) > 0)) return true;
            if (!builder.build(end, null)) return false;
        }
    }

    /** Rows are read as far as nothing better is known; the columns are made in the background. */
    private Piece stored(@Nullable Segment segment) {
        byte[] from = at;
        if (segment == null) cache.extend(table, rows, columns);
        else if (!segment.serves(Long.MAX_VALUE - 1)) cache.rebuild(table, rows, segment, held(segment));
        move(segment == null ? null : segment.to);
        return new Piece.Stored(new KeyRange(from, segment == null ? null : segment.to));
    }

    /** The columns of a segment that are in memory, and those of this scan. */
    private int[] held(Segment segment) {
        List<Integer> held = new ArrayList<>();
        for (int column = 0; column < rows.codec().columns(); column++) {
            int wanted = column;
            if (Arrays.stream(columns).anyMatch(each -> each == wanted) || cache.column(segment, column) != null) held.add(column);
        }
        return held.stream().mapToInt(Integer::intValue).toArray();
    }

    private @Nullable Piece read(Segment segment) {
        Chunk[] chunks = chunks(segment);
        if (chunks == null) return null;
        TreeMap<byte[], byte @Nullable []> changed = changes(segment);
        boolean fromStart = at == null || segment.from != null && Arrays.compareUnsigned(at, segment.from) <= 0;
        if (changed.isEmpty() && fromStart) return new Piece.Columns(chunks, 0, segment.rows, new int[0], Added.NONE);
        SegmentKeys keys = cache.keys(segment);
        if (keys == null) {
            if (new SegmentBuilder(cache, table, rows, new int[0], interrupts).missing(segment) == null) return null;
            keys = cache.keys(segment);
            if (keys == null) return null;
        }
        int first = fromStart ? 0 : keys.ceiling(at);
        int[] hidden = new int[changed.size()];
        int[] places = new int[changed.size()];
        byte[][] images = new byte[changed.size()][];
        int hiddenCount = 0;
        int addedCount = 0;
        for (Map.Entry<byte[], byte @Nullable []> change : changed.entrySet()) {
            int place = keys.ceiling(change.getKey());
            if (place < segment.rows && keys.find(change.getKey()) == place) hidden[hiddenCount++] = place;
            if (change.getValue() == null) continue;
            places[addedCount] = place;
            images[addedCount++] = change.getValue();
        }
        Added added = addedCount == 0 ? Added.NONE
                : new Added(SegmentBuilder.vectors(rows.codec(), columns, images, addedCount), Arrays.copyOf(places, addedCount), addedCount);
        return new Piece.Columns(chunks, first, segment.rows, Arrays.copyOf(hidden, hiddenCount), added);
    }

    private Chunk @Nullable [] chunks(Segment segment) {
        Chunk[] chunks = new Chunk[columns.length];
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = cache.column(segment, columns[i]);
            if (chunks[i] == null) missing.add(i);
        }
        if (missing.isEmpty()) return chunks;
        int[] wanted = missing.stream().mapToInt(i -> columns[i]).toArray();
        Chunk[] decoded = new SegmentBuilder(cache, table, rows, wanted, interrupts).missing(segment);
        if (decoded == null) return null;
        for (int i = 0; i < decoded.length; i++) chunks[missing.get(i)] = decoded[i];
        return chunks;
    }

    /** Rows of the segment, from the scan's place on, that are not as the columns have them. */
    private TreeMap<byte[], byte @Nullable []> changes(Segment segment) {
        TreeMap<byte[], byte @Nullable []> changed = new TreeMap<>(Arrays::compareUnsigned);
        for (Map.Entry<byte[], Delta.Version> entry : segment.delta.entries()) {
            byte[] key = entry.getKey();
            if (at != null && Arrays.compareUnsigned(key, at) < 0) continue;
            Delta.Version version = entry.getValue().at(snapshot);
            if (version != null) changed.put(key, version.row());
            else if (entry.getValue().forgotten()) changed.put(key, rows.get(key, snapshot));
        }
        byte[] from = at == null || segment.from != null && Arrays.compareUnsigned(at, segment.from) < 0 ? segment.from : at;
        own.each(from, segment.to, changed::put);
        return changed;
    }
}
