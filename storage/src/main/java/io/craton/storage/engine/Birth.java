package io.craton.storage.engine;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The catalogs that tenants are born with: the same everywhere, so no entry says it. */
final class Birth {
    static final int SYSTEM_TENANT = 0;
    private static final int POSTGRES_ROLE = 10;
    private static final int DATABASE_OWNER_ROLE = 6171;
    private static final int MONITOR_ROLE = 3373;
    private static final int INFORMATION_SCHEMA = 13207;
    private static final int C_COLLATION = 950;

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
                new DatabaseDef(1, 2, "template1", POSTGRES_ROLE, true, true, -1, "{=c/#10,#10=CTc/#10}", 0, 0),
                new DatabaseDef(4, 4, "template0", POSTGRES_ROLE, true, false, -1, "{=c/#10,#10=CTc/#10}", 0, 0),
                new DatabaseDef(5, 1, "postgres", POSTGRES_ROLE, false, true, -1, null, 0, 0),
                new DatabaseDef(16383, 3, "craton", POSTGRES_ROLE, false, true, -1, null, 0, 0));
    }

    private static List<CatalogObject> database() {
        List<CatalogObject> objects = new ArrayList<>(List.of(
                new SchemaDef(11, "pg_catalog", POSTGRES_ROLE, "{#10=UC/#10,=U/#10}"),
                new SchemaDef(99, "pg_toast", POSTGRES_ROLE, null),
                new SchemaDef(2200, "public", DATABASE_OWNER_ROLE, "{#6171=UC/#6171,=U/#6171}"),
                new SchemaDef(INFORMATION_SCHEMA, "information_schema", POSTGRES_ROLE, "{#10=UC/#10,=U/#10}"),
                new CommentDef(16379, 2615, 2200, 0, "standard public schema"),
                new ExtensionDef(13559, "plpgsql", POSTGRES_ROLE, 11, "1.0")));
        objects.addAll(informationDomains());
        return objects;
    }

    /** The domains of information_schema's columns, with their checks. */
    private static List<CatalogObject> informationDomains() {
        List<CatalogObject> objects = new ArrayList<>();
        domain(objects, 13221, "cardinal_number", PgTypes.INT4, -1, 0, null);
        domain(objects, 13224, "character_data", PgTypes.VARCHAR, -1, C_COLLATION, null);
        domain(objects, 13226, "sql_identifier", PgTypes.NAME, -1, C_COLLATION, null);
        domain(objects, 13232, "time_stamp", PgTypes.TIMESTAMPTZ, 2, 0, "CURRENT_TIMESTAMP(2)");
        domain(objects, 13234, "yes_or_no", PgTypes.VARCHAR, 3 + 4, C_COLLATION, null);
        check(objects, 13222, "cardinal_number_domain_check", 13221, "(VALUE >= 0)");
        check(objects, 13235, "yes_or_no_check", 13234, "(VALUE = ANY (ARRAY['YES'::character varying, 'NO'::character varying]))");
        return objects;
    }

    /** A domain and, under the oid before it, its array type. */
    private static void domain(List<CatalogObject> objects, int oid, String name, PgType base, int typmod, int collation,
            @Nullable String defaultText) {
        objects.add(new TypeDef(new PgType(oid, name, INFORMATION_SCHEMA, 'd', base.category(), false, base.length(), base.align(), base.storage(), ',',
                0, oid - 1, 0, base.oid(), typmod, collation, false, defaultText, POSTGRES_ROLE, List.of(), List.of(), base.repr()), null));
        objects.add(new TypeDef(new PgType(oid - 1, "_" + name, INFORMATION_SCHEMA, 'b', 'A', false, -1, base.align() == 'd' ? 'd' : 'i', 'x', ',',
                oid, 0, 0, 0, -1, collation, false, null, POSTGRES_ROLE, List.of(), List.of(), Repr.OBJECT), null));
    }

    private static void check(List<CatalogObject> objects, int oid, String name, int domain, String text) {
        objects.add(new ConstraintDef(oid, INFORMATION_SCHEMA, name, 'c', 0, domain, 0, List.of(), 0, List.of(), ' ', ' ', List.of(), ' ', false, false,
                true, false, text));
    }
}
