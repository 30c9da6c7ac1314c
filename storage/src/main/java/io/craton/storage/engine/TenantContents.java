package io.craton.storage.engine;

import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.projection.ProjectionContents;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that the projections of an engine have, to be compared with what another engine has of the same log. Opens each tenant; nothing may be applied meanwhile. */
final class TenantContents {
    private static final int DIFFERENCES_MAX = 5;

    private final Tenants tenants;

    TenantContents(Tenants tenants) {
        this.tenants = tenants;
    }

    /** By tenant number, the system tenant included. */
    Map<Integer, String> digests() {
        Map<Integer, String> digests = new TreeMap<>();
        digests.put(Birth.SYSTEM_TENANT, digest(tenants.system()));
        for (DatabaseDef database : tenants.databases().all()) {
            int number = database.tenantNumber();
            digests.put(number, tenants.using(number, TenantContents::digest));
        }
        return digests;
    }

    private static String digest(Tenant tenant) {
        return HexFormat.of().formatHex(ProjectionContents.digest(tenant.projection));
    }

    /** What differs from another engine's projections that should be the same, in words; at most some for each tenant. */
    List<String> differences(TenantContents other) {
        List<String> differences = new ArrayList<>();
        differences(tenants.system(), other.tenants.system(), differences);
        for (DatabaseDef database : other.tenants.databases().all()) {
            int number = database.tenantNumber();
            if (tenants.databases().find(number) == null) differences.add("tenant " + number + ": database " + database.name() + " is missing");
            else tenants.using(number, own -> other.tenants.using(number, its -> {
                differences(own, its, differences);
                return own;
            }));
        }
        return differences;
    }

    private static void differences(Tenant own, Tenant other, List<String> all) {
        for (String difference : ProjectionContents.differences(own.projection, other.projection, DIFFERENCES_MAX)) all.add("tenant " + own.number + ": " + difference);
    }
}
