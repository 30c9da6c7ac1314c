package io.craton.sql.session;

import io.craton.core.memory.MemoryTerms;
import io.craton.sql.settings.NodeSettings;
import io.craton.sql.settings.SessionSettings;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** How much memory each tenant may take: what ALTER DATABASE .. SET says of it, else the node's configuration. Worked out again when one of the two has changed. Any thread. */
final class TenantMemory implements MemoryTerms {
    private static final String LIMIT = "craton.limits.max_memory_per_tenant";

    private final Supplier<NodeSettings> settings;
    private final Supplier<Catalog> cluster;
    private volatile Known known = new Known(NodeSettings.NONE, null, 0, Map.of());

    /** @param own by tenant, where a database has its own limit */
    private record Known(NodeSettings settings, @org.jspecify.annotations.Nullable Catalog cluster, long general, Map<Integer, Long> own) {}

    TenantMemory(Supplier<NodeSettings> settings, Supplier<Catalog> cluster) {
        this.settings = settings;
        this.cluster = cluster;
    }

    @Override
    public long limit(int tenant) {
        NodeSettings configured = settings.get();
        Catalog catalog = cluster.get();
        Known now = known;
        if (now.settings != configured || now.cluster != catalog) known = now = workOut(configured, catalog);
        Long own = now.own.get(tenant);
        return own != null ? own : now.general;
    }

    private static Known workOut(NodeSettings configured, Catalog catalog) {
        NodeSettings.Given general = configured.given(LIMIT);
        Map<Integer, Long> own = new HashMap<>();
        for (RoleSettingDef def : catalog.all(RoleSettingDef.class)) {
            if (def.roleOid() != 0) continue;
            DatabaseDef database = catalog.find(DatabaseDef.class, def.databaseOid());
            if (database == null) continue;
            def.settings().forEach((name, value) -> {
                long bytes = name.equalsIgnoreCase(SessionSettings.TENANT_MEMORY) ? SessionSettings.tenantMemoryBytes(value) : -1;
                if (bytes >= 0) own.put(database.tenantNumber(), bytes);
            });
        }
        return new Known(configured, catalog, general == null ? 0 : Long.parseLong(general.value()), Map.copyOf(own));
    }

    @Override
    public String database(int tenant) {
        for (DatabaseDef database : cluster.get().all(DatabaseDef.class)) if (database.tenantNumber() == tenant) return database.name();
        return "";
    }
}
