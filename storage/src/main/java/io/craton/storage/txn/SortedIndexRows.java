package io.craton.storage.txn;

import io.craton.storage.projection.IndexLayout;
import io.craton.storage.row.RowCodec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows in the order of an index that has no entries yet: read from the table and sorted. */
final class SortedIndexRows implements RowCursor {
    private record Row(byte[] key, byte[] row) {}

    private final Iterator<Row> rows;
    private @Nullable Row current;

    private SortedIndexRows(Iterator<Row> rows) {
        this.rows = rows;
    }

    static SortedIndexRows of(RowCursor table, IndexLayout index, KeyRange range, boolean reverse) {
        TreeMap<byte[], Row> sorted = new TreeMap<>(Arrays::compareUnsigned);
        try (table) {
            while (table.next()) {
                byte[] parts = index.partsOf(table.row());
                if (parts == null || range.from() != null && Arrays.compareUnsigned(parts, range.from()) < 0
                        || range.to() != null && Arrays.compareUnsigned(parts, range.to()) >= 0) continue;
                byte[] key = table.key();
                byte[] order = Arrays.copyOf(parts, parts.length + key.length);
                System.arraycopy(key, 0, order, parts.length, key.length);
                sorted.put(order, new Row(key, table.row()));
            }
        }
        return new SortedIndexRows((reverse ? sorted.descendingMap() : sorted).values().iterator());
    }

    @Override
    public boolean next() {
        current = rows.hasNext() ? rows.next() : null;
        return current != null;
    }

    private Row current() {
        return java.util.Objects.requireNonNull(current);
    }

    @Override
    public byte[] key() {
        return current().key();
    }

    @Override
    public byte[] row() {
        return current().row();
    }

    @Override
    public long version() {
        return RowCodec.version(row());
    }

    @Override
    public void close() {}
}
