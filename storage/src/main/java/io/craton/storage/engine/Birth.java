package io.craton.storage.engine;

import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import java.util.List;

/** The catalogs that tenants are born with: the same everywhere, so no entry says it. */
final class Birth {
    static final int SYSTEM_TENANT = 0;
    private static final int POSTGRES_ROLE = 10;
    private static final int DATABASE_OWNER_ROLE = 6171;

    private Birth() {}

    static List<CatalogObject> of(int tenant) {
        return tenant == SYSTEM_TENANT ? system() : database();
    }

    private static List<CatalogObject> system() {
        return List.of(
                new RoleDef(POSTGRES_ROLE, "postgres", true, true, true, true, true, true, true, -1, null, null),
                new DatabaseDef(1, 2, "template1", POSTGRES_ROLE, true, true, -1, "{=c/postgres,postgres=CTc/postgres}"),
                new DatabaseDef(5, 1, "postgres", POSTGRES_ROLE, false, true, -1, null),
                new DatabaseDef(16383, 3, "craton", POSTGRES_ROLE, false, true, -1, null));
    }

    private static List<CatalogObject> database() {
        return List.of(
                new SchemaDef(11, "pg_catalog", POSTGRES_ROLE, "{postgres=UC/postgres,=U/postgres}"),
                new SchemaDef(99, "pg_toast", POSTGRES_ROLE, null),
                new SchemaDef(2200, "public", DATABASE_OWNER_ROLE, "{pg_database_owner=UC/pg_database_owner,=U/pg_database_owner}"),
                new SchemaDef(13000, "information_schema", POSTGRES_ROLE, "{postgres=UC/postgres,=U/postgres}"));
    }
}
