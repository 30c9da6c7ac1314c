package io.craton.storage.engine;

import io.craton.core.memory.MemoryAccount;
import io.craton.core.memory.MemoryPool;
import io.craton.core.memory.MemoryTerms;
import io.craton.storage.columnar.ColumnCache;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.encryption.TenantKeys;
import io.craton.storage.io.TemporaryFolder;
import io.craton.storage.projection.Creation;
import io.craton.storage.projection.RocksEnvironment;
import io.craton.storage.projection.RowCache;
import io.craton.storage.projection.ScratchStore;
import io.craton.storage.projection.StoreFailedException;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.txn.AccessStatistics;
import io.craton.storage.txn.ClusterChanges;
import io.craton.storage.txn.Staging;
import io.craton.storage.txn.TransactionLimits;
import io.craton.storage.txn.TransactionManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** What open tenants are made of: folders on disk, and the memory, caches and keys that they share. Knows nothing of which are open. Any thread. */
final class TenantParts implements AutoCloseable {
    private final StorageConfig config;
    private final List<GroupState> groups;
    /** Null where there is one group. */
    private final @Nullable ClusterChanges clusterChanges;
    private final @Nullable KeyRing keys;
    /** Of temporary tables: a key that nobody will ever have again. */
    private final @Nullable TenantKeys scratchKeys;
    private final AtomicInteger oids;
    private final IntToLongFunction trimPast;
    private final IntFunction<Creation> creations;
    private final RocksEnvironment environment;
    private final RowCache rowCache;
    private final ColumnCache columnCache;
    /** What was counted in tenants that were open since the start. */
    private final Map<Integer, AccessStatistics> counters = new ConcurrentHashMap<>();
    private final Map<Integer, MemoryAccount> accounts = new ConcurrentHashMap<>();
    private final MemoryPool memoryPool;
    private volatile MemoryTerms memoryTerms = MemoryTerms.NONE;

    /**
     * @param trimPast  drops what is older than a tenant keeps, now; answers how many entries
     * @param creations the entry of the first group's log that made a tenant
     */
    TenantParts(StorageConfig config, List<GroupState> groups, @Nullable ClusterChanges clusterChanges, @Nullable KeyRing keys, AtomicInteger oids, IntToLongFunction trimPast,
            IntFunction<Creation> creations) {
        this.config = config;
        this.groups = groups;
        this.clusterChanges = clusterChanges;
        this.keys = keys;
        this.oids = oids;
        this.trimPast = trimPast;
        this.creations = creations;
        scratchKeys = keys == null ? null : TenantKeys.passing();
        environment = new RocksEnvironment(config.blockCacheBytes(), config.writeBufferBytes());
        memoryPool = new MemoryPool(config.statementBytes());
        rowCache = new RowCache(config.rowCacheBytes());
        columnCache = new ColumnCache(config.columnCacheBytes(), config.segmentRows());
        RocksEnvironment.deleteFolder(scratchFolder());
    }

    private Path folder(int number) {
        return config.dataDirectory().resolve("projections").resolve(ProjectionCopy.folderName(number));
    }

    private Path scratchFolder() {
        return wal().resolve("temporary");
    }

    private Path wal() {
        return config.dataDirectory().resolve("wal");
    }

    boolean hasFolder(int number) {
        return Files.exists(folder(number));
    }

    /** Whether a projection is there. */
    boolean hasProjection(int number) {
        return Files.exists(folder(number).resolve("CURRENT"));
    }

    /** Of a tenant that is not open. */
    void deleteFolder(int number) {
        RocksEnvironment.deleteFolder(folder(number));
    }

    /** Nothing of the tenant is in the cache of columns any more. */
    void clearColumns(int number) {
        columnCache.clear(number);
    }

    /** The tenant does not come again. */
    void forget(int number) {
        clearColumns(number);
        counters.remove(number);
        accounts.remove(number);
    }

    /** A tenant's projection as its folder has it, or a new one; {@link #tenant} makes the rest. */
    TenantProjection projection(int number, int firstGroup) {
        TenantProjection projection = TenantProjection.open(number, folder(number), environment, rowCache, Birth.of(number), keys == null ? null : keys.of(number), firstGroup);
        projection.onlineBuilds().makeIn(wal());
        return projection;
    }

    Tenant tenant(int number, GroupState group, TenantProjection projection, int databaseOid) {
        ScratchStore scratch = new ScratchStore(number, scratchFolder().resolve(String.format("tenant_%03d", number)), environment, rowCache,
                scratchKeys);
        RebuiltPast past = new RebuiltPast(number, databaseOid, config.dataDirectory(), groups.size(), keys, config.pastBytesMax(), projection::stays, each -> groups.get(each).pipeline.archive(),
                () -> trimPast.applyAsLong(number));
        return new Tenant(number, group, projection, scratch,
                new TransactionManager(projection, scratch, columnCache, each -> groups.get(each).pipeline, clusterChanges, past, () -> creations.apply(number), databaseOid, oids, limits(number, projection),
                        counters.computeIfAbsent(number, _ -> group.pipeline.newStatistics())), past);
    }

    private TransactionLimits limits(int number, TenantProjection projection) {
        return new TransactionLimits(config.entryBytesMax(), config.writeSetBytes(), config.rowBytesMax(), memory(number), new TemporaryFolder(wal(), encrypts()),
                groups.size() > 1 ? staging(number, projection) : groups.getFirst().staged.staging(number, projection::flush));
    }

    /** Of the group that the tenant is in when it is asked. */
    private Staging staging(int number, TenantProjection projection) {
        IntFunction<Staging> in = group -> groups.get(group).staged.staging(number, projection::flush);
        return new Staging() {
            @Override
            public void await(long transaction, long bytesLeft) {
                in.apply(projection.stays().group()).await(transaction, bytesLeft);
            }

            @Override
            public void settle(long transaction) {
                in.apply(projection.stays().group()).settle(transaction);
            }

            @Override
            public void prepareEnd(long transaction) {
                in.apply(projection.stays().group()).prepareEnd(transaction);
            }
        };
    }

    boolean encrypts() {
        return keys != null;
    }

    /** The wrapped keys of an encrypted node; nothing else. */
    void copyKeysTo(Path target) throws IOException {
        if (keys != null) keys.copyTo(target);
    }

    void onDamage(Consumer<StoreFailedException> listener) {
        environment.onDamage(listener);
    }

    /** What was counted in a tenant; null when it was not open since the start. */
    @Nullable AccessStatistics statistics(int number) {
        return counters.get(number);
    }

    /** What a tenant's statements hold of this node's memory together. */
    MemoryAccount memory(int number) {
        return accounts.computeIfAbsent(number, _ -> new MemoryAccount(number, () -> memoryTerms, memoryPool));
    }

    MemoryPool memoryPool() {
        return memoryPool;
    }

    void memoryTerms(MemoryTerms terms) {
        memoryTerms = terms;
    }

    /** What is shared, for metrics. */
    StorageFigures figures(long checkpoints, List<StorageFigures.OfTenant> tenants) {
        return new StorageFigures(environment.written().records().sum(), environment.written().bytes().sum(), checkpoints,
                new StorageFigures.Cache(rowCache.weight(), rowCache.hits(), rowCache.misses()),
                new StorageFigures.Cache(columnCache.weight(), columnCache.hits(), columnCache.misses()), environment.blockCacheUsage(), tenants);
    }

    /** Nothing is worked out for the cache of columns any more. */
    void stopColumns() {
        columnCache.close();
    }

    /** When no tenant is open any more. */
    @Override
    public void close() {
        environment.close();
    }
}
