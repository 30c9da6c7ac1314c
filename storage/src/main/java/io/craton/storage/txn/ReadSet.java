package io.craton.storage.txn;

import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.TableLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a serializable transaction has read: keys and key ranges, found or not. Bounded: too many keys of a table become the whole table. One thread.
 */
final class ReadSet {
    private static final int KEYS_MAX = 4096;
    private static final int RANGES_MAX = 128;

    private record IndexRange(int indexOid, KeyRange range) {}

    private static final class TableReads {
        final TableLayout layout;
        final TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
        final List<KeyRange> ranges = new ArrayList<>(1);
        final List<IndexRange> indexRanges = new ArrayList<>(1);
        boolean whole;

        TableReads(TableLayout layout) {
            this.layout = layout;
        }

        void coarsen() {
            whole = true;
            keys.clear();
            ranges.clear();
            indexRanges.clear();
        }
    }

    private final Map<Long, TableReads> tables = new HashMap<>();

    private TableReads table(TableLayout layout) {
        return tables.computeIfAbsent(layout.table().storageId(), storage -> new TableReads(layout));
    }

    void key(TableLayout layout, byte[] key) {
        TableReads reads = table(layout);
        if (!reads.whole && reads.keys.add(key) && reads.keys.size() > KEYS_MAX) reads.coarsen();
    }

    void range(TableLayout layout, KeyRange range) {
        TableReads reads = table(layout);
        if (reads.whole) return;
        if (range.from() == null && range.to() == null || reads.ranges.size() >= RANGES_MAX) reads.coarsen();
        else reads.ranges.add(range);
    }

    void indexRange(TableLayout layout, IndexLayout index, KeyRange range) {
        TableReads reads = table(layout);
        if (reads.whole) return;
        if (reads.indexRanges.size() >= RANGES_MAX) reads.coarsen();
        else reads.indexRanges.add(new IndexRange(index.def().oid(), range));
    }

    /** Whether one of these writes changes something that was read. */
    boolean touchedBy(WriteSet writes) {
        for (Map.Entry<Long, TableReads> entry : tables.entrySet()) {
            WriteSet.TableWrites written = writes.frozenTable(entry.getKey());
            if (written == null) continue;
            if (!written.runs.isEmpty()) return true; // too much to know which rows
            if (!written.rows.isEmpty() && touches(entry.getValue(), written)) return true;
        }
        return false;
    }

    private static boolean touches(TableReads reads, WriteSet.TableWrites written) {
        if (reads.whole) return true;
        if (reads.keys.size() < written.rows.size()) {
            for (byte[] key : reads.keys) {
                if (written.rows.get(key) != null) return true;
            }
        } else {
            boolean[] met = new boolean[1];
            written.rows.forEach(row -> met[0] |= reads.keys.contains(row.key));
            if (met[0]) return true;
        }
        for (KeyRange range : reads.ranges) {
            WriteSet.RowWrite first = written.rows.ceiling(range.from());
            if (first != null && (range.to() == null || Arrays.compareUnsigned(first.key, range.to()) < 0)) return true;
        }
        for (IndexRange range : reads.indexRanges) {
            if (touches(range, reads.layout, written)) return true;
        }
        return false;
    }

    private static boolean touches(IndexRange read, TableLayout layout, WriteSet.TableWrites written) {
        IndexLayout index = null;
        for (IndexLayout each : layout.indexes()) {
            if (each.def().oid() == read.indexOid) index = each;
        }
        if (index == null) return true;
        boolean[] met = new boolean[1];
        IndexLayout entries = index;
        written.rows.forEach(row -> met[0] |= inside(entries, row.base, read.range) || inside(entries, row.newestImage(), read.range));
        return met[0];
    }

    private static boolean inside(IndexLayout index, byte @Nullable [] image, KeyRange range) {
        byte[] parts = image == null ? null : index.partsOf(image);
        return parts != null && (range.from() == null || Arrays.compareUnsigned(parts, range.from()) >= 0)
                && (range.to() == null || Arrays.compareUnsigned(parts, range.to()) < 0);
    }
}
