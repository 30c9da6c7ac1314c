package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.character;
import static io.craton.sql.pgcatalog.Datum.oid;
import static io.craton.sql.pgcatalog.Datum.oids;

import io.craton.core.type.FormatContext;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What all databases share: roles, memberships, databases, their settings. Passwords are shown to nobody but as a mark that there is one. */
final class RoleRows {
    private static final String HIDDEN_PASSWORD = "********";

    private RoleRows() {}

    static void authids(Catalog catalog, Consumer<Object[]> out) {
        for (RoleDef r : catalog.all(RoleDef.class)) {
            out.accept(new Object[] {
                oid(r.oid()), r.name(), r.superuser(), r.inherit(), r.createRole(), r.createDatabase(), r.canLogin(), r.replication(),
                r.bypassRowSecurity(), (long) r.connectionLimit(), r.scramVerifier() == null ? null : HIDDEN_PASSWORD, validUntil(r)});
        }
    }

    static void roles(Catalog catalog, Consumer<Object[]> out) {
        for (RoleDef r : catalog.all(RoleDef.class)) {
            out.accept(new Object[] {
                r.name(), r.superuser(), r.inherit(), r.createRole(), r.createDatabase(), r.canLogin(), r.replication(),
                (long) r.connectionLimit(), HIDDEN_PASSWORD, validUntil(r), r.bypassRowSecurity(), settings(catalog, r), oid(r.oid())});
        }
    }

    /** pg_user and pg_shadow. */
    static void users(Catalog catalog, Consumer<Object[]> out) {
        for (RoleDef r : catalog.all(RoleDef.class)) {
            if (!r.canLogin()) continue;
            out.accept(new Object[] {
                r.name(), oid(r.oid()), r.createDatabase(), r.superuser(), r.replication(), r.bypassRowSecurity(), HIDDEN_PASSWORD,
                validUntil(r), settings(catalog, r)});
        }
    }

    static void groups(Catalog catalog, Consumer<Object[]> out) {
        for (RoleDef r : catalog.all(RoleDef.class)) {
            if (r.canLogin()) continue;
            List<Integer> members = new ArrayList<>();
            for (MembershipDef m : catalog.all(MembershipDef.class)) {
                if (m.roleOid() == r.oid()) members.add(m.memberOid());
            }
            out.accept(new Object[] {r.name(), oid(r.oid()), oids(members)});
        }
    }

    private static @Nullable Object validUntil(RoleDef role) {
        return role.validUntil() == null ? null
                : TypeCodecs.fromText(PgTypes.TIMESTAMPTZ, role.validUntil(), -1, FormatContext.DEFAULT);
    }

    private static @Nullable Object settings(Catalog catalog, RoleDef role) {
        for (RoleSettingDef def : catalog.all(RoleSettingDef.class)) {
            if (def.roleOid() == role.oid() && def.databaseOid() == 0) return Datum.options(def.settings());
        }
        return null;
    }

    static void memberships(Catalog catalog, Consumer<Object[]> out) {
        for (MembershipDef m : catalog.all(MembershipDef.class)) {
            out.accept(new Object[] {oid(m.roleOid()), oid(m.memberOid()), oid(m.grantorOid()), m.adminOption()});
        }
    }

    static void databases(Catalog catalog, Consumer<Object[]> out) {
        for (DatabaseDef d : catalog.all(DatabaseDef.class)) {
            out.accept(new Object[] {
                oid(d.oid()), d.name(), oid(d.owner()), 6L, character('c'), d.template(), d.allowConnections(), (long) d.connectionLimit(), 3L, 1L,
                1663L, d.locale().collate(), d.locale().ctype(), null, null, Datum.acl(d.acl(), catalog)});
        }
    }

    static void settings(Catalog catalog, Consumer<Object[]> out) {
        for (RoleSettingDef def : catalog.all(RoleSettingDef.class)) {
            out.accept(new Object[] {oid(def.databaseOid()), oid(def.roleOid()), Datum.options(def.settings())});
        }
    }

    static List<Object[]> tablespaces() {
        return List.of(new Object[] {1663L, "pg_default", 10L, null, null}, new Object[] {1664L, "pg_global", 10L, null, null});
    }
}
