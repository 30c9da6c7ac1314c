package io.craton.storage.engine;

import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import java.util.List;

/** The catalogs that tenants are born with: the same everywhere, so no entry says it. */
final class Birth {
    static final int SYSTEM_TENANT = 0;
    private static final int POSTGRES_ROLE = 10;
    private static final int DATABASE_OWNER_ROLE = 6171;
    private static final int MONITOR_ROLE = 3373;

    private Birth() {}

    static List<CatalogObject> of(int tenant) {
        return tenant == SYSTEM_TENANT ? system() : database();
    }

    /** A role that only carries privileges; PostgreSQL has the same under the same oids. */
    private static RoleDef group(int oid, String name) {
        return new RoleDef(oid, name, false, true, false, false, false, false, false, -1, null, null);
    }

    private static List<CatalogObject> system() {
        return List.of(
                group(DATABASE_OWNER_ROLE, "pg_database_owner"),
                group(6181, "pg_read_all_data"),
                group(6182, "pg_write_all_data"),
                group(MONITOR_ROLE, "pg_monitor"),
                group(3374, "pg_read_all_settings"),
                group(3375, "pg_read_all_stats"),
                group(3377, "pg_stat_scan_tables"),
                group(4569, "pg_read_server_files"),
                group(4570, "pg_write_server_files"),
                group(4571, "pg_execute_server_program"),
                group(4200, "pg_signal_backend"),
                group(4544, "pg_checkpoint"),
                new MembershipDef(16380, 3374, MONITOR_ROLE, POSTGRES_ROLE, false),
                new MembershipDef(16381, 3375, MONITOR_ROLE, POSTGRES_ROLE, false),
                new MembershipDef(16382, 3377, MONITOR_ROLE, POSTGRES_ROLE, false),
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
                new SchemaDef(13207, "information_schema", POSTGRES_ROLE, "{postgres=UC/postgres,=U/postgres}"),
                new CommentDef(16379, 2615, 2200, 0, "standard public schema"),
                new ExtensionDef(13559, "plpgsql", POSTGRES_ROLE, 11, "1.0"));
    }
}
