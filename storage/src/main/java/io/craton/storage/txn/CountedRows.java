package io.craton.storage.txn;

import java.util.concurrent.atomic.LongAdder;

/** Rows that count for statistics when they have been read. */
final class CountedRows implements RowCursor {
    private final RowCursor rows;
    private final LongAdder first;
    private final LongAdder second;
    private long count;

    /** Adds to both counters, which may be the same one. */
    CountedRows(RowCursor rows, LongAdder first, LongAdder second) {
        this.rows = rows;
        this.first = first;
        this.second = second;
    }

    @Override
    public boolean next() {
        if (!rows.next()) return false;
        count++;
        return true;
    }

    @Override
    public byte[] key() {
        return rows.key();
    }

    @Override
    public byte[] row() {
        return rows.row();
    }

    @Override
    public long version() {
        return rows.version();
    }

    @Override
    public void close() {
        if (count != 0) {
            first.add(count);
            if (second != first) second.add(count);
        }
        count = 0;
        rows.close();
    }
}
