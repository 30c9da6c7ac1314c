package io.craton.storage.engine;

import io.craton.core.audit.AuditRecord;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.memory.MemoryAccount;
import io.craton.core.memory.MemoryPool;
import io.craton.core.memory.MemoryTerms;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.entry.EntrySealer;
import io.craton.storage.entry.Zstandard;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.LogArchive;
import io.craton.storage.projection.StoreFailedException;
import io.craton.storage.txn.AccessStatistics;
import io.craton.storage.txn.ClusterChanges;
import io.craton.storage.txn.CommitPipeline;
import io.craton.storage.txn.LockReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The door of storage. Order of life: {@link #open}; give {@link #consumer} to replication, which replays the log from {@link #recoveryPosition};
 * {@link #attach} the log; sessions; {@link #close}. Any thread, but {@link EntryConsumer} belongs to the one applier thread.
 */
public final class StorageEngine implements AutoCloseable {
    private final List<GroupState> groups;
    private final Tenants tenants;
    private final List<Applier> appliers;
    private final StorageConfig config;
    private final @Nullable KeyRing keys;
    private final Zstandard zstandard = new Zstandard();
    private volatile BooleanSupplier compresses = () -> true;

    private StorageEngine(StorageConfig config, InstantSource clock, @Nullable KeyRing keys) {
        this.config = config;
        this.keys = keys;
        List<GroupState> all = new ArrayList<>();
        for (int group = 0; group < config.groups(); group++) {
            EntrySealer sealer = new EntrySealer(keys, zstandard, () -> compresses.getAsBoolean());
            all.add(new GroupState(group, config, new CommitPipeline(clock, sealer), sealer));
        }
        groups = List.copyOf(all);
        tenants = new Tenants(config, groups, keys);
        appliers = groups.stream().map(group -> new Applier(tenants, group)).toList();
    }

    public static StorageEngine open(StorageConfig config) {
        return open(config, InstantSource.system());
    }

    public static StorageEngine open(StorageConfig config, InstantSource clock) {
        return new StorageEngine(config, clock, null);
    }

    /** @param keys null where nothing is encrypted */
    public static StorageEngine open(StorageConfig config, @Nullable KeyRing keys) {
        return new StorageEngine(config, InstantSource.system(), keys);
    }

    /** Whether what is on disk is encrypted. */
    public boolean encrypts() {
        return tenants.parts().encrypts();
    }

    /** New data keys for all tenants; answers how many. Where nothing is encrypted, 55000. */
    public int newDataKeys() {
        requireEncryption();
        List<Integer> all = new ArrayList<>(List.of(Birth.SYSTEM_TENANT));
        for (DatabaseDef database : cluster().all(DatabaseDef.class)) all.add(database.tenantNumber());
        first().pipeline.newKeys(all);
        return all.size();
    }

    /** After a change of the master key: wraps the data keys that it has not wrapped; answers how many. Where nothing is encrypted, 55000. */
    public int wrapDataKeysAgain() {
        requireEncryption();
        return first().pipeline.wrapKeysAgain();
    }

    private void requireEncryption() {
        if (!encrypts()) throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "encryption at rest is not enabled");
    }

    private GroupState first() {
        return groups.getFirst();
    }

    /** How many groups there are, each with a log of its own. */
    public int groups() {
        return groups.size();
    }

    /** What applies the first group's log to the projections. */
    public EntryConsumer consumer() {
        return consumer(0);
    }

    public EntryConsumer consumer(int group) {
        return appliers.get(group);
    }

    /** Where transactions send their entries. Once, before the first session. */
    public void attach(CommitLog log) {
        attach(0, log);
    }

    public void attach(int group, CommitLog log) {
        groups.get(group).pipeline.attach(log);
    }

    /** Whether large entries are compressed from now on; asked for each. Where nobody says, they are. */
    public void compressWhen(BooleanSupplier condition) {
        compresses = condition;
    }

    /** Where the log's entries are looked up. Once, before the first session. */
    public void attach(LogArchive archive) {
        attach(0, archive);
    }

    public void attach(int group, LogArchive archive) {
        groups.get(group).pipeline.attach(archive);
    }

    /** How changes of roles and databases reach the first group from the others; null where there is one group. */
    public @Nullable ClusterChanges clusterChanges() {
        return tenants.clusterChanges();
    }

    /** Waits until roles and databases are seen here as they are now, where there are several groups and this node may know them later than others. */
    public void awaitCluster() {
        if (groups.size() > 1) first().pipeline.followerBarrier();
    }

    /** The group in which a database's transactions run; -1 when it is not known. */
    public int group(String databaseName) {
        if (groups.size() == 1) return 0;
        DatabaseDef database = database(databaseName);
        return database == null ? -1 : tenants.groupOf(database);
    }

    /** Who is told, from appliers' threads, when {@link #group} may answer something else for a database; must not wait. With one group none ever moves. */
    public void onMove(Runnable listener) {
        TenantMoves moves = tenants.moves();
        if (moves != null) moves.onMove(listener);
    }

    /**
     * Moves a tenant to another group, where this node leads the one that it is in: its entries go on in the other group's log. Who commits meanwhile waits. When this
     * returns, all nodes will find it there.
     */
    public void move(int tenantNumber, int group) {
        tenants.placement().require(group);
        if (tenantNumber == Birth.SYSTEM_TENANT || cluster().all(DatabaseDef.class).stream().anyMatch(database -> database.tenantNumber() == tenantNumber && database.template())) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "a template database stays in its raft group");
        }
        TenantMoves moves = tenants.moves();
        if (moves == null) return;                                        // there is one group, and it is there
        tenants.using(tenantNumber, tenant -> {
            groups.get(group).pipeline.followerBarrier(); // it can take entries
            tenant.transactions.leaveFor(group);
            moves.tell(tenantNumber);
            return tenant;
        });
    }

    /** The group for a database that is about to be made. */
    public int groupForNew() {
        return tenants.placement().forNew(cluster());
    }

    /** Where tenants may be placed besides the first group: where what is committed is on as many disks as there. */
    public void placeWhere(IntPredicate asSafe) {
        tenants.placement().onlyWhere(asSafe);
    }

    /** Who is told the number of a tenant that was dropped while it was open here, though its sessions were not ended before. From the applier's thread; must not wait. */
    public void onDrop(IntConsumer listener) {
        tenants.onDrop(listener);
    }

    /** The node stops: entries that wait for another group's fail from now on, and stay unapplied. */
    public void stopWaiting() {
        tenants.numbers().made().stopWaiting();
    }

    /** The first group's log is applied to its end and nothing will follow: other groups wait for nothing. */
    void clusterIsWhole() {
        tenants.numbers().made().complete();
    }

    /** Roles, memberships, databases, role settings: the system tenant's catalog. They are in every tenant's {@link Catalog} as well. */
    public Catalog cluster() {
        return tenants.cluster();
    }

    public @Nullable DatabaseDef database(String name) {
        for (DatabaseDef database : cluster().all(DatabaseDef.class)) {
            if (database.name().equals(name)) return database;
        }
        return null;
    }

    /** Definitions of a tenant as they are now. May open it. */
    public Catalog catalog(int tenantNumber) {
        return tenants.using(tenantNumber, tenant -> {
            if (tenant.group != first() && !tenant.transactions.leads()) tenant.transactions.followerBarrier();
            return tenant.projection.state().schema().catalog();
        });
    }

    /** False where a tenant is known to have nothing in the log, without opening it. */
    public boolean hasEntries(int tenantNumber) {
        return tenants.hasEntries(tenantNumber);
    }

    /** A number for a database to be created: {@code Put(DatabaseDef)} in any tenant's transaction makes it, {@code Drop} removes it and its rows. */
    public int newTenantNumber() {
        return tenants.numbers().take();
    }

    /** One client's place in a tenant. {@code processId} names it in deadlock reports. */
    public TenantSession openSession(int tenantNumber, int processId) {
        Tenant tenant = tenants.pinForSession(tenantNumber);
        tenant.group.pipeline.prepare(tenantNumber);
        TenantMoves moves = tenants.moves();
        if (moves != null && moves.untold(tenant)) Thread.startVirtualThread(() -> moves.tellIfLed(tenant)); // who moved it died before that
        return new LocalSession(tenant, processId);
    }

    /** Locks that sessions have or wait for, in all tenants. */
    public List<LockReport> locks() {
        return tenants.reports().locks();
    }

    /** Processes that keep this one waiting. */
    public List<Integer> blockers(int processId) {
        return tenants.reports().blockers(processId);
    }

    /** Of an open database; null when it is not open. */
    public @Nullable AccessStatistics statistics(int databaseOid) {
        return tenants.reports().statistics(databaseOid);
    }

    /** What a tenant's statements hold of this node's memory together. */
    public MemoryAccount memory(int tenantNumber) {
        return tenants.parts().memory(tenantNumber);
    }

    /** What the statements of all tenants hold together. */
    public MemoryPool memoryPool() {
        return tenants.parts().memoryPool();
    }

    /** How much tenants may take, from here on. */
    public void memoryTerms(MemoryTerms terms) {
        tenants.parts().memoryTerms(terms);
    }

    /** Receives notifications of committed transactions, in commit order, from the applier thread; must not block. */
    public interface NotificationListener {
        void notified(int tenantNumber, String channel, String payload, int processId);
    }

    public void onNotification(NotificationListener listener) {
        tenants.listen(listener);
    }

    /** Who is told once, from any thread, when the projections turn out to be damaged. What needs the damaged part fails; the log is not touched by it. */
    public void onDamage(Consumer<StoreFailedException> listener) {
        tenants.parts().onDamage(listener);
    }

    /** Writes records down that belong to no transaction, on the node that leads; {@code done} gets null, or why they are not in the log. Does not wait. */
    public void audit(List<AuditRecord> records, Consumer<@Nullable PgException> done) {
        first().pipeline.audit(Birth.SYSTEM_TENANT, records, done);
    }

    /** Writes down, for craton_audit and every tenant's craton_log, that this node goes on without its cluster. */
    public void recovered(AuditRecord what, Consumer<@Nullable PgException> done) {
        first().pipeline.recovered(Birth.SYSTEM_TENANT, what, done);
    }

    /** All audit records that are applied here, in order of position. */
    public void audits(AuditVisitor visitor) {
        tenants.system().projection.audits((record, position) -> visitor.visit(position, record));
    }

    /** Takes records, and the position of the entry that each is in. */
    public interface AuditVisitor {
        void visit(long position, AuditRecord record);
    }

    /** Makes everything applied so far durable in the projections and answers the position from which the log must be replayed after a crash. */
    public long checkpoint() {
        long position = tenants.durability().checkpoint(first());
        for (GroupState group : groups) if (group != first()) tenants.durability().checkpoint(group);
        return position;
    }

    /**
     * A copy of the projections of the first group's tenants, by hard links where possible, in a folder that does not exist yet, for another node: with the log from the position answered on it
     * is what this node has. Beside the applier; any thread.
     */
    public long copyTo(Path folder) throws IOException {
        return tenants.copyTo(folder);
    }

    /** Entries behind this position must be applied again after a start. */
    public long recoveryPosition() {
        return recoveryPosition(0);
    }

    public long recoveryPosition(int group) {
        return groups.get(group).meta.recoveryPosition();
    }

    /**
     * A digest of each tenant's projection, by tenant number, the system tenant 0 included. To verify a data folder, replay its log into an engine over an empty
     * folder and compare. Nothing may be applied meanwhile.
     */
    public Map<Integer, String> digests() {
        return new TenantContents(tenants).digests();
    }

    /** What differs from an engine that applied the same entries, in words, some for each tenant; nothing when all is well. */
    List<String> differences(StorageEngine other) {
        return new TenantContents(tenants).differences(new TenantContents(other.tenants));
    }

    /** Closes tenants that nobody has used for so long. The engine does it by itself. */
    void closeUnused(long nanos) {
        tenants.closeUnused(nanos);
    }

    /** Numbers of the tenants that are open now. */
    Set<Integer> open() {
        return tenants.open();
    }

    /** All tenants, the system tenant included. */
    int tenants() {
        return tenants.tenants();
    }

    /** Bytes that a tenant's projection takes, memory and disk, as RocksDB estimates it. */
    public long estimatedBytes(int tenantNumber) {
        return tenants.using(tenantNumber, tenant -> tenant.projection.estimatedBytes());
    }

    /**
     * Works a tenant's projection out again from the log, beside its use, and mends what is not as the log has it.
     *
     * @param name rows, indexes, columns, catalog, or a table
     */
    public ProjectionRebuild.Report rebuild(int tenantNumber, String name) {
        return tenants.using(tenantNumber, tenant -> new ProjectionRebuild(config.dataDirectory(), tenants, appliers.get(tenant.group.number), keys).run(tenant, name));
    }

    /** Where a tenant's projection is, as JSON. */
    public String projectionStatus(int tenantNumber) {
        return tenants.using(tenantNumber, tenant -> ProjectionReport.of(tenant, appliers.get(tenant.group.number).atRest(position -> position)));
    }

    /** RocksDB's own account of all open tenants, for people. */
    public Map<String, String> storeStatistics() {
        return tenants.reports().storeStatistics();
    }

    Tenants tenantsForRebuild() {
        return tenants;
    }

    Applier applier(int group) {
        return appliers.get(group);
    }

    /** For metrics. Asks RocksDB, so not for every statement. */
    public StorageFigures figures() {
        return tenants.reports().figures();
    }

    /** Before a clean stop, when all sessions have ended and the log still takes entries. */
    public void giveBackSequences() {
        tenants.giveBackSequences();
    }

    /** What opens entries of any group's log. */
    EntrySealer sealer() {
        return first().sealer;
    }

    @Override
    public void close() {
        tenants.close();
        zstandard.close();
    }
}
