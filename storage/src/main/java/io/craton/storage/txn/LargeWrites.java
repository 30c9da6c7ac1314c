package io.craton.storage.txn;

import io.craton.core.type.ByteWriter;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.Schema;
import io.craton.storage.projection.TableLayout;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.Stretch.RowPart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The part of a transaction that is logged ahead of its end, because it is too much for memory: what the write set holds goes to the log in chunks and to
 * runs in a file, from which the transaction goes on reading it. Its row locks are given up then; the runs say which rows they were, and whoever wants one of
 * them waits for the transaction itself. The transaction's thread, but for {@link #holdsRow} and {@link #holdsKey}.
 */
final class LargeWrites {
    /** One stretch of writes that rolls back as a whole; what the log was told of the catalog by its end. */
    private record Part(int from, int to, int firstChunk, List<CatalogChange> changes) {}

    /** A place in a transaction: so many writes and so many changes of the catalog are in front of it. */
    record Point(int writes, int changes) {}

    /** The catalog as the transaction has it at a point: by the changes that are logged, and as a whole. */
    record View(List<CatalogChange> changes, Schema schema) {}

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

    LargeWrites(TransactionManager manager, WriteSet writes, LockOwner owner, TransactionLocks locks, long transaction, Home home, long term, Keeper keeper) {
        this.manager = manager;
        this.writes = writes;
        this.owner = owner;
        this.locks = locks;
        lockKey = Bytes.mix(transaction ^ 0x7472616e73616374L);
        this.chunks = new ChunkStream(manager, transaction, home, term);
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
        List<Stretch> stretches = Stretch.of(writes, savepoints.stream().map(Point::writes).toList());
        if (stretches.isEmpty()) return false;
        Map<WriteSet.TableWrites, List<WriteSet.SpilledRun>> runs = new LinkedHashMap<>();
        for (Stretch stretch : stretches) {
            boolean droppable = parts.isEmpty() || stretch.from() > first || savepoints.stream().anyMatch(point -> point.writes == stretch.from());
            int changesThen = savepoints.stream().filter(point -> point.writes == stretch.to() && stretch.to() < writes.mark()).mapToInt(Point::changes)
                    .findFirst().orElse(changes);
            send(stretch, changesThen, droppable, runs);
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

    /**
     * Logs a stretch under the catalog at its end. A storage that its table has left by then, for a new one, is not logged: only going back behind the stretch could
     * make it count again. It is kept to be read: the rewrite itself may be what is going on.
     */
    private void send(Stretch stretch, int changes, boolean startsPart, Map<WriteSet.TableWrites, List<WriteSet.SpilledRun>> runs) {
        SpillFile file = writes.file(manager.limits.folder());
        View view = keeper.view(changes);
        EntryWriter chunk = chunks.operations(startsPart, view.changes.equals(changesSent()) ? List.of() : view.changes);
        parts.add(new Part(stretch.from(), stretch.to(), chunks.count(), view.changes));
        ByteWriter versions = new ByteWriter(256);
        stretch.tables().forEach((table, rows) -> {
            TableLayout layout = view.schema.byStorage(table.storage);
            Taken taken = layout == null ? null : new Taken(layout, rows);
            SortedRun.Builder builder = new SortedRun.Builder(file, rows.size());
            for (RowPart part : rows) {
                if (taken != null) {
                    int before = chunk.size();
                    log(taken, part, chunk);
                    if (chunks.overflowed(before)) log(taken, part, chunk);
                }
                Stretch.add(part, builder, versions);
                noteLocks(table, part);
            }
            runs.computeIfAbsent(table, each -> new ArrayList<>()).add(new WriteSet.SpilledRun(builder.finish(), rows.size(), stretch.from(), stretch.to()));
        });
        chunks.send();
    }

    /** What the log was told of the catalog last. */
    private List<CatalogChange> changesSent() {
        return parts.isEmpty() ? List.of() : parts.getLast().changes;
    }

    private void noteLocks(WriteSet.TableWrites table, RowPart part) {
        spilledKeys.add(TransactionLocks.rowHash(table.storage, part.row().key));
        List<IndexLayout> indexes = table.layout.indexes();
        for (int i = 0; i < indexes.size(); i++) {
            IndexLayout index = indexes.get(i);
            if (!index.def().unique()) continue;
            for (WriteSet.Version version = part.newest(); version != null && version != part.before(); version = version.before) {
                byte[] parts = version.image == null ? null : index.partsOf(version.image);
                if (parts != null && index.exclusive(parts)) spilledKeys.add(TransactionLocks.uniqueHash(index, parts));
            }
        }
    }

    private static void log(Taken taken, RowPart part, EntryWriter chunk) {
        byte[] key = part.row().key;
        byte[] image = part.newest().image;
        WriteSet.Version before = part.before();
        if (before == null) {
            put(chunk, part.row(), image);
            return;
        }
        byte[] old = before.image;
        if (image == null && old == null) return;
        long kept = old == null ? 0 : taken.kept(old, image);
        if (image != null) chunk.putOwn(part.row().table.storage, key, kept, old, image);
        else chunk.deleteOwn(part.row().table.storage, key, kept, java.util.Objects.requireNonNull(old));
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
                byte[] image = part.newest().image;
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

    /** What was spilled is worked out on this node when it returns, and what is committed is in its files. */
    void settle() {
        chunks.settle();
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
