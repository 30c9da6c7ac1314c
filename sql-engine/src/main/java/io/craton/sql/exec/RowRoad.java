package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.AccessPath;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.RowReads;
import java.util.BitSet;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Stored rows of key ranges, decoded as far as they are needed: what the tests read first, the rest for rows that pass. One scan, one thread. */
final class RowRoad {
    private static final int FIRST_ROWS = 32;

    private final Scope scope;
    private final RowDecoder decoder;
    private final AccessPath path;
    private final BitSet needed;
    private byte[][] keys = new byte[FIRST_ROWS][];
    private byte[][] rows = new byte[FIRST_ROWS][];
    private Iterator<KeyRange> ranges;
    private @Nullable RowCursor cursor;
    private int wanted = FIRST_ROWS;
    private long read;
    private byte @Nullable [] lastKey;

    RowRoad(Scope scope, RowDecoder decoder, AccessPath path, BitSet needed, Iterator<KeyRange> ranges) {
        this.scope = scope;
        this.decoder = decoder;
        this.path = path;
        this.needed = needed;
        this.ranges = ranges;
    }

    /** Goes on with another range. */
    void continueWith(KeyRange range) {
        close();
        ranges = java.util.List.of(range).iterator();
    }

    /** Rows read so far, those that did not pass included. */
    long read() {
        return read;
    }

    /** Key of the row read last; null before the first one. */
    byte @Nullable [] lastKey() {
        return lastKey;
    }

    /** The next rows that pass, or null at the end. */
    @Nullable Batch next(ScanTests tests) {
        while (true) {
            scope.context().checkInterrupts();
            int count = fill();
            if (count == 0) return null;
            read += count;
            lastKey = keys[count - 1];
            Batch batch = passing(count, tests);
            if (batch != null) return batch;
        }
    }

    /** Reads up to a batch of stored rows; batches start small so that LIMIT and EXISTS read little. */
    private int fill() {
        int count = 0;
        int size = wanted;
        wanted = Math.min(Batch.SIZE, wanted * 4);
        if (size > keys.length) {
            keys = new byte[size][];
            rows = new byte[size][];
        }
        RowReads reads = decoder.reads(scope.context().transaction());
        TableDef table = decoder.table();
        while (count < size) {
            if (cursor == null) {
                if (!ranges.hasNext()) break;
                KeyRange range = ranges.next();
                cursor = path.index() == null || path.index().clustered()
                        ? reads.scan(table, range, path.reverse())
                        : reads.scanIndex(table, path.index(), range, path.reverse());
            }
            if (cursor.next()) {
                keys[count] = cursor.key();
                rows[count++] = cursor.row();
            } else {
                cursor.close();
                cursor = null;
            }
        }
        return count;
    }

    /** One row that came by another way; null when it does not pass. */
    @Nullable Batch single(byte[] key, byte[] row, ScanTests tests) {
        keys[0] = key;
        rows[0] = row;
        return passing(1, tests);
    }

    private @Nullable Batch passing(int count, ScanTests tests) {
        ScanWindow window = new ScanWindow(decoder, count, field -> decoder.vector(field, keys, rows, count));
        if (tests.isEmpty()) {
            Batch all = window.batch(needed, new int[0], 0);
            return Batch.of(all.columns(), count);
        }
        int[] passed = new int[count];
        for (int i = 0; i < count; i++) passed[i] = i;
        int hits = tests.select(window, passed, count);
        if (hits == 0) return null;
        if (hits == count) return Batch.of(window.batch(needed, passed, count).columns(), count);
        for (int i = 0; i < hits; i++) {
            keys[i] = keys[passed[i]];
            rows[i] = rows[passed[i]];
        }
        Vector[] columns = new Vector[decoder.width()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = !needed.get(i) ? decoder.absent(i, hits) : window.has(i) ? window.vector(i).gather(passed, hits) : decoder.vector(i, keys, rows, hits);
        }
        return Batch.of(columns, hits);
    }

    void close() {
        if (cursor != null) cursor.close();
        cursor = null;
    }
}
