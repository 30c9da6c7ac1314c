package io.craton.storage.engine;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The list of databases as the first group's log has it by now, which says what tenants there are besides the system tenant. Any thread. */
final class Databases {
    private final Supplier<Catalog> cluster;
    private @Nullable DatabaseDef supposed;

    /** @param cluster the system tenant's catalog */
    Databases(Supplier<Catalog> cluster) {
        this.cluster = cluster;
    }

    /** One that is there whatever the list says: of an engine that works out one tenant alone. Before the first entry. */
    void suppose(DatabaseDef database) {
        supposed = database;
    }

    Iterable<DatabaseDef> all() {
        return cluster.get().all(DatabaseDef.class);
    }

    /** Null where there is no tenant of this number, or it is the system tenant. */
    @Nullable DatabaseDef find(int number) {
        DatabaseDef known = supposed;
        if (known != null && known.tenantNumber() == number) return known;
        for (DatabaseDef database : all()) {
            if (database.tenantNumber() == number) return database;
        }
        return null;
    }
}
