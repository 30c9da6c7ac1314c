package io.craton.storage.projection;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.KeyCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index that its catalog calls invalid, made beside the applier, which goes on meanwhile: first of the rows as they were when it was declared, then round after
 * round of those that have changed since. When an entry says that the index is valid, the applier does the last round. Every replica does this for itself; one that
 * has not, for it was restarted in between, makes the index when that entry comes.
 *
 * <ul>
 *   <li>{@code working} is held by who writes entries: the build's own thread, the session that waits for it, the applier at the end.
 *   <li>The entries are those of the rows at {@code upTo}; {@code changed} has every row that is another one at the newest position, with that position.
 * </ul>
 */
public final class OnlineIndex implements RowWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(OnlineIndex.class);
    private static final int BATCH_BYTES = 256 << 10;
    private static final long PAUSE_MILLIS = 20;
    /** Nobody has asked for it for so long: what it was made for has failed somewhere. */
    private static final long FORSAKEN_NANOS = TimeUnit.MINUTES.toNanos(30);
    private static final int CHANGED_MAX = 2_000_000;

    /** How far it is, for people. */
    public enum Phase { SCANNING, CATCHING_UP, ENDED }

    private final TenantProjection projection;
    private final Path folder;
    private final TableLayout table;
    private final IndexLayout index;
    private final long declared;
    private final long rowsExpected;
    private final ReentrantLock working = new ReentrantLock();
    private final ReentrantLock noting = new ReentrantLock();
    private final Condition progress = noting.newCondition();
    private Map<byte[], Long> changed = new TreeMap<>(Arrays::compareUnsigned);
    /** Rows have changed at this position that nobody has named. */
    private long lost = -1;
    private volatile long upTo = -1;
    private volatile @Nullable IndexLoad loading;
    private volatile Phase phase = Phase.SCANNING;
    private volatile long askedNanos = System.nanoTime();
    private volatile boolean stopped;
    private volatile @Nullable RuntimeException failure;
    private volatile byte @Nullable [] duplicate;
    private final Thread thread;

    /** @param declared position of the entry that declared it; changes from there on are told to it */
    OnlineIndex(TenantProjection projection, Path folder, IndexDef def, TableDef table, Schema schema, long declared) {
        Catalog catalog = schema.catalog();
        this.projection = projection;
        this.folder = folder;
        this.table = schema.layout(table);
        this.declared = declared;
        index = new IndexLayout(def, KeyCodec.forIndex(def, table, catalog), this.table.rows(), false);
        rowsExpected = projection.rowCount(table.storageId());
        thread = Thread.ofPlatform().daemon().name("craton-index-" + def.name()).unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    long storage() {
        return index.storage();
    }

    long tableStorage() {
        return table.table().storageId();
    }

    // ---- the applier ---------------------------------------------------------------------------------------------

    @Override
    public void changed(byte[] key, byte @Nullable [] row, long position) {
        noting.lock();
        try {
            if (stopped) return;
            changed.put(key, position);
            if (changed.size() > CHANGED_MAX) {
                stopped = true;
                changed.clear();
            }
        } finally {
            noting.unlock();
        }
    }

    @Override
    public void lost(long position) {
        noting.lock();
        try {
            lost = position;
        } finally {
            noting.unlock();
        }
    }

    @Override
    public void dropped() {
        stopped = true;
        wake();
    }

    @Override
    public boolean replaces(RowWatcher other) {
        return false;
    }

    /** The last round: everything up to this position is written. False when the index is to be made from the beginning. */
    boolean finish(long position) {
        working.lock();
        try {
            if (stopped || failure != null) return false;
            if (upTo < 0 || lost > upTo) return false;
            round(position, true);
            return duplicate == null && failure == null;
        } catch (RuntimeException e) {
            LOG.warn("index {} is made again from its beginning", index.def().name(), e);
            return false;
        } finally {
            working.unlock();
        }
    }

    /** Nothing of it works any more when this returns. */
    void stop() {
        stopped = true;
        wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        phase = Phase.ENDED;
        if (interrupted) Thread.currentThread().interrupt();
    }

    // ---- the session that wants it -------------------------------------------------------------------------------

    public Phase phase() {
        return phase;
    }

    /** Rows read in the first pass, and how many there are about. */
    public long rowsRead() {
        IndexLoad load = loading;
        return load == null ? 0 : load.rows();
    }

    public long rowsExpected() {
        return rowsExpected;
    }

    /** Waits a moment for the end of the first pass; true when that is over. */
    public boolean awaitScan(long millis) {
        askedNanos = System.nanoTime();
        noting.lock();
        try {
            if (phase == Phase.SCANNING && thread.isAlive()) progress.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            noting.unlock();
        }
        return phase != Phase.SCANNING || !thread.isAlive();
    }

    /** Follows the rows to the newest position; returns how many had changed. */
    public int catchUp() {
        askedNanos = System.nanoTime();
        working.lock();
        try {
            return upTo < 0 || stopped ? 0 : round(projection.state().position(), false);
        } finally {
            working.unlock();
        }
    }

    /** A row whose key another row has as well, in a unique index: it cannot be made. */
    public byte @Nullable [] duplicate() {
        return duplicate;
    }

    /** Whether the last round may be a short one. */
    public boolean usable() {
        return !stopped && failure == null && duplicate == null;
    }

    // ---- work ----------------------------------------------------------------------------------------------------

    private void work() {
        try {
            awaitDeclaration();
            first();
            while (!stopped && duplicate == null && System.nanoTime() - askedNanos < FORSAKEN_NANOS) {
                working.lock();
                try {
                    round(projection.state().position(), false);
                } finally {
                    working.unlock();
                }
                pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
            LOG.warn("index {} cannot be made beside other work", index.def().name(), e);
        } finally {
            stopped = true;
            RocksEnvironment.deleteFolder(folder);
            phase(Phase.ENDED);
        }
    }

    private void awaitDeclaration() throws InterruptedException {
        noting.lock();
        try {
            while (projection.state().position() < declared && !stopped) progress.await();
        } finally {
            noting.unlock();
        }
    }

    private void pause() throws InterruptedException {
        noting.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
            while (left > 0 && !stopped) left = progress.awaitNanos(left);
        } finally {
            noting.unlock();
        }
    }

    /** A position was published. */
    void published() {
        if (upTo < 0) wake();
    }

    private void wake() {
        noting.lock();
        try {
            progress.signalAll();
        } finally {
            noting.unlock();
        }
    }

    private void phase(Phase next) {
        noting.lock();
        try {
            phase = next;
            progress.signalAll();
        } finally {
            noting.unlock();
        }
    }

    private void first() {
        working.lock();
        try {
            load(declared);
        } finally {
            working.unlock();
        }
        if (!stopped) phase(Phase.CATCHING_UP);
    }

    /** All entries, of the rows at a position. */
    private void load(long position) {
        try (IndexLoad load = new IndexLoad(projection, folder, tableStorage(), index, position, Set.of(), () -> stopped)) {
            loading = load;
            boolean whole = load.run();
            byte[] twice = load.duplicate();
            if (twice == null && !whole) return;
            if (twice == null && index.def().unique() && load.overlaps()) twice = overwritten(load.entries(), position);
            if (twice != null) {
                duplicate = projection.get(tableStorage(), twice, position);
                return;
            }
        }
        upTo = position;
    }

    /** Key of a row whose entry another row's has replaced, or null: files may hold the same key. */
    private byte @Nullable [] overwritten(long entries, long position) {
        byte[] from = StoreKeys.storage(StoreKeys.INDEX, storage());
        long found = 0;
        try (RocksStore.Scan scan = projection.store().scan(from, Bytes.successor(from), null)) {
            for (scan.first(); scan.valid(); scan.next()) found++;
        }
        if (found == entries) return null;
        try (RowSource rows = projection.scan(tableStorage(), null, null, false, position)) {
            while (rows.next()) {
                byte[] parts = index.partsOf(rows.row());
                if (parts == null || !index.exclusive(parts)) continue;
                if (!Arrays.equals(rows.key(), projection.findUnique(index, parts))) return rows.key();
            }
        }
        throw new IllegalStateException(entries + " entries were made, of which " + found + " are there");
    }

    /** Entries of the rows that have changed, as these are at a position; {@code newest}: as they are now, which is that position. */
    private int round(long to, boolean newest) {
        Map<byte[], Long> rows;
        noting.lock();
        try {
            if (lost > upTo) {
                if (lost > to) return 1; // not published yet
                upTo = -1;
                changed.values().removeIf(position -> position <= to);
                rows = null;
            } else {
                rows = changed;
                changed = new TreeMap<>(Arrays::compareUnsigned);
                if (!newest) {
                    rows.forEach((key, position) -> {
                        if (position > to) changed.put(key, position);
                    });
                }
            }
        } finally {
            noting.unlock();
        }
        if (rows == null) {
            clear();
            load(to);
            return 1;
        }
        if (!rows.isEmpty()) follow(rows.keySet(), to, newest);
        upTo = to;
        return rows.size();
    }

    private void clear() {
        WriteBatchBuilder batch = new WriteBatchBuilder(projection.store().cipher());
        byte[] from = StoreKeys.storage(StoreKeys.INDEX, storage());
        batch.deleteRange(from, java.util.Objects.requireNonNull(Bytes.successor(from)));
        projection.store().writeBeside(batch.toBytes());
    }

    /** One row may take over the unique key of another: what goes is removed before anything comes. */
    private void follow(Set<byte[]> keys, long to, boolean newest) {
        WriteBatchBuilder batch = new WriteBatchBuilder(projection.store().cipher());
        List<byte[]> puts = new ArrayList<>();
        for (byte[] key : keys) {
            byte[] old = projection.get(tableStorage(), key, upTo);
            byte[] now = newest ? projection.newest(tableStorage(), key) : projection.get(tableStorage(), key, to);
            byte[] before = old == null ? null : index.partsOf(old);
            byte[] after = now == null ? null : index.partsOf(now);
            if (before != null && after != null && Arrays.equals(before, after)) continue;
            if (before != null) batch.delete(StoreKeys.of(StoreKeys.INDEX, storage(), index.entryKey(before, key)));
            if (after != null) {
                puts.add(after);
                puts.add(key);
            }
            if (batch.size() > BATCH_BYTES) {
                projection.store().writeBeside(batch.toBytes());
                batch.clear();
            }
        }
        if (!batch.isEmpty()) projection.store().writeBeside(batch.toBytes());
        batch.clear();
        Set<java.nio.ByteBuffer> taken = new HashSet<>(0);
        for (int i = 0; i < puts.size(); i += 2) {
            byte[] parts = puts.get(i);
            byte[] key = puts.get(i + 1);
            if (index.exclusive(parts) && (!taken.add(java.nio.ByteBuffer.wrap(parts)) || heldByAnother(parts, key))) {
                duplicate = newest ? projection.newest(tableStorage(), key) : projection.get(tableStorage(), key, to);
                return;
            }
            batch.put(StoreKeys.of(StoreKeys.INDEX, storage(), index.entryKey(parts, key)), index.entryValue(parts, key));
            if (batch.size() > BATCH_BYTES) {
                projection.store().writeBeside(batch.toBytes());
                batch.clear();
            }
        }
        if (!batch.isEmpty()) projection.store().writeBeside(batch.toBytes());
    }

    private boolean heldByAnother(byte[] parts, byte[] key) {
        byte[] holder = projection.findUnique(index, parts);
        return holder != null && !Arrays.equals(holder, key);
    }
}
