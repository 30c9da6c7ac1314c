package io.craton.storage.txn;

import io.craton.storage.projection.TableLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has written and not yet committed: for each row its versions with the commands that made them, newest first, over the committed
 * image they replace. A savepoint is a length of the log of writes. One thread.
 */
final class WriteSet {
    /** One image made by one command; null image: deleted. */
    static final class Version {
        final byte @Nullable [] image;
        final int command;
        final @Nullable Version before;

        Version(byte @Nullable [] image, int command, @Nullable Version before) {
            this.image = image;
            this.command = command;
            this.before = before;
        }
    }

    /** A row with at least one version. */
    static final class RowWrite {
        final TableWrites table;
        final byte[] key;
        /** Newest committed image, which cannot change while its lock is held; null: there is none. */
        final byte @Nullable [] base;
        @Nullable Version newest;

        RowWrite(TableWrites table, byte[] key, byte @Nullable [] base) {
            this.table = table;
            this.key = key;
            this.base = base;
        }

        byte @Nullable [] newestImage() {
            return newest == null ? base : newest.image;
        }

        /** The newest version made before this command, or null when the row is as the snapshot has it. */
        @Nullable Version visibleTo(int command) {
            Version version = newest;
            while (version != null && version.command >= command) version = version.before;
            return version;
        }
    }

    /** Writes to one storage. */
    static final class TableWrites {
        final long storage;
        TableLayout layout;
        final TreeMap<byte[], RowWrite> rows = new TreeMap<>(Arrays::compareUnsigned);
        /** Index entries that some image of this transaction has or had, by index storage: parts and row key, to the row key. */
        final Map<Long, Candidates> candidates = new HashMap<>(4);
        TableWrites(long storage, TableLayout layout) {
            this.storage = storage;
            this.layout = layout;
        }
    }

    /** Entries of one index, complete for the first {@code logged} writes. */
    static final class Candidates {
        final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
        int logged;
    }

    private final Map<Long, TableWrites> tables = new HashMap<>(4);
    private @Nullable TableWrites last;
    private final List<RowWrite> log = new ArrayList<>();
    private long bytes;

    boolean isEmpty() {
        return log.isEmpty();
    }

    int mark() {
        return log.size();
    }

    Collection<TableWrites> tables() {
        return tables.values();
    }

    @Nullable TableWrites table(long storage) {
        if (tables.isEmpty()) return null;
        TableWrites hit = last;
        if (hit != null && hit.storage == storage) return hit;
        hit = tables.get(storage);
        if (hit != null) last = hit;
        return hit;
    }

    /** As {@link #table(long)}, from any thread, once nothing is written any more. */
    @Nullable TableWrites frozenTable(long storage) {
        return tables.get(storage);
    }

    TableWrites table(TableLayout layout) {
        long storage = layout.table().storageId();
        TableWrites writes = table(storage);
        if (writes == null) {
            writes = new TableWrites(storage, layout);
            tables.put(storage, writes);
            last = writes;
        }
        writes.layout = layout;
        return writes;
    }

    @Nullable RowWrite find(long storage, byte[] key) {
        TableWrites writes = table(storage);
        return writes == null ? null : writes.rows.get(key);
    }

    /** Adds a version on top of the row's others. {@code base} counts for the first one. */
    void put(TableWrites table, byte[] key, byte @Nullable [] base, byte @Nullable [] image, int command) {
        RowWrite row = table.rows.get(key);
        if (row == null) {
            row = new RowWrite(table, key, base);
            table.rows.put(key, row);
        }
        row.newest = new Version(image, command, row.newest);
        log.add(row);
        bytes += key.length + (image == null ? 0 : image.length) + 16;
    }

    /** Every written row, table by table in key order; those whose storage the schema no longer has are left out. */
    void each(io.craton.storage.projection.Schema schema, java.util.function.Consumer<RowWrite> consumer) {
        for (TableWrites table : tables.values()) {
            var now = schema.catalog().table(table.layout.table().oid());
            if (now == null || now.storageId() != table.storage) continue;
            for (RowWrite row : table.rows.values()) consumer.accept(row);
        }
    }

    /** Forgets what was written to a storage. No savepoint may be used any more. */
    void discard(long storage) {
        tables.remove(storage);
        last = null;
    }

    /** At most so many bytes are needed to log all of it. */
    long bytes() {
        return bytes;
    }

    void rollbackTo(int mark) {
        while (log.size() > mark) {
            RowWrite row = log.removeLast();
            Version newest = java.util.Objects.requireNonNull(row.newest);
            row.newest = newest.before;
            if (row.newest == null) row.table.rows.remove(row.key);
        }
        for (TableWrites table : tables.values()) {
            for (Candidates candidates : table.candidates.values()) candidates.logged = Math.min(candidates.logged, mark);
        }
    }

    /** The candidates of an index, brought up to date. Entries of rolled back images stay; whoever reads them checks the row. */
    Candidates candidates(TableWrites table, io.craton.storage.projection.IndexLayout index) {
        Candidates candidates = table.candidates.computeIfAbsent(index.storage(), id -> new Candidates());
        for (; candidates.logged < log.size(); candidates.logged++) {
            RowWrite row = log.get(candidates.logged);
            if (row.table != table) continue;
            for (Version version = row.newest; version != null; version = version.before) {
                if (version.image == null) continue;
                byte[] parts = index.partsOf(version.image);
                if (parts != null) candidates.entries.put(join(parts, row.key), row.key);
            }
        }
        return candidates;
    }

    private static byte[] join(byte[] left, byte[] right) {
        byte[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}
