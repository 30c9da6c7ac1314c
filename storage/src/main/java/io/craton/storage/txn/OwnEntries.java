package io.craton.storage.txn;

import io.craton.storage.projection.IndexLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a range of an index that a transaction's own images have or had, in order, from memory and from runs; the same one may come twice. As with
 * {@link OwnRows}, memory may become a run meanwhile. One thread.
 */
final class OwnEntries {
    private final WriteSet writes;
    private final WriteSet.TableWrites table;
    private final IndexLayout index;
    private final byte @Nullable [] from;
    private final byte @Nullable [] to;
    private final boolean reverse;
    private List<WriteSet.SpilledRun> runs;
    private SortedEntries<byte[]> memory;
    private List<SortedRun.Cursor> cursors;
    private boolean started;
    private byte[] order = new byte[0];
    private byte[] rowKey = new byte[0];

    OwnEntries(WriteSet writes, WriteSet.TableWrites table, IndexLayout index, byte @Nullable [] from, byte @Nullable [] to, boolean reverse) {
        this.writes = writes;
        this.table = table;
        this.index = index;
        this.from = from;
        this.to = to;
        this.reverse = reverse;
        runs = table.runs;
        memory = new SortedEntries<>(writes.candidates(table, index).entries, from, to, reverse);
        cursors = open(from, to);
    }

    private List<SortedRun.Cursor> open(byte @Nullable [] lower, byte @Nullable [] upper) {
        if (runs.isEmpty()) return List.of();
        List<SortedRun.Cursor> opened = new ArrayList<>();
        for (WriteSet.SpilledRun run : runs) {
            SortedRun.Cursor cursor = writes.entries(run, index).new Cursor(lower, upper, reverse);
            if (cursor.next()) opened.add(cursor);
        }
        return opened;
    }

    boolean next() {
        if (runs != table.runs) reopen();
        started = true;
        SortedRun.@Nullable Cursor first = null;
        for (SortedRun.Cursor cursor : cursors) {
            if (first == null || comesFirst(cursor.key(), first.key())) first = cursor;
        }
        if (memory.hasNext() && (first == null || !comesFirst(first.key(), memory.peek().getKey()))) {
            Map.Entry<byte[], byte[]> entry = memory.next();
            order = entry.getKey();
            rowKey = entry.getValue();
            return true;
        }
        if (first == null) return false;
        order = first.key();
        rowKey = first.value();
        if (!first.next()) cursors.remove(first);
        return true;
    }

    private void reopen() {
        runs = table.runs;
        byte[] lower = !started || reverse ? from : Arrays.copyOf(order, order.length + 1);
        byte[] upper = started && reverse ? order : to;
        memory = new SortedEntries<>(writes.candidates(table, index).entries, lower, upper, reverse);
        cursors = open(lower, upper);
    }

    private boolean comesFirst(byte[] left, byte[] right) {
        int compared = Arrays.compareUnsigned(left, right);
        return reverse ? compared > 0 : compared < 0;
    }

    /** Parts and row key. */
    byte[] order() {
        return order;
    }

    byte[] rowKey() {
        return rowKey;
    }
}
