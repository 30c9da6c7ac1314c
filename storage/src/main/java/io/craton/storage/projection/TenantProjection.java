package io.craton.storage.projection;

import io.craton.core.audit.AuditRecord;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.HighestIds;
import io.craton.storage.encryption.TenantKeys;
import io.craton.storage.entry.AuditCodec;
import io.craton.storage.entry.CatalogCodec;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the log adds up to for one tenant: newest rows, index entries, history, catalog, counts, sequences, in one RocksDB. Reads at any position from any
 * thread; writes through {@link ProjectionRun} by the applier alone.
 *
 * <ul>
 *   <li>{@code state} is published when the batch that made it is written and the row cache updated: every version at or below its position is readable.
 *   <li>{@code writing} is the last position of the newest batch that was begun: when it is at or below a snapshot, the newest state is the snapshot's.
 * </ul>
 */
public final class TenantProjection implements AutoCloseable {
    private final int tenant;
    private final RocksStore store;
    private final RowCache cache;
    private final KeyFilters filters;
    private final ConcurrentHashMap<Long, Long> counts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, AtomicLong> rowIds = new ConcurrentHashMap<>();
    /** Keys at or above every key of a storage. */
    private final ConcurrentHashMap<Long, byte[]> highestKeys = new ConcurrentHashMap<>();
    /** Position of the last change of each storage since the start, set before the change is written. */
    private final ConcurrentHashMap<Long, Long> changed = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, RowWatcher> watchers = new ConcurrentHashMap<>();
    private final OnlineBuilds onlineBuilds = new OnlineBuilds(this);
    private final KeptPast kept;
    /** Of the system tenant: databases that there are or were, by their numbers, but for those that older versions of the node dropped. */
    private final ConcurrentHashMap<Integer, Creation> databases = new ConcurrentHashMap<>();
    private final long openPosition;
    private volatile Stays stays;
    private final SchemaHistory schemas;
    /** The applier's. */
    private volatile HighestIds highestIds = HighestIds.NONE;
    private volatile LatePositions latePositions;
    private final CacheNames cacheNames = new CacheNames();
    private volatile TenantState state;
    /** The schema of the newest batch that was begun: what it drops may be gone before {@code state} says so. */
    private volatile Schema upcoming;
    private volatile long writing;
    private volatile long removing;
    private long timestampMicros;
    private volatile long lastTransaction;
    /** Held when {@code state} is replaced by one that was made of it, where two threads do that; null where only the applier does. */
    private volatile @Nullable ReentrantLock publishing;

    private TenantProjection(int tenant, RocksStore store, RowCache cache, List<CatalogObject> birth, AtomicLong filterBytes, int firstGroup) {
        this.tenant = tenant;
        this.store = store;
        byte[] moved = store.get(StoreKeys.STAYS);
        stays = moved == null ? Stays.in(firstGroup) : Stays.fromBytes(moved);
        this.cache = cache;
        filters = new KeyFilters(store, filterBytes);
        long position = 0;
        latePositions = LatePositions.NONE;
        byte[] applied = store.get(StoreKeys.APPLIED);
        List<CatalogChange> objects = new ArrayList<>();
        if (applied != null) {
            position = Bytes.getLong(applied, 0);
            timestampMicros = Bytes.getLong(applied, 8);
            lastTransaction = Bytes.getLong(applied, 16);
            each(StoreKeys.CATALOG, (key, value) -> objects.add(new CatalogChange.Put(CatalogCodec.fromBytes(value))));
            each(StoreKeys.COUNT, (key, value) -> counts.put(Bytes.getLong(key, 1), Bytes.getLong(value, 0)));
            each(StoreKeys.LATE, (key, value) -> latePositions = latePositions.with(Bytes.getLong(key, 1), Bytes.getLong(value, 0)));
        } else {
            for (CatalogObject object : birth) objects.add(new CatalogChange.Put(object));
        }
        openPosition = position;
        writing = position;
        removing = position;
        state = new TenantState(position, new Schema(Catalog.EMPTY.with(objects), null));
        upcoming = state.schema();
        byte[] highest = store.get(StoreKeys.HIGHEST);
        if (highest != null) highestIds = new HighestIds(Bytes.getInt(highest, 0), Bytes.getLong(highest, 4));
        schemas = new SchemaHistory(this, birth);
        kept = new KeptPast(this);
        each(StoreKeys.DATABASE, (key, value) -> databases.put(Bytes.getInt(key, 1), Creation.fromBytes(value)));
        each(StoreKeys.KEPT, (key, value) -> kept.found(Bytes.getLong(key, 1), Bytes.getLong(value, 0)));
        onlineBuilds.forgetUnfinished();
    }

    /**
     * Opens the tenant's folder.
     *
     * @param birth      the catalog of a tenant that has none yet
     * @param keys       null where values are not encrypted
     * @param firstGroup the raft group in which it was made
     */
    public static TenantProjection open(int tenant, Path folder, RocksEnvironment environment, RowCache cache, List<CatalogObject> birth,
            @Nullable TenantKeys keys, int firstGroup) {
        TenantProjection projection = new TenantProjection(tenant, environment.open(folder, keys), cache, birth, environment.filterBytes(), firstGroup);
        if (projection.store.get(StoreKeys.APPLIED) == null) projection.writeBirth(birth);
        else if (projection.store.get(StoreKeys.SCHEMA_SINCE) == null) projection.writeSince();
        return projection;
    }

    /** A projection of nothing in the log, for rows that do not outlive the process: the folder is emptied first. */
    static TenantProjection scratch(int tenant, Path folder, RocksEnvironment environment, RowCache cache, @Nullable TenantKeys keys) {
        return new TenantProjection(tenant, environment.open(folder, keys), cache, List.of(), new AtomicLong(-1), 0);
    }

    /** Before the tenant's first entry, so before its first data key; every tenant has the same. */
    private void writeBirth(List<CatalogObject> birth) {
        WriteBatchBuilder batch = new WriteBatchBuilder(store.cipher());
        boolean sealed = store.cipher() != null;
        for (CatalogObject object : birth) {
            byte[] value = CatalogCodec.toBytes(object);
            batch.putRaw(StoreKeys.catalog(CatalogCodec.kind(object), object.oid()), sealed ? ValueCipher.unsealed(value) : value);
        }
        batch.put(StoreKeys.APPLIED, new byte[24]);
        batch.put(StoreKeys.SCHEMA_SINCE, new byte[8]);
        store.write(batch.toBytes());
    }

    /** An older version wrote this folder: what it knows of the past begins here. */
    private void writeSince() {
        byte[] since = new byte[8];
        Bytes.setLong(since, 0, openPosition);
        WriteBatchBuilder batch = new WriteBatchBuilder(store.cipher());
        batch.put(StoreKeys.SCHEMA_SINCE, since);
        store.write(batch.toBytes());
    }

    private interface Visitor {
        void visit(byte[] key, byte[] value);
    }

    private void each(byte kind, Visitor visitor) {
        byte[] from = {kind};
        try (RocksStore.Scan scan = store.scan(from, Bytes.successor(from), null)) {
            for (scan.first(); scan.valid(); scan.next()) visitor.visit(scan.key(), scan.value());
        }
    }

    /** Audit records with their positions, in order: only the system tenant has any. */
    public void audits(ObjLongConsumer<AuditRecord> out) {
        each(StoreKeys.AUDIT, (key, value) -> out.accept(AuditCodec.fromBytes(value), Bytes.getLong(key, 1)));
    }

    /** Of the system tenant: position in another group's log up to which it has the audit records of that. */
    public long auditsTold(int group) {
        byte[] told = store.get(StoreKeys.told(group));
        return told == null ? 0 : Bytes.getLong(told, 0);
    }

    public int tenant() {
        return tenant;
    }

    public TenantState state() {
        return state;
    }

    /** Of the system tenant: numbers of databases that there are or were, but for those that older versions of the node dropped. */
    public Set<Integer> databasesMade() {
        return Set.copyOf(databases.keySet());
    }

    /** Of the system tenant: the entry that made the database of this number. Any thread. */
    public Creation creation(int number) {
        return databases.getOrDefault(number, Creation.NONE);
    }

    void creation(int number, Creation creation) {
        databases.put(number, creation);
    }

    /** Of all objects that there ever were. */
    public HighestIds highestIds() {
        return highestIds;
    }

    void highestIds(HighestIds ids) {
        highestIds = ids;
    }

    /** Schemas of past positions. */
    public SchemaHistory schemas() {
        return schemas;
    }

    /** Which groups' logs have its entries. */
    public Stays stays() {
        return stays;
    }

    void stays(Stays next) {
        stays = next;
    }

    /** The schema of {@link #state}, or the next one from before anything is removed for it. */
    public Schema upcoming() {
        return upcoming;
    }

    void upcoming(Schema next) {
        upcoming = next;
    }

    /** Commit timestamp of the newest applied entry. Applier only. */
    public long timestampMicros() {
        return timestampMicros;
    }

    /** Highest transaction id applied. */
    public long lastTransaction() {
        return lastTransaction;
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    /** The image of a row at a position, or null. Shared: never change it. */
    public byte @Nullable [] get(long storage, byte[] key, long snapshot) {
        RowCache.Key cacheKey = cacheKey(storage, key);
        byte[] row = cache.get(cacheKey);
        if (row == null) {
            long stripe = cache.stripe(cacheKey);
            row = store.get(StoreKeys.of(StoreKeys.ROW, storage, key));
            if (row != null) {
                settle(row);
                cache.fill(cacheKey, row, stripe);
            }
        }
        return atSnapshot(storage, key, row, snapshot);
    }

    /** As {@link #get} from memory alone; {@code missing} when a disk might have to be read. */
    public byte @Nullable [] getFromMemory(long storage, byte[] key, long snapshot, byte[] missing) {
        RowCache.Key cacheKey = cacheKey(storage, key);
        byte[] row = cache.get(cacheKey);
        if (row == null) {
            long stripe = cache.stripe(cacheKey);
            row = store.getFromMemory(StoreKeys.of(StoreKeys.ROW, storage, key), missing);
            if (row == missing) return missing;
            if (row != null) {
                settle(row);
                cache.fill(cacheKey, row, stripe);
            }
        }
        if (row == null ? removing <= snapshot : RowCodec.version(row) <= snapshot) return row;
        byte[] past = HistoryRows.getFromMemory(this, storage, key, snapshot, missing);
        kept.require(storage, snapshot);
        return past;
    }

    private byte @Nullable [] atSnapshot(long storage, byte[] key, byte @Nullable [] row, long snapshot) {
        if (row != null && RowCodec.version(row) <= snapshot) return row;
        if (row == null && removing <= snapshot) return null;
        byte[] past = HistoryRows.get(this, storage, key, snapshot);
        kept.require(storage, snapshot);
        return past;
    }

    /** The newest committed image, or null. */
    public byte @Nullable [] newest(long storage, byte[] key) {
        return get(storage, key, Long.MAX_VALUE);
    }

    /** As {@link #newest}; what is not in the cache stays out of it. */
    public byte @Nullable [] newestUncached(long storage, byte[] key) {
        byte[] row = cache.get(cacheKey(storage, key));
        if (row != null) return row;
        row = store.get(StoreKeys.of(StoreKeys.ROW, storage, key));
        if (row != null) settle(row);
        return row;
    }

    /** Whether rows of a storage may have changed after the snapshot, by commits that are visible or about to be. */
    public boolean changedSince(long storage, long snapshot) {
        return !unchangedSince(storage, snapshot);
    }

    /** Whether the newest state of a storage, as an iterator opened before this call has it, is that of the snapshot. */
    private boolean unchangedSince(long storage, long snapshot) {
        return writing <= snapshot || changed.getOrDefault(storage, openPosition) <= snapshot;
    }

    /** Rows in key order at a position. */
    public RowSource scan(long storage, byte @Nullable [] from, byte @Nullable [] to, boolean reverse, long snapshot) {
        RowSource latest = latest(storage, from, to, reverse, snapshot, null);
        if (unchangedSince(storage, snapshot) && kept.from(storage) != KeptPast.NOTHING) return latest;
        // Opened behind the latest rows: what these no longer have because it changed meanwhile is in history by now.
        latest.close();
        RocksStore.View view = store.view();
        try {
            kept.require(storage, snapshot);
            RowSource rows = latest(storage, from, to, reverse, snapshot, view);
            RowSource history = new HistoryRows(this, view, storage, from, to, reverse, snapshot);
            return new MergedRows(rows, history, reverse);
        } finally {
            view.close();
        }
    }

    private RowSource latest(long storage, byte @Nullable [] from, byte @Nullable [] to, boolean reverse, long snapshot, RocksStore.@Nullable View view) {
        byte[] lower = from == null ? StoreKeys.storage(StoreKeys.ROW, storage) : StoreKeys.of(StoreKeys.ROW, storage, from);
        byte[] upper = to == null ? Bytes.successor(StoreKeys.storage(StoreKeys.ROW, storage)) : StoreKeys.of(StoreKeys.ROW, storage, to);
        return new LatestRows(this, store.scan(lower, upper, view), reverse, snapshot);
    }

    /** As {@link #scan}, forwards; with Long.MAX_VALUE the newest rows, whoever may see them. */
    RowSource rows(long storage, byte @Nullable [] from, byte @Nullable [] to, long position) {
        return position < Long.MAX_VALUE ? scan(storage, from, to, false, position) : latest(storage, from, to, false, position, null);
    }

    /** Row keys, ascending, that part a storage's rows into about equal portions: at most so many, fewer when they are not found. */
    List<byte[]> cuts(long storage, int portions) {
        byte[] from = StoreKeys.storage(StoreKeys.ROW, storage);
        return store.cuts(from, java.util.Objects.requireNonNull(Bytes.successor(from)), portions).stream().map(key -> StoreKeys.strip(key, 0)).toList();
    }

    /** The images that a row had, or with no key those of all rows of the storage; in no order. */
    public void eachVersion(long storage, byte @Nullable [] key, Consumer<RowVersion> visitor) {
        RowPast.each(this, storage, key, visitor);
    }

    /** Rows in the order of an index at a position; the range is over its key parts. */
    public RowSource scanIndex(long storage, IndexLayout index, byte @Nullable [] from, byte @Nullable [] to, boolean reverse, long snapshot) {
        IndexEntries entries = new IndexEntries(this, null, index.storage(), from, to, reverse, snapshot, false);
        if (unchangedSince(storage, snapshot) && kept.from(storage) != KeptPast.NOTHING) return new IndexRows(this, storage, index, entries, snapshot, true);
        entries.close();
        RocksStore.View view = store.view();
        try {
            kept.require(storage, snapshot);
            IndexEntries all = new IndexEntries(this, view, index.storage(), from, to, reverse, snapshot, true);
            return new IndexRows(this, storage, index, all, snapshot, false);
        } finally {
            view.close();
        }
    }

    /** Key of the row that has these parts in a unique index now, or null. */
    public byte @Nullable [] findUnique(IndexLayout index, byte[] parts) {
        byte[] key = StoreKeys.of(StoreKeys.INDEX, index.storage(), parts);
        byte[] value = store.get(key);
        return value == null ? null : IndexLayout.rowKey(key, value, 0);
    }

    /** The rows of a storage are the same at every position from this one to the newest published; a position above a snapshot says that it may not see the last change. */
    public long lastChange(long storage) {
        return changed.getOrDefault(storage, openPosition);
    }

    public long rowCount(long storage) {
        return counts.getOrDefault(storage, 0L);
    }

    /** Last value and whether it was given out; null when nothing was stored. */
    public record SequenceValue(long value, boolean called) {}

    public @Nullable SequenceValue sequence(long storage) {
        byte[] value = store.get(StoreKeys.storage(StoreKeys.SEQUENCE, storage));
        return value == null ? null : new SequenceValue(Bytes.getLong(value, 0), value[8] != 0);
    }

    /** A hidden row id that no row of this storage has had. */
    public long newRowId(long storage) {
        AtomicLong next = rowIds.get(storage);
        if (next == null) next = rowIds.computeIfAbsent(storage, id -> new AtomicLong(lastRowId(id) + 1));
        return next.getAndIncrement();
    }

    /** Somebody gives a row of this storage an id that was given out for another: none up to it is given out here. */
    public void takeRowId(long storage, long id) {
        rowIds.computeIfAbsent(storage, fresh -> new AtomicLong(lastRowId(fresh) + 1)).accumulateAndGet(id + 1, Math::max);
    }

    private long lastRowId(long storage) {
        byte[] from = StoreKeys.storage(StoreKeys.ROW, storage);
        try (RocksStore.Scan scan = store.scan(from, Bytes.successor(from), null)) {
            scan.last();
            return scan.valid() ? Bytes.getLong(scan.key(), StoreKeys.PREFIX) : 0;
        }
    }

    /** No row of this storage has, or lately had, a key at or behind this one: an insert there needs no look-up. */
    public boolean behindAll(long storage, byte[] key) {
        byte[] highest = highestKeys.get(storage);
        if (highest == null) highest = highestKeys.computeIfAbsent(storage, this::highestKey);
        return Arrays.compareUnsigned(key, highest) > 0;
    }

    /** No row of this storage has this key, and that is known without asking the store. */
    public boolean knownAbsent(long storage, byte[] key) {
        return behindAll(storage, key) || filters.knowsAbsent(storage, key);
    }

    /** An insertion asked the store in vain. */
    public void missed(long storage) {
        filters.missed(storage, rowCount(storage));
    }

    KeyFilters filters() {
        return filters;
    }

    private byte[] highestKey(long storage) {
        byte[] from = StoreKeys.storage(StoreKeys.ROW, storage);
        try (RocksStore.Scan scan = store.scan(from, Bytes.successor(from), null)) {
            scan.last();
            return scan.valid() ? StoreKeys.strip(scan.key(), 0) : new byte[0];
        }
    }

    /** Nothing is left of this storage. */
    public void forget(long storage) {
        counts.remove(storage);
        rowIds.remove(storage);
        highestKeys.remove(storage);
        filters.forget(storage);
        changed.remove(storage);
        unwatch(storage);
    }

    /** Tells the watcher of every change of the storage from now on, until the storage is gone. */
    public void watch(long storage, RowWatcher watcher) {
        watchers.compute(storage, (id, others) -> RowWatchers.with(others, watcher));
    }

    public void unwatch(long storage, RowWatcher watcher) {
        watchers.computeIfPresent(storage, (id, others) -> RowWatchers.without(others, watcher));
    }

    @Nullable RowWatcher watcher(long storage) {
        return watchers.get(storage);
    }

    void unwatch(long storage) {
        RowWatcher watcher = watchers.remove(storage);
        if (watcher != null) watcher.dropped();
    }

    /** The applier is about to put a row with this key. */
    void seenKey(long storage, byte[] key) {
        highestKeys.merge(storage, key, (before, now) -> Arrays.compareUnsigned(now, before) > 0 ? now : before);
    }

    /** The applier put a row with this id: it is never given out again. */
    void seenRowId(long storage, byte[] key) {
        AtomicLong next = rowIds.get(storage);
        if (next == null || key.length != 8) return;
        long id = Bytes.getLong(key, 0);
        next.accumulateAndGet(id + 1, Math::max);
    }

    // ---- large transactions --------------------------------------------------------------------------------------

    RowCache.Key cacheKey(long storage, byte[] key) {
        return new RowCache.Key(tenant, cacheNames.of(storage), key);
    }

    /** Puts the position into an image, or a piece of history, that has a large transaction's mark; it is the caller's own copy. */
    void settle(byte[] bytes) {
        latePositions.settle(bytes, 0);
    }

    long position(long positionOrMark) {
        return latePositions.of(positionOrMark);
    }

    /** Whether the rows of this large transaction are in the store. */
    public boolean hasTaken(long transaction) {
        return latePositions.knows(transaction);
    }

    /** Before its files are taken. */
    void willTake(long transaction, long position) {
        latePositions = latePositions.with(transaction, position);
    }

    // ---- for the run ---------------------------------------------------------------------------------------------

    RocksStore store() {
        return store;
    }

    RowCache cache() {
        return cache;
    }

    CacheNames cacheNames() {
        return cacheNames;
    }

    /** How much of the past there is. */
    public KeptPast kept() {
        return kept;
    }

    /** Indexes that are being made beside the applier. */
    public OnlineBuilds onlineBuilds() {
        return onlineBuilds;
    }

    /** The applier is about to write rows of this storage. */
    void changing(long storage, long position) {
        changed.put(storage, position);
    }

    void beginWrite(long position, boolean removes) {
        if (removes) removing = position;
        writing = position;
    }

    void publish(TenantState next, long timestamp, long transaction) {
        timestampMicros = timestamp;
        lastTransaction = transaction;
        if (publishing == null) state = next;
        else publishOver(publishing, next);
        onlineBuilds.published();
    }

    /** Roles and databases come from another applier than this tenant's own, at any time. Before the first use. */
    public void followCluster() {
        publishing = new ReentrantLock();
    }

    private void publishOver(ReentrantLock lock, TenantState next) {
        lock.lock();
        try {
            Catalog newest = state.schema().catalog();
            state = next.schema().catalog().hasClusterOf(newest) ? next
                    : new TenantState(next.position(), new Schema(next.schema().catalog().withClusterOf(newest), next.schema()));
        } finally {
            lock.unlock();
        }
    }

    void count(long storage, @Nullable Long rows) {
        if (rows == null) counts.remove(storage);
        else counts.put(storage, rows);
    }

    /** Objects of the cluster, which live in the system tenant, become visible here too. */
    public void publishCluster(Catalog cluster) {
        ReentrantLock lock = publishing;
        if (lock != null) {
            lock.lock();
            try {
                TenantState current = state;
                state = new TenantState(current.position(), new Schema(current.schema().catalog().withClusterOf(cluster), current.schema()));
            } finally {
                lock.unlock();
            }
            return;
        }
        TenantState current = state;
        TenantState next = new TenantState(current.position(), new Schema(current.schema().catalog().withClusterOf(cluster), current.schema()));
        upcoming = next.schema();
        state = next;
    }

    // ---- upkeep --------------------------------------------------------------------------------------------------

    public void flush() {
        store.flush();
    }

    public void checkpoint(Path folder) {
        store.checkpoint(folder);
    }

    /** Bytes that wait for a compaction, as RocksDB estimates them. */
    public long pendingCompactionBytes() {
        return store.property("rocksdb.estimate-pending-compaction-bytes");
    }

    /** Rows are read from the store again. */
    void forgetCached() {
        cache.clear(tenant);
    }

    /** RocksDB's own account of itself. */
    public String storeStatistics() {
        return store.text("rocksdb.stats") + store.text("rocksdb.levelstats");
    }

    public long memtableBytes() {
        return store.property("rocksdb.cur-size-all-mem-tables");
    }

    public long estimatedBytes() {
        return store.estimatedBytes();
    }

    @Override
    public void close() {
        onlineBuilds.close();
        filters.close();
        store.close();
    }

    /** Behind {@link #close}, when the tenant is gone for good. One that is opened again finds its rows in the cache as they were. */
    public void forgetRows() {
        cache.clear(tenant);
    }
}
