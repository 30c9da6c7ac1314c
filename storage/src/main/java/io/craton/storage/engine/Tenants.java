package io.craton.storage.engine;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.columnar.ColumnCache;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.encryption.TenantKeys;
import io.craton.storage.io.TemporaryFolder;
import io.craton.storage.projection.ProjectionContents;
import io.craton.storage.projection.RocksEnvironment;
import io.craton.storage.projection.RowCache;
import io.craton.storage.projection.ScratchStore;
import io.craton.storage.projection.StoreFailedException;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.txn.AccessStatistics;
import io.craton.storage.txn.ClusterChanges;
import io.craton.storage.txn.LockReport;
import io.craton.storage.txn.Staging;
import io.craton.storage.txn.TransactionLimits;
import io.craton.storage.txn.TransactionManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open tenants of a node and what they share. Tenants are opened on first use, by sessions or the applier, and closed when nobody has used them for a while.
 *
 * <ul>
 *   <li>{@code opening} guards opening, closing and dropping; an open tenant is found without it, and pinned by who uses it.
 *   <li>{@code flushing} guards flushes and the recovery positions, which is never behind an entry that some tenant has not flushed.
 * </ul>
 */
final class Tenants implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tenants.class);
    static final int FIRST_OID = 16_384;
    /** A tenant that was not used for so long is closed; and how often that is looked for. */
    private static final long UNUSED_SECONDS = 60;
    private static final long LOOK_SECONDS = 10;
    /** Numbers of tenants given out beyond the highest known, so that two creations in flight differ. */
    private final AtomicInteger tenantNumbers = new AtomicInteger(5);

    private final StorageConfig config;
    private final RocksEnvironment environment;
    private final RowCache rowCache;
    private final ColumnCache columnCache;
    private final List<GroupState> groups;
    /** Null where there is one group. */
    private final @Nullable ClusterChanges clusterChanges;
    /** Null where there is one group. */
    private final @Nullable TenantMoves moves;
    private final @Nullable KeyRing keys;
    /** Of temporary tables: a key that nobody will ever have again. */
    private final @Nullable TenantKeys scratchKeys;
    private final AtomicInteger oids = new AtomicInteger(FIRST_OID);
    private final Map<Integer, Tenant> open = new ConcurrentHashMap<>();
    private final ReentrantLock opening = new ReentrantLock();
    private final ReentrantLock flushing = new ReentrantLock();
    private final ReentrantLock rebuilding = new ReentrantLock();
    private final List<StorageEngine.NotificationListener> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;
    private final PastTrimming trimming = new PastTrimming(this);
    private final LongAdder checkpoints = new LongAdder();
    /** What was counted in tenants that were open since the start. */
    private final Map<Integer, AccessStatistics> counters = new ConcurrentHashMap<>();
    private final List<IntConsumer> dropListeners = new CopyOnWriteArrayList<>();
    private final Tenant system;
    private @Nullable DatabaseDef supposed;
    private final MadeTenants made = new MadeTenants();
    private final GroupAudits audits;
    private final Placement placement;

    Tenants(StorageConfig config, List<GroupState> groups, @Nullable KeyRing keys) {
        this.config = config;
        this.groups = groups;
        placement = new Placement(groups.size());
        clusterChanges = groups.size() == 1 ? null : new ClusterChanges(first().pipeline);
        if (clusterChanges != null) for (GroupState group : groups) group.pipeline.bringKeysBy(clusterChanges);
        moves = clusterChanges == null ? null : new TenantMoves(clusterChanges, open::get, this::database);
        this.keys = keys;
        scratchKeys = keys == null ? null : TenantKeys.passing();
        environment = new RocksEnvironment(config.blockCacheBytes(), config.writeBufferBytes());
        rowCache = new RowCache(config.rowCacheBytes());
        columnCache = new ColumnCache(config.columnCacheBytes(), config.segmentRows());
        RocksEnvironment.deleteFolder(scratchFolder());
        if (missing(Birth.SYSTEM_TENANT, first())) groups.forEach(this::rebuildAll); // which others are missing cannot be told
        system = java.util.Objects.requireNonNull(open(Birth.SYSTEM_TENANT, 0, 0));
        audits = new GroupAudits(groups.size(), clusterChanges);
        audits.begin(system);
        for (GroupState group : groups) {
            for (int number : group.meta.tenants()) {
                DatabaseDef database = database(number);
                if (database == null || !missing(number, group)) continue;
                if (database.group() != database.firstGroup()) groups.forEach(this::rebuildAll);
                else rebuildAll(group);
                break;
            }
        }
        for (GroupState group : groups) {
            Checkpointer checkpointer = new Checkpointer(config.checkpointEntries(), config.checkpointBytes(), () -> checkpoint(group));
            group.begin(checkpointer);
            if (group == first()) checkpointer.every(LOOK_SECONDS, this::look);
        }
        for (DatabaseDef database : cluster().all(DatabaseDef.class)) seenTenant(database.tenantNumber());
        if (several()) rememberMade();
    }

    /** No number is given out again. */
    private void rememberMade() {
        made.addAll(system.projection.databasesMade());
        for (DatabaseDef database : cluster().all(DatabaseDef.class)) made.add(database.tenantNumber());
        oids.accumulateAndGet(made.highest() + 1, Math::max);
    }

    GroupState first() {
        return groups.getFirst();
    }

    GroupState group(int number) {
        return groups.get(number);
    }

    List<GroupState> groups() {
        return groups;
    }

    /** Whether a projection that was there is gone, by accident or because it is to be built again. */
    private boolean missing(int number, GroupState group) {
        return group.meta.recoveryPosition() > 0 && !Files.exists(folder(number).resolve("CURRENT"));
    }

    /** The log is replayed from its beginning; tenants that have their projections skip what they have. Remembered before the missing ones are made. */
    private void rebuildAll(GroupState group) {
        LOG.warn("projections are missing in {}: they are built again from the log", config.dataDirectory().resolve("projections"));
        group.meta.set(0, new TreeSet<>());
    }

    void onDamage(Consumer<StoreFailedException> listener) {
        environment.onDamage(listener);
    }

    boolean encrypts() {
        return keys != null;
    }

    Tenant system() {
        return system;
    }

    Catalog cluster() {
        return system.projection.state().schema().catalog();
    }

    private Path folder(int number) {
        return config.dataDirectory().resolve("projections").resolve(ProjectionCopy.folderName(number));
    }

    private Path scratchFolder() {
        return config.dataDirectory().resolve("wal").resolve("temporary");
    }

    /** A database that is there, whatever the first group's log says: of an engine that works out one tenant alone. Before the first entry. */
    void suppose(DatabaseDef database) {
        supposed = database;
    }

    private @Nullable DatabaseDef database(int number) {
        DatabaseDef known = supposed;
        if (known != null && known.tenantNumber() == number) return known;
        for (DatabaseDef database : cluster().all(DatabaseDef.class)) {
            if (database.tenantNumber() == number) return database;
        }
        return null;
    }

    /** The tenant, open until it is unpinned; null when it has been dropped. */
    @Nullable Tenant pin(int number) {
        while (true) {
            Tenant tenant = open.get(number);
            if (tenant == null) {
                DatabaseDef database = database(number);
                if (database == null) return null;
                if (database.group() >= groups.size()) throw noGroup(database);
                tenant = open(number, database.oid(), database.firstGroup());
                if (tenant == null) return null;
            }
            if (tenant.pin()) return tenant;
            Thread.onSpinWait(); // it is being closed, and will be opened again
        }
    }

    private PgException noGroup(DatabaseDef database) {
        return PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "database \"" + database.name() + "\" is in group " + database.group() + ", and this node has " + groups.size())
                .withHint("Set consensus.groups to at least " + (database.group() + 1) + " on every node.").exception();
    }

    Tenant pinForSession(int number) {
        Tenant tenant = pin(number);
        if (tenant == null) throw new IllegalArgumentException("no tenant " + number);
        return tenant;
    }

    /** What is asked of an open tenant. */
    <T> T using(int number, Function<Tenant, T> question) {
        Tenant tenant = pinForSession(number);
        try {
            return question.apply(tenant);
        } finally {
            tenant.unpin();
        }
    }

    /** Null when it has just been dropped: its folder is gone, and must not come again. */
    private @Nullable Tenant open(int number, int databaseOid, int firstGroup) {
        opening.lock();
        try {
            Tenant present = open.get(number);
            if (present != null) return present;
            if (number != Birth.SYSTEM_TENANT && database(number) == null) return null;
            TenantProjection projection = TenantProjection.open(number, folder(number), environment, rowCache, Birth.of(number),
                    keys == null ? null : keys.of(number), firstGroup);
            GroupState group = group(projection.stays().group());
            projection.onlineBuilds().makeIn(config.dataDirectory().resolve("wal"));
            if (several() && number != Birth.SYSTEM_TENANT) projection.followCluster();
            if (number != Birth.SYSTEM_TENANT) {
                projection.publishCluster(cluster());
            }
            group.pipeline.seenTimestamp(projection.timestampMicros());
            // behind what made the database: logs of groups that are cut at one time fit each other
            if (group != first()) group.pipeline.seenTimestamp(system.projection.timestampMicros());
            ScratchStore scratch = new ScratchStore(number, scratchFolder().resolve(String.format("tenant_%03d", number)), environment, rowCache,
                    scratchKeys);
            RebuiltPast past = new RebuiltPast(number, databaseOid, config.dataDirectory(), groups.size(), keys, config.pastBytesMax(), projection::stays, each -> group(each).pipeline.archive(),
                    () -> trimming.run(number));
            Tenant tenant = new Tenant(number, group, projection, scratch,
                    new TransactionManager(projection, scratch, columnCache, each -> group(each).pipeline, clusterChanges, past, databaseOid, oids, limits(number, projection),
                            counters.computeIfAbsent(number, _ -> group.pipeline.newStatistics())), past);
            open.put(number, tenant);
            return tenant;
        } finally {
            opening.unlock();
        }
    }

    private TransactionLimits limits(int number, TenantProjection projection) {
        return new TransactionLimits(config.entryBytesMax(), config.writeSetBytes(), config.rowBytesMax(), new TemporaryFolder(config.dataDirectory().resolve("wal"), encrypts()),
                several() ? staging(number, projection) : first().staged.staging(number, projection::flush));
    }

    /** Of the group that the tenant is in when it is asked. */
    private Staging staging(int number, TenantProjection projection) {
        IntFunction<Staging> in = group -> group(group).staged.staging(number, projection::flush);
        return new Staging() {
            @Override
            public void await(long transaction, long bytesLeft) {
                in.apply(projection.stays().group()).await(transaction, bytesLeft);
            }

            @Override
            public void prepareEnd(long transaction) {
                in.apply(projection.stays().group()).prepareEnd(transaction);
            }
        };
    }

    boolean several() {
        return groups.size() > 1;
    }

    @Nullable AccessStatistics statistics(int databaseOid) {
        for (DatabaseDef database : cluster().all(DatabaseDef.class)) if (database.oid() == databaseOid) return counters.get(database.tenantNumber());
        return null;
    }

    private void look() {
        if (moves != null) Thread.startVirtualThread(() -> open.values().forEach(moves::tellIfLed));
        groups.forEach(audits::tellIfLed);
        for (Tenant tenant : open.values()) tenant.past.removeUnused();
        trimming.whatIsDue(open.keySet());
        closeUnused(TimeUnit.SECONDS.toNanos(UNUSED_SECONDS));
    }

    /**
     * Closes tenants that nobody has used for so long; the next one who needs them opens them again. Their counters stay. One at a time, for whoever opens one waits
     * meanwhile.
     */
    void closeUnused(long nanos) {
        for (Tenant tenant : open.values()) {
            if (tenant == system || !tenant.unusedFor(nanos) || tenant.projection.onlineBuilds().atWork() || moves != null && moves.untold(tenant)) continue;
            if (tenant.transactions.holdsSequenceValues()) giveBackSequences(tenant);
            else close(tenant);
        }
    }

    /** That uses the tenant, which is closed a while later then. */
    private static void giveBackSequences(Tenant tenant) {
        if (!tenant.pin()) return;
        try {
            tenant.transactions.giveBackSequences();
        } catch (PgException e) {
            LOG.debug("values of sequences of tenant {} are not given back: {}", tenant.number, e.getMessage());
        } finally {
            tenant.unpin();
        }
    }

    private void close(Tenant tenant) {
        opening.lock();
        try {
            flushing.lock();
            try {
                if (closed || tenant.group.staged.holds(tenant.number) || open.get(tenant.number) != tenant || !tenant.seal()) return;
                flushSealed(tenant);
                columnCache.clear(tenant.number);
                tenant.group.wereOpen.add(tenant.number);
                open.remove(tenant.number); // whoever opens it waits for this to end
                tenant.close();
            } finally {
                flushing.unlock();
            }
        } finally {
            opening.unlock();
        }
    }

    /** Who wants a sealed tenant waits for it to go: where the disk does not let it, it stays. */
    private static void flushSealed(Tenant tenant) {
        boolean flushed = false;
        try {
            if (tenant.dirtyPosition > tenant.flushedPosition) tenant.projection.flush();
            flushed = true;
        } finally {
            if (!flushed) tenant.unseal();
        }
    }

    boolean hasEntries(int number) {
        Tenant tenant = open.get(number);
        return tenant == null ? Files.exists(folder(number)) : tenant.projection.state().position() > 0;
    }

    Set<Integer> open() {
        return Set.copyOf(open.keySet());
    }

    private void seenTenant(int number) {
        tenantNumbers.accumulateAndGet(number + 1, Math::max);
    }

    /** Where there are several groups, numbers of tenants are oids: those of dropped tenants never come again, and so tell of a number that is not known whether it will be. */
    int newTenantNumber() {
        return groups.size() == 1 ? tenantNumbers.getAndIncrement() : oids.getAndIncrement();
    }

    Placement placement() {
        return placement;
    }

    @Nullable ClusterChanges clusterChanges() {
        return clusterChanges;
    }

    void onDrop(IntConsumer listener) {
        dropListeners.add(listener);
    }

    /** Null where there is one group. */
    @Nullable TenantMoves moves() {
        return moves;
    }

    GroupAudits audits() {
        return audits;
    }

    /** Kept where there are several groups. */
    MadeTenants made() {
        return made;
    }

    // ---- from the applier ----------------------------------------------------------------------------------------

    /** The system tenant's catalog has these changes by now; they become visible in the open tenants, and dropped databases go. */
    void clusterChanged(List<CatalogChange> changes, long position, boolean foreign) {
        opening.lock();
        try {
            for (Tenant tenant : open.values()) {
                if (tenant != system) tenant.projection.publishCluster(cluster());
            }
            for (CatalogChange change : changes) {
                system.transactions.seen(Applier.object(change));
                if (!(Applier.object(change) instanceof DatabaseDef database)) continue;
                seenTenant(database.tenantNumber());
                if (several()) made.add(database.tenantNumber());
                if (change instanceof CatalogChange.Drop) drop(database);
                else if (moves != null) moves.happened();
            }
        } finally {
            opening.unlock();
        }
        if (clusterChanges != null) clusterChanges.applied(position, foreign);
    }

    /** The entry that moves it is applied. What it has is durable before the log that it leaves is behind it; that log's applier does it, between two runs. */
    void moved(Tenant tenant) {
        GroupState from = tenant.group;
        GroupState to = group(tenant.projection.stays().group());
        from.staged.forget(tenant.number);
        flushing.lock();
        try {
            tenant.projection.flush();
            tenant.dirtyPosition = 0;
            tenant.flushedPosition = 0;
            tenant.transactions.moved(tenant.projection.stays());
            tenant.group = to;
        } finally {
            flushing.unlock();
        }
        LOG.info("tenant {} is in group {} now, behind position {}", tenant.number, to.number, tenant.projection.state().position());
        if (moves != null) moves.happened();
    }

    /** Where a database is: what its own entries say where it is open, else the list of databases. */
    int groupOf(DatabaseDef database) {
        Tenant tenant = open.get(database.tenantNumber());
        return tenant == null ? database.group() : tenant.projection.stays().group();
    }

    private void drop(DatabaseDef database) {
        int number = database.tenantNumber();
        if (database.group() < groups.size()) group(groupOf(database)).staged.forget(number);
        flushing.lock();
        try {
            // Were the drop forgotten in a crash and the folder gone, all would be built again from the log.
            system.projection.flush();
            Tenant tenant = open.remove(number);
            columnCache.clear(number);
            counters.remove(number);
            if (tenant == null) {
                RocksEnvironment.deleteFolder(folder(number));
            } else {
                // Sessions of another group may be on another node than the one that dropped it.
                if (tenant.group != first()) for (IntConsumer listener : dropListeners) listener.accept(number);
                tenant.whenUnused(() -> {
                    tenant.close();
                    tenant.projection.forgetRows();
                    RocksEnvironment.deleteFolder(folder(number));
                });
            }
        } finally {
            flushing.unlock();
        }
    }

    void notified(int tenant, String channel, String payload, int processId) {
        for (StorageEngine.NotificationListener listener : listeners) listener.notified(tenant, channel, payload, processId);
    }

    void listen(StorageEngine.NotificationListener listener) {
        listeners.add(listener);
    }

    // ---- durability ----------------------------------------------------------------------------------------------

    /** Flushes every tenant that has something to flush; everything applied before is durable then. Any thread. */
    long checkpoint(GroupState group) {
        flushing.lock();
        try {
            long position = group.settled;
            for (Tenant tenant : open.values()) {
                long dirty = tenant.dirtyPosition;
                if (tenant.group != group || dirty <= tenant.flushedPosition) continue;
                tenant.projection.flush();
                tenant.flushedPosition = dirty;
            }
            group.meta.set(position, withFolders(group));
            checkpoints.increment();
            return position;
        } finally {
            flushing.unlock();
        }
    }

    /** Of tenants that have, or had, entries in the first group's log. Each copy has everything up to the position, and perhaps more, which replay will skip. No database goes while this runs. */
    long copyTo(Path target) throws IOException {
        Files.createDirectories(target);
        opening.lock(); // before the other, as when a database goes
        flushing.lock();
        try {
            long position = checkpoint(first());
            if (keys != null) keys.copyTo(target);
            system.projection.checkpoint(target.resolve(ProjectionCopy.folderName(Birth.SYSTEM_TENANT)));
            for (DatabaseDef database : cluster().all(DatabaseDef.class)) {
                using(database.tenantNumber(), tenant -> {
                    if (tenant.projection.stays().includes(0)) tenant.projection.checkpoint(target.resolve(ProjectionCopy.folderName(tenant.number)));
                    return tenant;
                });
            }
            return position;
        } finally {
            flushing.unlock();
            opening.unlock();
        }
    }

    /** Open tenants of a group, and those that had a folder before and still exist. */
    private SortedSet<Integer> withFolders(GroupState group) {
        SortedSet<Integer> numbers = new TreeSet<>();
        for (Tenant tenant : open.values()) if (tenant.group == group) numbers.add(tenant.number);
        for (int number : group.meta.tenants()) if (database(number) != null) numbers.add(number);
        for (int number : group.wereOpen) if (database(number) != null) numbers.add(number);
        group.wereOpen.clear();
        return numbers;
    }

    Map<Integer, String> digests() {
        Map<Integer, String> digests = new TreeMap<>();
        digests.put(Birth.SYSTEM_TENANT, HexFormat.of().formatHex(ProjectionContents.digest(system.projection)));
        for (DatabaseDef database : cluster().all(DatabaseDef.class)) {
            int number = database.tenantNumber();
            digests.put(number, using(number, tenant -> HexFormat.of().formatHex(ProjectionContents.digest(tenant.projection))));
        }
        return digests;
    }

    /** What differs from another node's projections that should be the same, in words; at most some for each tenant. */
    List<String> differences(Tenants other) {
        List<String> differences = new ArrayList<>();
        differences(system, other.system, differences);
        for (DatabaseDef database : other.cluster().all(DatabaseDef.class)) {
            int number = database.tenantNumber();
            if (database(number) == null) differences.add("tenant " + number + ": database " + database.name() + " is missing");
            else using(number, own -> other.using(number, its -> {
                differences(own, its, differences);
                return own;
            }));
        }
        return differences;
    }

    private static void differences(Tenant own, Tenant other, List<String> all) {
        for (String difference : ProjectionContents.differences(own.projection, other.projection, 5)) all.add("tenant " + own.number + ": " + difference);
    }

    List<LockReport> locks() {
        List<LockReport> all = new ArrayList<>();
        for (Tenant tenant : open.values()) all.addAll(tenant.transactions.locks());
        return all;
    }

    List<Integer> blockers(int processId) {
        List<Integer> all = new ArrayList<>();
        for (Tenant tenant : open.values()) all.addAll(tenant.transactions.blockers(processId));
        return all;
    }

    int tenants() {
        return 1 + cluster().all(DatabaseDef.class).size();
    }

    /** Under the lock that closing a tenant takes: RocksDB must not be asked when it is gone. */
    StorageFigures figures() {
        flushing.lock();
        try {
            if (closed) return StorageFigures.NONE;
            List<StorageFigures.OfTenant> all = new ArrayList<>();
            for (Tenant tenant : open.values()) {
                DatabaseDef database = database(tenant.number);
                if (database == null) continue;
                TenantProjection projection = tenant.projection;
                all.add(new StorageFigures.OfTenant(tenant.number, database.name(), projection.state().position(), projection.estimatedBytes(),
                        projection.memtableBytes(), projection.pendingCompactionBytes(), tenant.transactions.statistics()));
            }
            return new StorageFigures(environment.written().records().sum(), environment.written().bytes().sum(), checkpoints.sum(),
                    new StorageFigures.Cache(rowCache.weight(), rowCache.hits(), rowCache.misses()),
                    new StorageFigures.Cache(columnCache.weight(), columnCache.hits(), columnCache.misses()), environment.blockCacheUsage(), all);
        } finally {
            flushing.unlock();
        }
    }

    Map<String, String> storeStatistics() {
        flushing.lock();
        try {
            Map<String, String> all = new TreeMap<>();
            for (Tenant tenant : open.values()) all.put(ProjectionCopy.folderName(tenant.number), tenant.projection.storeStatistics());
            return all;
        } finally {
            flushing.unlock();
        }
    }

    /** Only one may be worked out again at a time. */
    ReentrantLock rebuilding() {
        return rebuilding;
    }

    /** The tenant was changed beside its runs. Between two of them. */
    void mended(Tenant tenant, long position) {
        columnCache.clear(tenant.number);
        tenant.dirtyPosition = Math.max(tenant.dirtyPosition, position);
        flushing.lock();
        try {
            tenant.projection.flush();
        } finally {
            flushing.unlock();
        }
    }

    void giveBackSequences() {
        for (Tenant tenant : open.values()) if (groups.size() == 1 || tenant.transactions.leads()) tenant.transactions.giveBackSequences();
    }

    @Override
    public void close() {
        for (GroupState group : groups) group.endFlushes();
        audits.stop();
        trimming.stop();
        columnCache.close();
        for (GroupState group : groups) group.staged.close();
        flushing.lock();
        try {
            closed = true;
            for (Tenant tenant : open.values()) tenant.close();
            open.clear();
            environment.close();
        } finally {
            flushing.unlock();
        }
    }
}
