package io.craton.storage.engine;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.txn.ClusterChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open tenants of a node. Tenants are opened on first use, by sessions or the applier, and closed when nobody has used them for a while.
 *
 * <ul>
 *   <li>{@code opening} guards opening, closing and dropping; an open tenant is found without it, and pinned by who uses it. Who has it may take the lock of {@link Durability},
 *       never the other way round.
 *   <li>{@link TenantParts} makes a tenant of its folder, {@link Durability} flushes what is open, {@link Databases} says which tenants there are.
 * </ul>
 */
final class Tenants implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tenants.class);
    /** A tenant that was not used for so long is closed; and how often that is looked for. */
    private static final long UNUSED_SECONDS = 60;
    private static final long LOOK_SECONDS = 10;

    private final StorageConfig config;
    private final List<GroupState> groups;
    /** Null where there is one group. */
    private final @Nullable ClusterChanges clusterChanges;
    /** Null where there is one group. */
    private final @Nullable TenantMoves moves;
    private final Map<Integer, Tenant> open = new ConcurrentHashMap<>();
    private final ReentrantLock opening = new ReentrantLock();
    private final ReentrantLock rebuilding = new ReentrantLock();
    private final List<StorageEngine.NotificationListener> listeners = new CopyOnWriteArrayList<>();
    private final List<IntConsumer> dropListeners = new CopyOnWriteArrayList<>();
    private final Databases databases = new Databases(this::cluster);
    private final Durability durability = new Durability(open.values(), number -> databases().find(number) != null);
    private final PastTrimming trimming = new PastTrimming(this);
    private final TenantNumbers numbers;
    private final TenantParts parts;
    private final TenantReports reports;
    private final Tenant system;
    private final GroupAudits audits;
    private final Placement placement;

    Tenants(StorageConfig config, List<GroupState> groups, @Nullable KeyRing keys) {
        this.config = config;
        this.groups = groups;
        placement = new Placement(groups.size());
        numbers = new TenantNumbers(several());
        clusterChanges = several() ? new ClusterChanges(first().pipeline) : null;
        if (clusterChanges != null) for (GroupState group : groups) group.pipeline.bringKeysBy(clusterChanges);
        moves = clusterChanges == null ? null : new TenantMoves(clusterChanges, open::get, databases::find);
        parts = new TenantParts(config, groups, clusterChanges, keys, numbers.oids, trimming::run, number -> system().projection.creation(number));
        reports = new TenantReports(open.values(), databases, parts, durability);
        if (missing(Birth.SYSTEM_TENANT, first())) groups.forEach(this::rebuildAll); // which others are missing cannot be told
        system = Objects.requireNonNull(open(Birth.SYSTEM_TENANT, 0, 0));
        audits = new GroupAudits(groups.size(), clusterChanges);
        audits.begin(system);
        for (GroupState group : groups) {
            for (int number : group.meta.tenants()) {
                DatabaseDef database = databases.find(number);
                if (database == null || !missing(number, group)) continue;
                if (database.group() != database.firstGroup()) groups.forEach(this::rebuildAll);
                else rebuildAll(group);
                break;
            }
        }
        for (GroupState group : groups) {
            Checkpointer checkpointer = new Checkpointer(config.checkpointEntries(), config.checkpointBytes(), () -> durability.checkpoint(group));
            group.begin(checkpointer);
            if (group == first()) checkpointer.every(LOOK_SECONDS, this::look);
        }
        numbers.begin(databases.all(), several() ? system.projection.databasesMade() : List.of());
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

    boolean several() {
        return groups.size() > 1;
    }

    /** Whether a projection that was there is gone, by accident or because it is to be built again. */
    private boolean missing(int number, GroupState group) {
        return group.meta.recoveryPosition() > 0 && !parts.hasProjection(number);
    }

    private void rebuildAll(GroupState group) {
        LOG.warn("projections are missing in {}: they are built again from the log", config.dataDirectory().resolve("projections"));
        durability.replayAll(group);
    }

    Tenant system() {
        return system;
    }

    Catalog cluster() {
        return system.projection.state().schema().catalog();
    }

    Databases databases() {
        return databases;
    }

    Durability durability() {
        return durability;
    }

    TenantParts parts() {
        return parts;
    }

    TenantReports reports() {
        return reports;
    }

    TenantNumbers numbers() {
        return numbers;
    }

    Placement placement() {
        return placement;
    }

    /** Null where there is one group. */
    @Nullable ClusterChanges clusterChanges() {
        return clusterChanges;
    }

    /** Null where there is one group. */
    @Nullable TenantMoves moves() {
        return moves;
    }

    GroupAudits audits() {
        return audits;
    }

    /** Only one may be worked out again at a time. */
    ReentrantLock rebuilding() {
        return rebuilding;
    }

    // ---- open and closed -----------------------------------------------------------------------------------------

    /** The tenant, open until it is unpinned; null when it has been dropped. */
    @Nullable Tenant pin(int number) {
        while (true) {
            Tenant tenant = open.get(number);
            if (tenant == null) {
                DatabaseDef database = databases.find(number);
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
            if (number != Birth.SYSTEM_TENANT && databases.find(number) == null) return null;
            TenantProjection projection = parts.projection(number, firstGroup);
            GroupState group = group(projection.stays().group());
            if (several() && number != Birth.SYSTEM_TENANT) projection.followCluster();
            if (number != Birth.SYSTEM_TENANT) {
                projection.publishCluster(cluster());
            }
            group.pipeline.seenTimestamp(projection.timestampMicros());
            // behind what made the database: logs of groups that are cut at one time fit each other
            if (group != first()) group.pipeline.seenTimestamp(system.projection.timestampMicros());
            Tenant tenant = parts.tenant(number, group, projection, databaseOid);
            open.put(number, tenant);
            return tenant;
        } finally {
            opening.unlock();
        }
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
        opening.lock(); // whoever opens it waits for this to end
        try {
            if (open.get(tenant.number) != tenant) return;
            durability.close(tenant, () -> {
                parts.clearColumns(tenant.number);
                open.remove(tenant.number);
            });
        } finally {
            opening.unlock();
        }
    }

    boolean hasEntries(int number) {
        Tenant tenant = open.get(number);
        return tenant == null ? parts.hasFolder(number) : tenant.projection.state().position() > 0;
    }

    Set<Integer> open() {
        return Set.copyOf(open.keySet());
    }

    /** All of them, open or not. */
    int tenants() {
        return 1 + cluster().all(DatabaseDef.class).size();
    }

    /** Where a database is: what its own entries say where it is open, else the list of databases. */
    int groupOf(DatabaseDef database) {
        Tenant tenant = open.get(database.tenantNumber());
        return tenant == null ? database.group() : tenant.projection.stays().group();
    }

    void giveBackSequences() {
        for (Tenant tenant : open.values()) if (groups.size() == 1 || tenant.transactions.leads()) tenant.transactions.giveBackSequences();
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
                numbers.seen(database.tenantNumber());
                if (change instanceof CatalogChange.Drop) drop(database);
                else if (moves != null) moves.happened();
            }
        } finally {
            opening.unlock();
        }
        if (clusterChanges != null) clusterChanges.applied(position, foreign);
    }

    /** The entry that moves it is applied; see {@link Durability#moved}. */
    void moved(Tenant tenant) {
        GroupState to = group(tenant.projection.stays().group());
        tenant.group.staged.forget(tenant.number);
        durability.moved(tenant, to);
        LOG.info("tenant {} is in group {} now, behind position {}", tenant.number, to.number, tenant.projection.state().position());
        if (moves != null) moves.happened();
    }

    /** The tenant was changed beside its runs, up to this position. Between two of them. */
    void mended(Tenant tenant, long position) {
        parts.clearColumns(tenant.number);
        durability.mended(tenant, position);
    }

    private void drop(DatabaseDef database) {
        int number = database.tenantNumber();
        if (database.group() < groups.size()) group(groupOf(database)).staged.forget(number);
        durability.undisturbed(() -> {
            // Were the drop forgotten in a crash and the folder gone, all would be built again from the log.
            system.projection.flush();
            Tenant tenant = open.remove(number);
            parts.forget(number);
            if (tenant == null) {
                parts.deleteFolder(number);
            } else {
                // Sessions of another group may be on another node than the one that dropped it.
                if (tenant.group != first()) for (IntConsumer listener : dropListeners) listener.accept(number);
                tenant.whenUnused(() -> {
                    tenant.close();
                    tenant.projection.forgetRows();
                    parts.deleteFolder(number);
                });
            }
        });
    }

    void onDrop(IntConsumer listener) {
        dropListeners.add(listener);
    }

    void notified(int tenant, String channel, String payload, int processId) {
        for (StorageEngine.NotificationListener listener : listeners) listener.notified(tenant, channel, payload, processId);
    }

    void listen(StorageEngine.NotificationListener listener) {
        listeners.add(listener);
    }

    // ---- for another node ----------------------------------------------------------------------------------------

    /** Of tenants that have, or had, entries in the first group's log. Each copy has everything up to the position, and perhaps more, which replay will skip. No database goes while this runs. */
    long copyTo(Path target) throws IOException {
        Files.createDirectories(target);
        opening.lock();
        try {
            return durability.copy(first(), () -> {
                parts.copyKeysTo(target);
                system.projection.checkpoint(target.resolve(ProjectionCopy.folderName(Birth.SYSTEM_TENANT)));
                for (DatabaseDef database : databases.all()) {
                    using(database.tenantNumber(), tenant -> {
                        if (tenant.projection.stays().includes(0)) tenant.projection.checkpoint(target.resolve(ProjectionCopy.folderName(tenant.number)));
                        return tenant;
                    });
                }
            });
        } finally {
            opening.unlock();
        }
    }

    @Override
    public void close() {
        for (GroupState group : groups) group.endFlushes();
        audits.stop();
        trimming.stop();
        parts.stopColumns();
        for (GroupState group : groups) group.staged.close();
        durability.end(() -> {
            for (Tenant tenant : open.values()) tenant.close();
            open.clear();
            parts.close();
        });
    }
}
