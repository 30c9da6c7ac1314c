package io.craton.storage.txn;

import io.craton.core.type.ByteWriter;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.Schema;
import io.craton.storage.projection.TableLayout;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The part of a transaction that is logged ahead of its end, because it is too much for memory: what the write set holds goes to the log in chunks and to
 * runs in a file, from which the transaction goes on reading it. Its row locks are given up then; the runs say which rows they were, and whoever wants one of
 * them waits for the transaction itself. The transaction's thread, but for {@link #holdsRow} and {@link #holdsKey}.
 */
final class LargeWrites {
    /** More open savepoints than this in what is to be spilled, and it stays in memory. */
    private static final int PARTS_MAX = 64;

    /** One stretch of writes that rolls back as a whole; what the log was told of the catalog by its end. */
    private record Part(int from, int to, int firstChunk, List<CatalogChange> changes) {}

    /** A place in a transaction: so many writes and so many changes of the catalog are in front of it. */
    record Point(int writes, int changes) {}

    /** The catalog as the transaction has it at a point: by the changes that are logged, and as a whole. */
    record View(List<CatalogChange> changes, Schema schema) {}

    /** One row's versions in a stretch: from the newest one down to what was there before, which is left out. */
    private record RowPart(WriteSet.RowWrite row, WriteSet.Version newest, WriteSet.@Nullable Version before) {}

    private final TransactionManager manager;
    private final WriteSet writes;
    private final ChunkStream chunks;
    private final Keeper keeper;
    private final LockOwner owner;
    private final TransactionLocks locks;
    private final long lockKey;
    /** Held for writing when the runs go, so that nobody else reads them then. */
    private final ReentrantReadWriteLock reading = new ReentrantReadWriteLock();
    private boolean closed;
    /** Hashes of what the present spill makes the locks of needless. */
    private final LongSet spilledKeys = new LongSet();
    private final List<Part> parts = new ArrayList<>();

    /** Knows what the transaction has changed in the catalog. */
    interface Keeper {
        View view(int changes);
    }

    LargeWrites(TransactionManager manager, WriteSet writes, LockOwner owner, TransactionLocks locks, long transaction, long term, Keeper keeper) {
        this.manager = manager;
        this.writes = writes;
        this.owner = owner;
        this.locks = locks;
        lockKey = Bytes.mix(transaction ^ 0x7472616e73616374L);
        this.chunks = new ChunkStream(manager, transaction, term);
        this.keeper = keeper;
    }

    /**
     * Moves what is in memory to the log and to runs; false when there are too many savepoints to tell apart.
     *
     * @param savepoints points that may be rolled back to, rising
     * @param changes of the catalog by now
     * @param lockMark of the locks, at the newest savepoint
     */
    boolean spill(List<Point> savepoints, int changes, int lockMark) {
        int first = writes.spilledMark();
        List<Point> ends = new ArrayList<>();
        for (Point point : savepoints) {
            if (point.writes > (ends.isEmpty() ? first : ends.getLast().writes) && point.writes < writes.mark()) ends.add(point);
        }
        ends.add(new Point(writes.mark(), changes));
        if (ends.size() > PARTS_MAX) return false;
        Map<WriteSet.TableWrites, List<WriteSet.SpilledRun>> runs = new LinkedHashMap<>();
        int from = first;
        for (Point end : ends) {
            int start = from;
            boolean droppable = parts.isEmpty() || start > first || savepoints.stream().anyMatch(point -> point.writes == start);
            send(start, end, ends.size() == 1 ? whole() : stretch(start, end.writes), droppable, runs);
            from = end.writes;
        }
        writes.spilled(runs);
        if (!manager.large.contains(this)) {
            locks.lockTransaction(lockKey);
            manager.large.add(this);
        }
        locks.giveUp(lockMark, spilledKeys);
        spilledKeys.clear();
        return true;
    }

    /** The transaction has ended: its rows are committed and can be read, or given up. Its other locks go after this. */
    void close() {
        if (manager.large.remove(this)) locks.unlockTransaction(lockKey);
        reading.writeLock().lock();
        try {
            closed = true;
            writes.close();
        } finally {
            reading.writeLock().unlock();
        }
    }

    /** Everything in memory, table by table. */
    private Map<WriteSet.TableWrites, Collection<RowPart>> whole() {
        Map<WriteSet.TableWrites, Collection<RowPart>> tables = sortedTables();
        for (WriteSet.TableWrites table : writes.tables()) {
            if (table.rows.isEmpty()) continue;
            List<RowPart> all = new ArrayList<>(table.rows.size());
            table.rows.forEach(row -> {
                WriteSet.Version before = row.newest;
                while (before != null && !before.spilled) before = before.before;
                all.add(new RowPart(row, java.util.Objects.requireNonNull(row.newest), before));
            });
            tables.put(table, all);
        }
        return tables;
    }

    private static Map<WriteSet.TableWrites, Collection<RowPart>> sortedTables() {
        return new TreeMap<>((left, right) -> Long.compare(left.storage, right.storage));
    }

    private Map<WriteSet.TableWrites, Collection<RowPart>> stretch(int from, int to) {
        Map<WriteSet.TableWrites, TreeMap<byte[], RowPart>> found = new LinkedHashMap<>();
        int[] at = {from};
        writes.eachLogged(from, (row, version) -> {
            if (at[0]++ >= to) return;
            found.computeIfAbsent(row.table, table -> new TreeMap<>(java.util.Arrays::compareUnsigned)).merge(row.key, new RowPart(row, version, version.before),
                    (first, later) -> new RowPart(row, later.newest, first.before));
        });
        Map<WriteSet.TableWrites, Collection<RowPart>> tables = sortedTables();
        found.forEach((table, rows) -> tables.put(table, rows.values()));
        return tables;
    }

    /**
     * Logs a stretch under the catalog at its end. A storage that its table has left by then, for a new one, is not logged: only going back behind the stretch could
     * make it count again. It is kept to be read: the rewrite itself may be what is going on.
     */
    private void send(int from, Point end, Map<WriteSet.TableWrites, Collection<RowPart>> tables, boolean startsPart,
            Map<WriteSet.TableWrites, List<WriteSet.SpilledRun>> runs) {
        SpillFile file = writes.file(manager.limits.folder());
        View view = keeper.view(end.changes);
        EntryWriter chunk = chunks.operations(startsPart, view.changes.equals(changesSent()) ? List.of() : view.changes);
        parts.add(new Part(from, end.writes, chunks.count(), view.changes));
        ByteWriter versions = new ByteWriter(256);
        tables.forEach((table, rows) -> {
            TableLayout layout = view.schema.byStorage(table.storage);
            Taken taken = layout == null ? null : new Taken(layout, rows);
            SortedRun.Builder builder = new SortedRun.Builder(file, rows.size());
            int count = 0;
            for (RowPart part : rows) {
                if (taken != null) {
                    log(taken, part, chunk);
                    chunks.added();
                }
                versions.clear();
                RowVersions.write(part.newest, part.before, versions);
                builder.add(part.row.key, versions.array(), versions.size(), SortedRun.hash(part.row.key));
                noteLocks(table, part);
                count++;
            }
            runs.computeIfAbsent(table, each -> new ArrayList<>()).add(new WriteSet.SpilledRun(builder.finish(), count, from, end.writes));
        });
        chunks.send();
    }

    /** What the log was told of the catalog last. */
    private List<CatalogChange> changesSent() {
        return parts.isEmpty() ? List.of() : parts.getLast().changes;
    }

    private void noteLocks(WriteSet.TableWrites table, RowPart part) {
        spilledKeys.add(TransactionLocks.rowHash(table.storage, part.row.key));
        List<IndexLayout> indexes = table.layout.indexes();
        for (int i = 0; i < indexes.size(); i++) {
            IndexLayout index = indexes.get(i);
            if (!index.def().unique()) continue;
            for (WriteSet.Version version = part.newest; version != null && version != part.before; version = version.before) {
                byte[] parts = version.image == null ? null : index.partsOf(version.image);
                if (parts != null && index.exclusive(parts)) spilledKeys.add(TransactionLocks.uniqueHash(index, parts));
            }
        }
    }

    private static void log(Taken taken, RowPart part, EntryWriter chunk) {
        byte[] key = part.row.key;
        byte[] image = part.newest.image;
        WriteSet.Version before = part.before;
        if (before == null) {
            put(chunk, part.row, image);
            return;
        }
        byte[] old = before.image;
        if (image == null && old == null) return;
        long kept = old == null ? 0 : taken.kept(old, image);
        if (image != null) chunk.putOwn(part.row.table.storage, key, kept, old, image);
        else chunk.deleteOwn(part.row.table.storage, key, kept, java.util.Objects.requireNonNull(old));
    }

    /** Logs the only operation on a row, over its committed base. */
    static void put(EntryWriter entry, WriteSet.RowWrite row, byte @Nullable [] image) {
        long replaced = row.base == null ? 0 : RowCodec.version(row.base);
        if (image != null) entry.put(row.table.storage, row.key, replaced, image);
        else if (row.base != null) entry.delete(row.table.storage, row.key, replaced);
    }

    /** Unique keys that rows of one table have at the end of a stretch, by their hashes; worked out where a row gives one up that it had before the stretch. */
    private static final class Taken {
        private final List<IndexLayout> indexes;
        private final Collection<RowPart> rows;
        private final @Nullable LongSet[] keys;

        Taken(TableLayout layout, Collection<RowPart> rows) {
            indexes = layout.indexes();
            this.rows = rows;
            keys = new LongSet[indexes.size()];
        }

        /** Bits of the indexes in which another row of the stretch has taken over the entry of the replaced image. */
        long kept(byte[] old, byte @Nullable [] image) {
            long kept = 0;
            for (int i = 0; i < indexes.size() && i < 64; i++) {
                IndexLayout index = indexes.get(i);
                byte[] parts = index.partsOf(old);
                if (parts == null || !index.exclusive(parts)) continue;
                if (image != null && java.util.Arrays.equals(parts, index.partsOf(image))) continue;
                if (keys(i).contains(SortedRun.hash(parts))) kept |= 1L << i;
            }
            return kept;
        }

        private LongSet keys(int i) {
            LongSet made = keys[i];
            if (made != null) return made;
            made = new LongSet();
            IndexLayout index = indexes.get(i);
            for (RowPart part : rows) {
                byte[] image = part.newest.image;
                byte[] parts = image == null ? null : index.partsOf(image);
                if (parts != null && index.exclusive(parts)) made.add(SortedRun.hash(parts));
            }
            keys[i] = made;
            return made;
        }
    }

    /** After the write set was rolled back to a mark at or below what is spilled. */
    void rolledBackTo(int mark) {
        int from = -1;
        while (!parts.isEmpty() && parts.getLast().from >= mark && parts.getLast().to > mark) from = parts.removeLast().firstChunk;
        if (from >= 0) chunks.drop(from);
    }

    /** Everything is in the log when it returns; answers the number of chunks. */
    int finish() {
        chunks.finish();
        return chunks.count();
    }

    /** The end will not come. */
    void drop() {
        chunks.drop(0);
    }

    // ---- any thread ----------------------------------------------------------------------------------------------

    /** Whether this transaction has written the row, and given up its lock. */
    boolean holdsRow(long storage, byte[] key) {
        reading.readLock().lock();
        try {
            WriteSet.TableWrites table = closed ? null : writes.spilledTable(storage);
            return table != null && table.runsHave(key);
        } finally {
            reading.readLock().unlock();
        }
    }

    /** Whether some image this transaction has written has, or had, these parts under the index. */
    boolean holdsKey(long storage, IndexLayout index, byte[] parts) {
        reading.readLock().lock();
        try {
            WriteSet.TableWrites table = closed ? null : writes.spilledTable(storage);
            if (table == null) return false;
            long hash = SortedRun.hash(parts);
            for (WriteSet.SpilledRun run : table.runs) if (writes.entries(run, index).mayHave(hash)) return true;
            return false;
        } finally {
            reading.readLock().unlock();
        }
    }

    LockOwner owner() {
        return owner;
    }

    /** Held in the table of row locks until the end. */
    long lockKey() {
        return lockKey;
    }
}
