package io.craton.storage.engine;

import io.craton.core.error.Invariant;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.entry.EntryKind;
import io.craton.storage.entry.EntryReader;
import io.craton.storage.entry.EntrySealer;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.projection.Stays;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Applies committed entries to the tenants' projections, in order. Deterministic: no clock, no randomness, nothing but entries and state.
 * Entries at or below a tenant's own position are skipped, so a replay may begin anywhere in front of it. One for each group; its replication's one thread.
 */
final class Applier implements EntryConsumer {
    private static final int RUN_BYTES_MAX = 4 << 20;
    private static final long AWAIT_NANOS = 1_000_000;
    /** In place of a tenant's position: in front of all that is applied. */
    private static final long OVER = Long.MIN_VALUE;

    private final Tenants tenants;
    private final GroupState group;
    private final EntrySealer sealer;
    /** Held from the first entry of a run to its end. */
    private final ReentrantLock working = new ReentrantLock();
    private final Set<Tenant> touched = new LinkedHashSet<>();
    /** Tenants of the run's entries: they stay open until its end. The last one is most often the next one as well. */
    private final Map<Integer, Tenant> held = new HashMap<>();
    private @Nullable Tenant last;
    private final List<Runnable> afterRun = new ArrayList<>();
    /** Staged transactions that are wholly in the run. */
    private final List<Runnable> finished = new ArrayList<>(0);
    private Runnable beforeWaiting = () -> { };
    private volatile boolean waits;
    /** Something could not be applied: what is in the projections is half of it, perhaps. */
    private volatile boolean failed;
    private long position;
    private int entries;
    private long bytes;

    Applier(Tenants tenants, GroupState group) {
        this.tenants = tenants;
        this.group = group;
        this.sealer = group.sealer;
        this.position = group.meta.recoveryPosition();
    }

    int group() {
        return group.number;
    }

    /** What is done before an entry waits for another group's. */
    void beforeWaiting(Runnable work) {
        beforeWaiting = work;
    }

    /** An entry waits for a tenant that comes from another group's log. Any thread. */
    boolean waits() {
        return waits;
    }

    @Override
    public void apply(long entryPosition, long term, byte[] stored) {
        try {
            take(entryPosition, term, stored);
        } catch (RuntimeException | Error e) {
            fails();
            throw e;
        }
    }

    /** Whoever waits for the end of the run learns that it will not come. */
    private void fails() {
        failed = true;
        if (working.isHeldByCurrentThread()) working.unlock();
    }

    private void take(long entryPosition, long term, byte[] stored) {
        int number = EntryHeader.tenant(stored);
        if (sealer.isKey(stored, entryPosition)) {
            begin(entryPosition, term);
            takeKey(stored, entryPosition);
            entries++;
            return;
        }
        if (group.number != 0 && sealer.lacksKey(stored)) awaitKey(stored, number, entryPosition);
        Tenant tenant = held(number);
        if (tenant == null && !touched.isEmpty()) {
            endOfRun(); // its database may be made in this very run
            tenant = held(number);
        }
        if (tenant == null && group.number != 0) tenant = awaited(number, entryPosition);
        begin(entryPosition, term);
        StagedTransactions staged = group.staged;
        if (tenant == null) {
            if (group.number != 0) auditsOfDropped(stored, entryPosition);
            return;
        }
        long at = entryPosition;
        if (tenants.several() && number != Birth.SYSTEM_TENANT) {
            if (!isHere(tenant, entryPosition)) {
                tenant = arrived(number, entryPosition);
                if (tenant == null) return;
            }
            Stays stays = tenant.projection.stays();
            // what is over is in the projection; the run, and all else of the tenant, is another applier's by now
            at = stays.isOver(group.number, entryPosition) ? OVER : stays.position(group.number, entryPosition);
        }
        byte[] payload = sealer.open(stored, entryPosition);
        EntryReader entry = new EntryReader(payload);
        EntryHeader header = entry.header();
        if (at == OVER && header.kind() != EntryKind.COMMIT && header.kind() != EntryKind.COMMIT_CHUNKS) return;
        switch (header.kind()) {
            case COMMIT, RECOVERY -> commit(entryPosition, at, tenant, entry);
            case DROP_CHUNKS -> staged.drop(number, header.transaction(), entry.chunks());
            case CHUNK -> staged.add(tenant, header.transaction(), entry, term, entryPosition, payload.length);
            case COMMIT_CHUNKS -> {
                commit(entryPosition, at, tenant, entry);
                finished.add(() -> staged.drop(number, header.transaction(), 0));
            }
            case KEY -> throw new IllegalStateException("a sealed data key"); // it is none of the tenant's entries
            case AUDITS -> told(entryPosition, tenant, entry);
            case MOVE -> {
                if (at > applied(tenant)) move(entryPosition, at, tenant, entry);
            }
            case SEQUENCE -> {
                if (at > applied(tenant)) {
                    touch(tenant).run.sequence(at, entry.header().timestampMicros(), entry.sequence());
                }
            }
        }
        entries++;
        bytes += payload.length;
        if (bytes > RUN_BYTES_MAX) { // they are counted compressed by who hands them over
            endOfRun();
            return;
        }
        for (Tenant each : touched) {
            if (each.run.size() > RUN_BYTES_MAX) {
                endOfRun();
                break;
            }
        }
    }

    private void begin(long entryPosition, long term) {
        if (!working.isHeldByCurrentThread()) working.lock();
        position = entryPosition;
        group.staged.term(term);
    }

    /** Keys of all groups' tenants come by the first group's log. What they will seal, in whichever log, has a later time: logs that are cut at one time fit each other. */
    private void takeKey(byte[] stored, long entryPosition) {
        Invariant.check(group.number == 0, "data keys are in the first group's log");
        for (GroupState each : tenants.groups()) each.pipeline.seenTimestamp(EntryHeader.read(stored).timestampMicros());
        sealer.take(new EntryReader(stored), entryPosition);
    }

    /** The key was committed in the first group's log before the entry was made; that log's applier may be behind. */
    private void awaitKey(byte[] stored, int number, long entryPosition) {
        if (working.isHeldByCurrentThread()) {
            position = entryPosition - 1;
            endOfRun();
        }
        beforeWaiting.run();
        while (true) {
            boolean isOver = tenants.numbers().made().isComplete(); // asked first: what comes in between is found
            if (!sealer.lacksKey(stored) || isOver) return;
            tenants.numbers().made().requireWaiting(number);
            LockSupport.parkNanos(AWAIT_NANOS);
        }
    }

    private @Nullable Tenant held(int number) {
        Tenant tenant = last;
        if (tenant != null && tenant.number == number) return tenant;
        tenant = held.get(number);
        if (tenant == null && (tenant = tenants.pin(number)) != null) held.put(number, tenant);
        last = tenant;
        return tenant;
    }

    /** Of another group than the first: its database may be in the first group's log, and not applied here yet. Null when it was dropped. */
    private @Nullable Tenant awaited(int number, long entryPosition) {
        if (tenants.numbers().made().mayCome(number)) {
            if (working.isHeldByCurrentThread()) {
                position = entryPosition - 1;
                endOfRun();
            }
            beforeWaiting.run();
        }
        while (true) {
            boolean mayCome = tenants.numbers().made().mayCome(number);
            Tenant tenant = held(number);
            if (tenant != null || !mayCome) return tenant;
            LockSupport.parkNanos(AWAIT_NANOS);
        }
    }

    /**
     * Waits for a tenant whose entries in front of this one are in another group's log, which another thread applies. No two wait for each other: what is waited for was
     * committed before this entry, and that one waits only for what was committed before it. Null when the tenant was dropped.
     */
    private @Nullable Tenant arrived(int number, long entryPosition) {
        position = entryPosition - 1;
        endOfRun();
        beforeWaiting.run();
        waits = true;
        try {
            return arrivedNow(number, entryPosition);
        } finally {
            waits = false;
        }
    }

    private @Nullable Tenant arrivedNow(int number, long entryPosition) {
        while (true) {
            tenants.numbers().made().requireWaiting(number);
            Tenant tenant = held(number);
            if (tenant == null || isHere(tenant, entryPosition)) {
                if (!working.isHeldByCurrentThread()) working.lock();
                position = entryPosition;
                return tenant;
            }
            endOfRun();
            LockSupport.parkNanos(AWAIT_NANOS);
        }
    }

    /** Whether the entry can be applied, or skipped: the tenant has been handed over by the applier of the group that it was in before, which does so behind what the projection says. */
    private boolean isHere(Tenant tenant, long entryPosition) {
        Stays stays = tenant.projection.stays();
        return stays.isOver(group.number, entryPosition) || tenant.group == group && stays.position(group.number, entryPosition) != Stays.NOT_YET;
    }

    /** At once, not at the end of the run: others may wait for it. */
    private void move(long entryPosition, long at, Tenant tenant, EntryReader entry) {
        EntryReader.Move move = entry.move();
        Stays next = tenant.projection.stays().moved(entryPosition, move.group(), move.base());
        touch(tenant).run.move(at, entry.header().timestampMicros(), next);
        group.pipeline.seenTimestamp(entry.header().timestampMicros());
        Invariant.check(tenant.pin(), "the applier has the tenant of its run");
        try {
            endOfRun();
            working.lock();
            tenants.moved(tenant); // and be it dropped by the first group's applier meanwhile
        } finally {
            tenant.unpin();
        }
    }

    /** An entry of another tenant than the one that is wanted: of it only what is the whole cluster's. */
    void applyOfOthers(long entryPosition, byte[] stored) {
        if (sealer.isKey(stored, entryPosition)) {
            takeKey(stored, entryPosition);
            return;
        }
        EntryKind kind = EntryHeader.read(stored).kind();
        if (kind != EntryKind.COMMIT && kind != EntryKind.COMMIT_CHUNKS) return;
        byte[] payload = sealer.open(stored, entryPosition);
        EntryReader entry = new EntryReader(payload);
        if (entry.changes().isEmpty()) return;
        if (!working.isHeldByCurrentThread()) working.lock();
        position = entryPosition;
        List<CatalogChange> cluster = new ArrayList<>(0);
        for (CatalogChange change : entry.changes()) if (Catalog.clusterWide(object(change))) cluster.add(change);
        if (!cluster.isEmpty()) applyCluster(entryPosition, entry, cluster, false);
    }

    /** Does something between two runs, which wait meanwhile; given the position of the newest entry that is applied. */
    <T> T atRest(LongFunction<T> work) {
        working.lock();
        try {
            if (failed) throw new PgException(SqlState.CANNOT_CONNECT_NOW, "this node has failed and is about to stop");
            return work.apply(position);
        } finally {
            working.unlock();
        }
    }

    private long applied(Tenant tenant) {
        return tenant.run.isEmpty() ? tenant.projection.state().position() : Long.MIN_VALUE;
    }

    private Tenant touch(Tenant tenant) {
        touched.add(tenant);
        return tenant;
    }

    /** @param at the tenant's own position */
    private void commit(long entryPosition, long at, Tenant tenant, EntryReader entry) {
        List<CatalogChange> own = new ArrayList<>(0);
        List<CatalogChange> cluster = new ArrayList<>(0);
        for (CatalogChange change : entry.changes()) (Catalog.clusterWide(object(change)) ? cluster : own).add(change);
        if (group.number != 0 && !entry.audits().isEmpty()) untold(entryPosition);
        else if (!cluster.isEmpty() || !entry.audits().isEmpty()) applyCluster(entryPosition, entry, cluster, tenant.number == Birth.SYSTEM_TENANT);
        if (at <= applied(tenant)) return;
        if (entry.header().kind() != EntryKind.COMMIT_CHUNKS) {
            touch(tenant).run.apply(at, entry, own);
        } else {
            tenant.run.commit();
            touch(tenant).run.applyStaged(at, entry, own, group.staged.ended(tenant, entry.header().transaction(), entry.chunks()));
        }
        tenant.transactions.seenTransaction(entry.header().transaction());
        for (CatalogChange change : own) tenant.transactions.seen(object(change));
        List<EntryWriter.Notification> notifications = entry.notifications();
        if (!notifications.isEmpty()) {
            int processId = java.util.Objects.requireNonNull(entry.origin()).processId();
            afterRun.add(() -> {
                for (EntryWriter.Notification notification : notifications) {
                    tenants.notified(tenant.number, notification.channel(), notification.payload(), processId);
                }
            });
        }
        group.pipeline.seenTimestamp(entry.header().timestampMicros());
    }

    /** Audit records are the first group's, whose log this entry is not in: its leader will be told. */
    private void untold(long entryPosition) {
        if (entryPosition <= tenants.audits().told(group.number)) return;
        group.untold.add(entryPosition);
        afterRun.add(() -> tenants.audits().tellIfLed(group));
    }

    /** What its database did is told though it is there no more. */
    private void auditsOfDropped(byte[] stored, long entryPosition) {
        EntryKind kind = EntryHeader.read(stored).kind();
        if (kind != EntryKind.COMMIT && kind != EntryKind.COMMIT_CHUNKS || entryPosition <= tenants.audits().told(group.number)) return;
        if (!new EntryReader(sealer.open(stored, entryPosition)).audits().isEmpty()) untold(entryPosition);
    }

    /** What another group's leader told, unless somebody had told it before. */
    private void told(long entryPosition, Tenant system, EntryReader entry) {
        EntryReader.Told told = entry.told();
        if (entryPosition <= applied(system) || !tenants.audits().takes(told)) return;
        touch(system).run.auditsTold(entryPosition, entry.header().timestampMicros(), told);
        group.pipeline.seenTimestamp(entry.header().timestampMicros());
        if (told.group() < tenants.groups().size()) afterRun.add(() -> tenants.group(told.group()).untold.told(told.upTo()));
    }

    /** Roles, databases and audit records go to the system tenant, whichever database they come from; the former show in every open tenant. */
    private void applyCluster(long entryPosition, EntryReader entry, List<CatalogChange> changes, boolean foreign) {
        Tenant system = tenants.system();
        if (entryPosition > applied(system)) {
            touch(system).run.applyCatalog(entryPosition, entry.header().timestampMicros(), changes, entry.audits());
        }
        if (!changes.isEmpty()) afterRun.add(() -> tenants.clusterChanged(changes, entryPosition, foreign));
    }

    static CatalogObject object(CatalogChange change) {
        return switch (change) {
            case CatalogChange.Put put -> put.object();
            case CatalogChange.Drop drop -> drop.object();
        };
    }

    @Override
    public void endOfRun() {
        try {
            end();
        } catch (RuntimeException | Error e) {
            fails();
            throw e;
        }
    }

    private void end() {
        for (Tenant tenant : touched) {
            tenant.run.commit();
            tenant.dirtyPosition = position;
        }
        touched.clear();
        finished.forEach(Runnable::run);
        finished.clear();
        group.staged.endOfRun();
        if (!afterRun.isEmpty()) {
            afterRun.forEach(Runnable::run);
            afterRun.clear();
        }
        held.values().forEach(Tenant::unpin);
        held.clear();
        last = null;
        group.applied(position, entries, bytes);
        entries = 0;
        bytes = 0;
        if (working.isHeldByCurrentThread()) working.unlock();
    }

    @Override
    public long appliedPosition() {
        return group.meta.recoveryPosition();
    }
}
