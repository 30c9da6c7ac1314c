package io.craton.storage.engine;

import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.txn.AccessStatistics;
import io.craton.storage.txn.LockReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What people and metrics want to know of the open tenants; opens none. Any thread. */
final class TenantReports {
    private final Collection<Tenant> open;
    private final Databases databases;
    private final TenantParts parts;
    private final Durability durability;

    /** @param open the open tenants of each moment */
    TenantReports(Collection<Tenant> open, Databases databases, TenantParts parts, Durability durability) {
        this.open = open;
        this.databases = databases;
        this.parts = parts;
        this.durability = durability;
    }

    List<LockReport> locks() {
        List<LockReport> all = new ArrayList<>();
        for (Tenant tenant : open) all.addAll(tenant.transactions.locks());
        return all;
    }

    List<Integer> blockers(int processId) {
        List<Integer> all = new ArrayList<>();
        for (Tenant tenant : open) all.addAll(tenant.transactions.blockers(processId));
        return all;
    }

    /** Of a database; null when it was not open since the start. */
    @Nullable AccessStatistics statistics(int databaseOid) {
        for (DatabaseDef database : databases.all()) if (database.oid() == databaseOid) return parts.statistics(database.tenantNumber());
        return null;
    }

    StorageFigures figures() {
        return durability.undisturbed(() -> {
            List<StorageFigures.OfTenant> all = new ArrayList<>();
            for (Tenant tenant : open) {
                DatabaseDef database = databases.find(tenant.number);
                if (database == null) continue;
                TenantProjection projection = tenant.projection;
                all.add(new StorageFigures.OfTenant(tenant.number, database.name(), projection.state().position(), projection.estimatedBytes(),
                        projection.memtableBytes(), projection.pendingCompactionBytes(), parts.memory(tenant.number).used(), tenant.transactions.statistics()));
            }
            return parts.figures(durability.checkpoints(), all);
        }, StorageFigures.NONE);
    }

    /** RocksDB's own account, by folder. */
    Map<String, String> storeStatistics() {
        return durability.undisturbed(() -> {
            Map<String, String> all = new TreeMap<>();
            for (Tenant tenant : open) all.put(ProjectionCopy.folderName(tenant.number), tenant.projection.storeStatistics());
            return all;
        }, Map.of());
    }
}
