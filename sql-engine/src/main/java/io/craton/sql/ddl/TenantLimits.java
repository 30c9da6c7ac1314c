package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.TableDef;

/** How many databases and tables the node's configuration lets there be. Creations at the same time do not see each other: a few more may slip through. */
final class TenantLimits {
    private static final int FIRST_USER_OID = 16384;

    private TenantLimits() {}

    /** Those that every node has do not count. */
    static void checkDatabases(Scope scope) {
        long most = limit("max_tenants", scope);
        if (most == 0) return;
        long databases = 0;
        for (DatabaseDef database : scope.context().catalog().all(DatabaseDef.class)) if (database.oid() >= FIRST_USER_OID) databases++;
        if (databases >= most) throw exceeded("databases", "max_tenants", most);
    }

    /** Temporary tables do not count. */
    static void checkTables(Scope scope) {
        long most = limit("max_streams_per_tenant", scope);
        if (most == 0) return;
        long tables = 0;
        for (TableDef table : scope.context().catalog().all(TableDef.class)) {
            if ((table.kind() == 'r' || table.kind() == 'm') && table.persistence() != 't') tables++;
        }
        if (tables >= most) throw exceeded("tables", "max_streams_per_tenant", most);
    }

    private static long limit(String name, Scope scope) {
        String value = scope.context().session().settingValue("craton.limits." + name);
        return value == null ? 0 : Long.parseLong(value);
    }

    private static PgException exceeded(String what, String name, long most) {
        return PgError.error(SqlState.CONFIGURATION_LIMIT_EXCEEDED, "too many " + what + ": limits." + name + " is " + most)
                .withHint("Drop some that nobody needs, or raise " + name + " in the configuration file, section [limits].").exception();
    }
}
