package io.craton.storage.txn;

import io.craton.core.error.Invariant;
import io.craton.storage.catalog.SystemTables;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.Schema;
import io.craton.storage.projection.TableLayout;
import io.craton.storage.row.Bytes;
import io.craton.storage.io.TemporaryFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has written and not yet committed: for each row its versions with the commands that made them, newest first, over the committed
 * image they replace. A savepoint is a length of the log of writes. What is too much for memory is in runs, under what is in memory. One thread.
 */
final class WriteSet {
    /** A write without its key and image: objects, and its places in map and log. */
    private static final long ROW_BYTES = 128;

    /** One image made by one command; null image: deleted. */
    static final class Version {
        final byte @Nullable [] image;
        final int command;
        final @Nullable Version before;
        /** It is in a run and in the log, and so is what is before it. */
        final boolean spilled;

        Version(byte @Nullable [] image, int command, @Nullable Version before, boolean spilled) {
            this.image = image;
            this.command = command;
            this.before = before;
            this.spilled = spilled;
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

    /** Writes to one storage: those in memory, and under them those in runs, oldest first. */
    static final class TableWrites {
        final long storage;
        TableLayout layout;
        final RowMap rows = new RowMap();
        /** Index entries that some image of this transaction has or had, by index storage. */
        final Map<Long, Candidates> candidates = new HashMap<>(4);
        /** Runs of row keys. Only the transaction's thread adds and drops; others look for keys. */
        volatile List<SpilledRun> runs = List.of();
        /** At or above every key in a run. */
        private byte[] runsLast = new byte[0];

        TableWrites(long storage, TableLayout layout) {
            this.storage = storage;
            this.layout = layout;
        }

        @Nullable RowWrite find(byte[] key) {
            RowWrite row = rows.get(key);
            return row != null || runs.isEmpty() ? row : spilled(key);
        }

        /** The row as it is in the runs; not kept. */
        @Nullable RowWrite spilled(byte[] key) {
            if (runs.isEmpty() || Arrays.compareUnsigned(key, runsLast) > 0) return null;
            long hash = SortedRun.hash(key);
            Version chain = null;
            for (SpilledRun run : runs) {
                byte[] versions = run.rows.get(key, hash);
                if (versions != null) chain = RowVersions.read(versions, chain);
            }
            if (chain == null) return null;
            RowWrite row = new RowWrite(this, key, null);
            row.newest = chain;
            return row;
        }

        /** Whether a run has this key. Any thread. */
        boolean runsHave(byte[] key) {
            if (runs.isEmpty()) return false;
            long hash = SortedRun.hash(key);
            for (SpilledRun run : runs) if (run.rows.get(key, hash) != null) return true;
            return false;
        }

        /** Whether the row's base is not known, because its first versions are in runs. */
        static boolean baseless(RowWrite row) {
            Version first = row.newest;
            while (first != null && first.before != null) first = first.before;
            return first != null && first.spilled;
        }

        /** Rows in key order. */
        OwnRows rows(byte @Nullable [] from, byte @Nullable [] to, boolean reverse) {
            return new OwnRows(this, from, to, reverse);
        }

        private void runsChanged(List<SpilledRun> changed) {
            byte[] last = new byte[0];
            for (SpilledRun run : changed) if (Arrays.compareUnsigned(run.rows.lastKey(), last) > 0) last = run.rows.lastKey();
            runsLast = last;
            runs = changed;
        }
    }

    /** A run of one table's rows, which holds what was written from one mark to another; and runs of their index entries, made when they are needed. */
    static final class SpilledRun {
        final SortedRun rows;
        final int rowCount;
        final int from;
        final int to;
        final Map<Long, SortedRun> entries = new ConcurrentHashMap<>(2);

        SpilledRun(SortedRun rows, int rowCount, int from, int to) {
            this.rows = rows;
            this.rowCount = rowCount;
            this.from = from;
            this.to = to;
        }
    }

    /** Entries of one index, parts and row key to the row key, complete for the first {@code logged} writes in memory. */
    static final class Candidates {
        final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
        int logged;
    }

    private final Map<Long, TableWrites> tables = new HashMap<>(4);
    private @Nullable TableWrites last;
    private final List<RowWrite> log = new ArrayList<>();
    /** Of the runs; made for the first one. */
    private volatile @Nullable SpillFile file;
    private volatile Map<Long, TableWrites> spilledTables = Map.of();
    /** Writes that are in runs; the log has those after them. */
    private int spilled;
    private long bytes;

    boolean isEmpty() {
        return log.isEmpty() && spilled == 0;
    }

    int mark() {
        return spilled + log.size();
    }

    /** Writes below this mark are in runs. */
    int spilledMark() {
        return spilled;
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

    /** The table if it has runs. Any thread. */
    @Nullable TableWrites spilledTable(long storage) {
        return spilledTables.get(storage);
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
            bytes += 16;
        }
        writes.layout = layout;
        return writes;
    }

    @Nullable RowWrite find(long storage, byte[] key) {
        TableWrites writes = table(storage);
        return writes == null ? null : writes.find(key);
    }

    /** Adds a version on top of the row's others. {@code base} counts for the first one. */
    void put(TableWrites table, byte[] key, byte @Nullable [] base, byte @Nullable [] image, int command) {
        RowWrite row = table.rows.get(key);
        if (row == null) {
            row = table.spilled(key);
            if (row == null) row = new RowWrite(table, key, base);
            table.rows.add(row);
        }
        row.newest = new Version(image, command, row.newest, false);
        log.add(row);
        bytes += key.length + (image == null ? 0 : image.length) + 16;
    }

    /** Every written row, table by table in key order; those whose storage the schema no longer has are left out. */
    void each(Schema schema, Consumer<RowWrite> consumer) {
        for (TableWrites table : tables.values()) {
            var now = SystemTables.has(table.layout.table()) ? table.layout.table() : schema.catalog().table(table.layout.table().oid());
            if (now == null || now.storageId() != table.storage) continue;
            table.rows.forEach(consumer);
        }
    }

    /** Forgets what was written to a storage. No savepoint may be used any more. */
    void discard(long storage) {
        tables.remove(storage);
        last = null;
    }

    /** At most so many bytes are needed to log what is in memory. */
    long bytes() {
        return bytes;
    }

    /** Bytes of the heap that is taken by what is in memory, about. */
    long memory() {
        return bytes + ROW_BYTES * log.size();
    }

    void rollbackTo(int mark) {
        while (mark() > mark && !log.isEmpty()) {
            RowWrite row = log.removeLast();
            Version newest = java.util.Objects.requireNonNull(row.newest);
            row.newest = newest.before;
            if (row.newest == null || row.newest.spilled) row.table.rows.remove(row);
        }
        int left = log.size();
        for (TableWrites table : tables.values()) {
            for (Candidates candidates : table.candidates.values()) candidates.logged = Math.min(candidates.logged, left);
        }
        if (mark >= spilled) return;
        for (TableWrites table : tables.values()) {
            List<SpilledRun> kept = table.runs.stream().filter(run -> run.from < mark).toList();
            for (SpilledRun run : kept) Invariant.check(run.to <= mark, "runs end where savepoints are");
            table.runsChanged(kept);
        }
        spilled = mark;
    }

    SpillFile file(TemporaryFolder folder) {
        SpillFile made = file;
        if (made == null) file = made = SpillFile.create(folder);
        return made;
    }

    /** The runs are read no more. */
    void close() {
        SpillFile open = file;
        if (open != null) open.close();
    }

    /** What is in memory is in these runs now. */
    void spilled(Map<TableWrites, List<SpilledRun>> runs) {
        runs.forEach((table, more) -> {
            List<SpilledRun> all = new ArrayList<>(table.runs);
            all.addAll(more);
            table.runsChanged(List.copyOf(all));
        });
        Map<Long, TableWrites> withRuns = new HashMap<>(spilledTables);
        for (TableWrites table : tables.values()) {
            if (!table.runs.isEmpty()) withRuns.put(table.storage, table);
            table.rows.clear();
            table.candidates.clear();
        }
        spilledTables = Map.copyOf(withRuns);
        spilled += log.size();
        log.clear();
        bytes = 0;
    }

    /** Writes from one mark to another that are in memory, in order, with the version that each made. */
    void eachLogged(int from, BiConsumer<RowWrite, Version> consumer) {
        Map<RowWrite, Version> cursors = new IdentityHashMap<>();
        Version[] versions = new Version[log.size()];
        for (int i = log.size() - 1; i >= from - spilled; i--) {
            RowWrite row = log.get(i);
            Version version = java.util.Objects.requireNonNull(cursors.containsKey(row) ? cursors.get(row) : row.newest);
            versions[i] = version;
            cursors.put(row, version.before);
        }
        for (int i = from - spilled; i < log.size(); i++) consumer.accept(log.get(i), versions[i]);
    }

    // ---- index entries -------------------------------------------------------------------------------------------

    /** Entries in [from, to) of an index that images of this transaction have or had. Whoever reads them checks the row. */
    OwnEntries entries(TableWrites table, IndexLayout index, byte @Nullable [] from, byte @Nullable [] to, boolean reverse) {
        return new OwnEntries(this, table, index, from, to, reverse);
    }

    /** Keys of rows of which some image has, or had, these parts. */
    List<byte[]> withParts(TableWrites table, IndexLayout index, byte[] parts) {
        List<byte[]> keys = new ArrayList<>(1);
        byte[] end = Bytes.successor(parts);
        SortedEntries<byte[]> entries = new SortedEntries<>(candidates(table, index).entries, parts, end, false);
        while (entries.hasNext()) keys.add(entries.next().getValue());
        if (table.runs.isEmpty()) return keys;
        long hash = SortedRun.hash(parts);
        for (SpilledRun run : table.runs) {
            SortedRun spilledEntries = entries(run, index);
            if (!spilledEntries.mayHave(hash)) continue;
            SortedRun.Cursor cursor = spilledEntries.new Cursor(parts, end, false);
            while (cursor.next()) keys.add(cursor.value());
        }
        return keys;
    }

    /** Entries of one index that a run's images have. Any thread. */
    SortedRun entries(SpilledRun run, IndexLayout index) {
        return run.entries.computeIfAbsent(index.storage(), storage -> makeEntries(run, index));
    }

    private SortedRun makeEntries(SpilledRun run, IndexLayout index) {
        record Entry(byte[] parts, byte[] rowKey) {}
        TreeMap<byte[], Entry> sorted = new TreeMap<>(Arrays::compareUnsigned);
        SortedRun.Cursor rows = run.rows.new Cursor(null, null, false);
        while (rows.next()) {
            for (Version version = RowVersions.read(rows.value(), null); version != null; version = version.before) {
                byte[] parts = version.image == null ? null : index.partsOf(version.image);
                if (parts != null) sorted.put(join(parts, rows.key()), new Entry(parts, rows.key()));
            }
        }
        SortedRun.Builder builder = new SortedRun.Builder(java.util.Objects.requireNonNull(file), sorted.size());
        sorted.forEach((key, entry) -> builder.add(key, entry.rowKey, entry.rowKey.length, SortedRun.hash(entry.parts)));
        return builder.finish();
    }

    /** The candidates of an index in memory, brought up to date. Entries of rolled back images stay. */
    Candidates candidates(TableWrites table, IndexLayout index) {
        Candidates candidates = table.candidates.computeIfAbsent(index.storage(), id -> new Candidates());
        for (; candidates.logged < log.size(); candidates.logged++) {
            RowWrite row = log.get(candidates.logged);
            if (row.table != table) continue;
            for (Version version = row.newest; version != null && !version.spilled; version = version.before) {
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
