package io.craton.storage.txn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a range that a transaction has written, in key order, from memory and from runs. Rows may be written, and memory may become a run, while it is read:
 * then it goes on behind the last row it gave. One thread.
 */
final class OwnRows {
    private final WriteSet.TableWrites writes;
    private final byte @Nullable [] from;
    private final byte @Nullable [] to;
    private final boolean reverse;
    private List<WriteSet.SpilledRun> runs;
    private RowMap.Cursor memory;
    private List<SortedRun.Cursor> cursors;
    private byte @Nullable [] last;

    OwnRows(WriteSet.TableWrites writes, byte @Nullable [] from, byte @Nullable [] to, boolean reverse) {
        this.writes = writes;
        this.from = from;
        this.to = to;
        this.reverse = reverse;
        runs = writes.runs;
        memory = writes.rows.new Cursor(from, to, reverse);
        cursors = open(from, to);
    }

    private List<SortedRun.Cursor> open(byte @Nullable [] lower, byte @Nullable [] upper) {
        if (runs.isEmpty()) return List.of();
        List<SortedRun.Cursor> opened = new ArrayList<>();
        for (WriteSet.SpilledRun run : runs) {
            SortedRun.Cursor cursor = run.rows.new Cursor(lower, upper, reverse);
            if (cursor.next()) opened.add(cursor);
        }
        return opened;
    }

    /** The next row, or null at the end. */
    WriteSet.@Nullable RowWrite next() {
        if (runs != writes.runs) reopen();
        if (cursors.isEmpty()) {
            WriteSet.RowWrite row = memory.next();
            if (row != null) last = row.key;
            return row;
        }
        WriteSet.RowWrite inMemory = memory.peek();
        byte[] key = inMemory == null ? null : inMemory.key;
        for (SortedRun.Cursor cursor : cursors) {
            if (key == null || comesFirst(cursor.key(), key)) key = cursor.key();
        }
        if (key == null) return null;
        WriteSet.RowWrite row = null;
        if (inMemory != null && Arrays.equals(inMemory.key, key)) row = memory.next();
        List<SortedRun.Cursor> ended = null;
        for (SortedRun.Cursor cursor : cursors) {
            if (!Arrays.equals(cursor.key(), key) || cursor.next()) continue;
            if (ended == null) ended = new ArrayList<>(1);
            ended.add(cursor);
        }
        if (ended != null) cursors.removeAll(ended);
        last = key;
        return row != null ? row : writes.spilled(key);
    }

    private void reopen() {
        runs = writes.runs;
        byte[] lower = from;
        byte[] upper = to;
        if (last != null) {
            if (reverse) upper = last;
            else lower = Arrays.copyOf(last, last.length + 1);
        }
        memory = writes.rows.new Cursor(lower, upper, reverse);
        cursors = open(lower, upper);
    }

    private boolean comesFirst(byte[] left, byte[] right) {
        int order = Arrays.compareUnsigned(left, right);
        return reverse ? order > 0 : order < 0;
    }
}
