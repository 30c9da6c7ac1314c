package io.craton.storage.projection;

import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.Bytes;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A projection's indexes that are made beside its applier. Begun and ended by the applier, asked by any thread. */
public final class OnlineBuilds {
    private final TenantProjection projection;
    /** By the storage of the index. */
    private final ConcurrentHashMap<Long, OnlineIndex> indexes = new ConcurrentHashMap<>();
    private volatile @Nullable Path folder;

    OnlineBuilds(TenantProjection projection) {
        this.projection = projection;
    }

    /** Indexes that are declared invalid are made ahead from now on, with files in this folder. */
    public void makeIn(Path files) {
        folder = files;
    }

    /** The index with this storage, while it is made. */
    public @Nullable OnlineIndex get(long indexStorage) {
        return indexes.get(indexStorage);
    }

    /** Whether some are at work, for which the projection is to stay open. */
    public boolean atWork() {
        for (OnlineIndex each : indexes.values()) if (each.phase() != OnlineIndex.Phase.ENDED) return true;
        return false;
    }

    /**
     * Makes an index of the rows as they are, while nobody changes them, in files.
     *
     * @param without keys of rows that get no entry
     */
    void make(long tableStorage, IndexLayout index, Set<byte[]> without) {
        Path files = folder(index.def());
        try (IndexLoad load = new IndexLoad(projection, files, tableStorage, index, Long.MAX_VALUE, without, () -> false)) {
            if (!load.run()) throw new IllegalStateException("two rows have one key of " + index.def().name());
        } finally {
            RocksEnvironment.deleteFolder(files);
        }
    }

    private Path folder(IndexDef index) {
        return Objects.requireNonNull(folder).resolve("staged_index_" + projection.tenant() + "_" + index.storageId());
    }

    void begin(IndexDef def, TableDef table, Schema schema, long position) {
        if (folder == null) return;
        OnlineIndex made = new OnlineIndex(projection, folder(def), def, table, schema, position);
        indexes.put(def.storageId(), made);
        projection.watch(table.storageId(), made);
        made.start();
    }

    /** The index that was being made, at rest and nobody's any more; null when there is none. */
    @Nullable OnlineIndex end(long indexStorage) {
        OnlineIndex made = indexes.remove(indexStorage);
        if (made == null) return null;
        made.stop();
        projection.unwatch(made.tableStorage(), made);
        return made;
    }

    /** A newer state is there to be read. */
    void published() {
        if (!indexes.isEmpty()) indexes.values().forEach(OnlineIndex::published);
    }

    /** Entries that no index has yet are nobody's business: replicas may be at different points of making it. */
    Set<Long> unfinished() {
        Set<Long> storages = new HashSet<>(0);
        for (IndexDef index : projection.state().schema().catalog().all(IndexDef.class)) if (!index.valid()) storages.add(index.storageId());
        return storages;
    }

    /** Whoever made these indexes is gone: their entries are dropped. */
    void forgetUnfinished() {
        RocksStore store = projection.store();
        WriteBatchBuilder batch = new WriteBatchBuilder(store.cipher());
        for (long storage : unfinished()) {
            byte[] from = StoreKeys.storage(StoreKeys.INDEX, storage);
            batch.deleteRange(from, Objects.requireNonNull(Bytes.successor(from)));
        }
        if (!batch.isEmpty()) store.write(batch.toBytes());
    }

    void close() {
        for (long storage : indexes.keySet()) end(storage);
    }
}
