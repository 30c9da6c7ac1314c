package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, by the ACL texts of catalog objects: {@code {grantee=letters/grantor,..}} with {@code *} behind a letter for the grant option.
 * A null ACL means the object type's default: everything for the owner, and what PostgreSQL gives to PUBLIC.
 */
public final class Privileges {
    private static final int POSTGRES = 10;

    private Privileges() {}

    /**
     * Whether the role has at least one of the privileges; a letter followed by {@code *} asks for its grant option.
     *
     * @param objectType as acldefault's: r table, S sequence, d database, n schema, f function, T type, l language, t tablespace
     */
    public static boolean any(ExecContext context, int role, int owner, @Nullable String acl, String privileges, char objectType) {
        if (superuser(context, role)) return true;
        Set<Integer> roles = rolesOf(context.catalog(), role);
        for (int i = 0; i < privileges.length(); i++) {
            char letter = privileges.charAt(i);
            boolean grant = i + 1 < privileges.length() && privileges.charAt(i + 1) == '*';
            if (grant) i++;
            if (has(context.catalog(), roles, owner, acl, letter, grant, objectType)) return true;
        }
        return false;
    }

    static boolean superuser(ExecContext context, int role) {
        if (role == context.session().currentUserOid()) return context.session().superuser();
        RoleDef def = context.catalog().find(RoleDef.class, role);
        return def == null ? role == POSTGRES : def.superuser();
    }

    /** The role and all roles it is a member of, directly or not. */
    static Set<Integer> rolesOf(Catalog catalog, int role) {
        Set<Integer> roles = new HashSet<>(List.of(role));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (MembershipDef membership : catalog.all(MembershipDef.class)) {
                if (roles.contains(membership.memberOid())) grown |= roles.add(membership.roleOid());
            }
        }
        return roles;
    }

    private static boolean has(Catalog catalog, Set<Integer> roles, int owner, @Nullable String acl, char letter, boolean grant, char objectType) {
        if (acl == null) return roles.contains(owner) || !grant && publicDefault(objectType).indexOf(letter) >= 0;
        if (grant && roles.contains(owner)) return true;
        String list = acl.startsWith("{") ? acl.substring(1, acl.length() - 1) : acl;
        for (String item : list.split(",")) {
            int equals = item.lastIndexOf('=');
            int slash = item.lastIndexOf('/');
            if (equals < 0 || slash < equals) continue;
            String grantee = unquoted(item.substring(0, equals));
            if (!grantee.isEmpty() && !roles.contains(roleOid(catalog, grantee))) continue;
            String letters = item.substring(equals + 1, slash);
            int at = letters.indexOf(letter);
            if (at >= 0 && (!grant || at + 1 < letters.length() && letters.charAt(at + 1) == '*')) return true;
        }
        return false;
    }

    private static String publicDefault(char objectType) {
        return switch (objectType) {
            case 'd' -> "cT";
            case 'f' -> "X";
            case 'T', 'l' -> "U";
            default -> "";
        };
    }

    private static String unquoted(String name) {
        String plain = name.replace("\\", "");
        if (plain.startsWith("\"")) plain = plain.substring(1);
        return plain.endsWith("\"") ? plain.substring(0, plain.length() - 1) : plain;
    }

    private static int roleOid(Catalog catalog, String name) {
        for (RoleDef role : catalog.all(RoleDef.class)) {
            if (role.name().equals(name)) return role.oid();
        }
        return name.equals("postgres") ? POSTGRES : -1;
    }

    /** A role's oid by name; "public" is 0. 42704 when there is none. */
    static int role(ExecContext context, String name) {
        if (name.equals("public")) return 0;
        int oid = roleOid(context.catalog(), name);
        if (oid < 0 && name.equals(context.session().currentUser())) return context.session().currentUserOid();
        if (oid < 0) throw new PgException(SqlState.UNDEFINED_OBJECT, "role \"" + name + "\" does not exist");
        return oid;
    }
}
