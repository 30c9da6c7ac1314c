package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which roles a role is in, directly or not. A role without INHERIT has no privileges of the roles that it is in before SET ROLE; the owner of the database is a member
 * of pg_database_owner, which has no others. Pure.
 */
public final class Memberships {
    public static final int DATABASE_OWNER = 6171;

    private final Catalog catalog;
    private final int database;

    public Memberships(Catalog catalog, int database) {
        this.catalog = catalog;
        this.database = database;
    }

    public static Memberships of(ExecContext context) {
        return new Memberships(context.catalog(), context.session().databaseOid());
    }

    /** The role and those whose privileges it has without SET ROLE. */
    public Set<Integer> privilegesOf(int role) {
        return reached(role, member -> {
            RoleDef def = catalog.find(RoleDef.class, member);
            return def == null || def.inherit();
        });
    }

    /** The role and those that it is a member of. */
    public Set<Integer> rolesOf(int role) {
        return reached(role, member -> true);
    }

    private Set<Integer> reached(int role, IntPredicate goesOn) {
        Set<Integer> found = new LinkedHashSet<>(List.of(role));
        Set<Integer> next = found;
        int owner = databaseOwner();
        while (!next.isEmpty()) {
            Set<Integer> further = new LinkedHashSet<>();
            for (int member : next) {
                if (!goesOn.test(member)) continue;
                for (MembershipDef membership : catalog.all(MembershipDef.class)) {
                    if (membership.memberOid() == member && !found.contains(membership.roleOid())) further.add(membership.roleOid());
                }
                if (member == owner && !found.contains(DATABASE_OWNER)) further.add(DATABASE_OWNER);
            }
            found.addAll(further);
            next = further;
        }
        return found;
    }

    private int databaseOwner() {
        DatabaseDef def = catalog.find(DatabaseDef.class, database);
        return def == null ? 0 : def.owner();
    }

    /** Whether the member, or a role that it is in, may give and take memberships in the role. Nobody may of itself. */
    public boolean admin(int member, int role) {
        if (member == role) return false;
        Set<Integer> roles = rolesOf(member);
        for (MembershipDef membership : catalog.all(MembershipDef.class)) {
            if (membership.adminOption() && membership.roleOid() == role && roles.contains(membership.memberOid())) return true;
        }
        return false;
    }
}
