package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Scope;
import io.craton.storage.columnar.Chunk;
import io.craton.storage.columnar.ColumnScan.Added;
import io.craton.storage.columnar.ColumnScan.Piece;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one piece of a table by column. What the tests read is unpacked for every row, the rest only for those that pass; few that pass wait until they make a
 * batch. One scan, one thread.
 */
final class ColumnRoad {
    private final Scope scope;
    private final RowDecoder decoder;
    private final BitSet needed;
    private final int[] chunkOf;
    private final boolean ordered;

    private Piece.Columns piece;
    private int at;
    private int end;
    private int hiddenAt;
    private int addedAt;
    /** Rows of the chunks that passed and were not given yet. */
    private final int[] picked = new int[2 * Batch.SIZE];
    private int pickedCount;

    /**
     * @param chunkOf the chunk of each field that is read
     * @param ordered rows must come in key order; otherwise added ones come last
     */
    ColumnRoad(Scope scope, RowDecoder decoder, BitSet needed, int[] chunkOf, boolean ordered, Piece.Columns piece, ScanTests tests) {
        this.scope = scope;
        this.decoder = decoder;
        this.needed = needed;
        this.chunkOf = chunkOf;
        this.ordered = ordered;
        this.piece = piece;
        this.at = piece.first();
        this.end = piece.chunks().length == 0 || tests.mayPass(field -> piece.chunks()[chunkOf[field]]) ? piece.end() : piece.first();
    }

    /** The next rows that pass; null behind the last one. */
    @Nullable Batch next(ScanTests tests) {
        while (at < end) {
            scope.context().checkInterrupts();
            int stop = Math.min(end, at + Batch.SIZE);
            if (ordered && addedAt < piece.added().count()) {
                int place = piece.added().places()[addedAt];
                if (place <= at) {
                    if (pickedCount > 0) return flush();
                    Batch batch = added(place, tests);
                    if (batch != null) return batch;
                    continue;
                }
                stop = Math.min(stop, place);
            }
            Batch batch = window(at, stop - at, tests);
            at = stop;
            if (batch != null) return batch;
            if (pickedCount >= Batch.SIZE) return flush();
        }
        if (pickedCount > 0) return flush();
        while (addedAt < piece.added().count()) {
            scope.context().checkInterrupts();
            Batch batch = added(Integer.MAX_VALUE, tests);
            if (batch != null) return batch;
        }
        return null;
    }

    /** Rows of a window, or null when they wait among the picked. */
    private @Nullable Batch window(int from, int count, ScanTests tests) {
        int[] rows = new int[count];
        int left = visible(from, count, rows);
        if (left == 0) return null;
        ScanWindow window = new ScanWindow(decoder, count, field -> chunk(field).slice(from, count));
        if (!tests.isEmpty()) left = tests.select(window, rows, left);
        if (pickedCount == 0 && left > count / 2) {
            Batch batch = window.batch(needed, rows, left);
            Vector[] columns = batch.columns();
            for (int i = 0; i < columns.length; i++) if (!needed.get(i)) columns[i] = decoder.absent(i, count);
            return left == count ? Batch.of(columns, count) : batch;
        }
        for (int i = 0; i < left; i++) picked[pickedCount++] = from + rows[i];
        return null;
    }

    private Chunk chunk(int field) {
        return piece.chunks()[chunkOf[field]];
    }

    /** Positions of a window's rows that are not hidden. */
    private int visible(int from, int count, int[] rows) {
        int[] hidden = piece.hidden();
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (hiddenAt < hidden.length && hidden[hiddenAt] == from + i) hiddenAt++;
            else rows[left++] = i;
        }
        return left;
    }

    private Batch flush() {
        int count = pickedCount;
        pickedCount = 0;
        Vector[] columns = new Vector[decoder.width()];
        for (int i = 0; i < columns.length; i++) columns[i] = needed.get(i) ? chunk(i).gather(picked, count) : decoder.absent(i, count);
        return Batch.of(columns, count);
    }

    /** Added rows up to a place, at most a batch; null when none passes. */
    private @Nullable Batch added(int place, ScanTests tests) {
        Added added = piece.added();
        int from = addedAt;
        while (addedAt < added.count() && addedAt - from < Batch.SIZE && added.places()[addedAt] <= place) addedAt++;
        int count = addedAt - from;
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) rows[i] = i;
        ScanWindow window = new ScanWindow(decoder, count, field -> added.columns()[chunkOf[field]].slice(from, count));
        int left = tests.isEmpty() ? count : tests.select(window, rows, count);
        return left == 0 ? null : window.batch(needed, rows, left).dense();
    }
}
