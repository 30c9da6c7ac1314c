package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.BitSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, by the ACL texts of catalog objects: {@code {grantee=letters/grantor,..}} with {@code *} behind a letter for the grant option,
 * and roles as {@code #oid} in what is stored.
 * A null ACL means the object type's default: everything for the owner, and what PostgreSQL gives to PUBLIC.
 */
public final class Privileges {
    private static final int POSTGRES = 10;
    private static final int READ_ALL_DATA = 6181;
    private static final int WRITE_ALL_DATA = 6182;

    private Privileges() {}

    /**
     * Whether the role has at least one of the privileges; a letter followed by {@code *} asks for its grant option.
     *
     * @param objectType as acldefault's: r table, S sequence, d database, n schema, f function, T type, l language, t tablespace, L large object
     */
    public static boolean any(ExecContext context, int role, int owner, @Nullable String acl, String privileges, char objectType) {
        if (superuser(context, role)) return true;
        return any(context.catalog(), Memberships.of(context).privilegesOf(role), owner, acl, privileges, objectType);
    }

    /** Whether the current user counts as the owner. */
    public static boolean owns(ExecContext context, int owner) {
        return any(context, context.session().currentUserOid(), owner, null, "C", '-');
    }

    /** Whether the role may connect to the database. */
    public static boolean connects(Catalog cluster, RoleDef role, DatabaseDef database) {
        Set<Integer> roles = new Memberships(cluster, database.oid()).privilegesOf(role.oid());
        return role.superuser() || any(cluster, roles, database.owner(), database.acl(), "c", 'd');
    }

    /** The schemas that one of the roles has USAGE of. */
    public static Predicate<SchemaDef> usable(Catalog catalog, Set<Integer> roles) {
        return schema -> any(catalog, roles, schema.owner(), schema.acl(), "U", 'n');
    }

    private static boolean any(Catalog catalog, Set<Integer> roles, int owner, @Nullable String acl, String privileges, char objectType) {
        for (int i = 0; i < privileges.length(); i++) {
            char letter = privileges.charAt(i);
            boolean grant = i + 1 < privileges.length() && privileges.charAt(i + 1) == '*';
            if (grant) i++;
            if (!grant && onAllData(roles, letter, objectType)) return true;
            if (has(catalog, roles, owner, acl, letter, grant, objectType)) return true;
        }
        return false;
    }

    /** Whether the role is a superuser now. */
    public static boolean superuser(ExecContext context, int role) {
        if (role == context.session().currentUserOid()) return context.session().superuser();
        RoleDef def = context.catalog().find(RoleDef.class, role);
        return def == null ? role == POSTGRES : def.superuser();
    }

    /** Roles that give their privileges on data to whoever has them, whatever lists say. */
    private static boolean onAllData(Set<Integer> roles, char letter, char objectType) {
        return switch (objectType) {
            case 'r', 'S' -> letter == 'r' && roles.contains(READ_ALL_DATA) || "awd".indexOf(letter) >= 0 && roles.contains(WRITE_ALL_DATA);
            case 'n' -> letter == 'U' && (roles.contains(READ_ALL_DATA) || roles.contains(WRITE_ALL_DATA));
            default -> false;
        };
    }

    /**
     * 42501 unless the role has the privilege on the table or on all the columns; without columns one of the table's is enough, and 0 among them stands for the whole row.
     */
    public static void requireOnTable(ExecContext context, int role, TableDef table, char letter, BitSet columns) {
        if (any(context, role, table.owner(), table.acl(), String.valueOf(letter), 'r')) return;
        if ("arwx".indexOf(letter) >= 0 && onColumns(context, role, table, letter, columns)) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for " + switch (table.kind()) {
            case 'v' -> "view ";
            case 'm' -> "materialized view ";
            default -> "table ";
        } + table.name());
    }

    private static boolean onColumns(ExecContext context, int role, TableDef table, char letter, BitSet columns) {
        boolean any = false;
        for (ColumnDef column : table.columns()) {
            if (column.dropped() || column.hidden()) continue;
            boolean granted = column.acl() != null && any(context, role, table.owner(), column.acl(), String.valueOf(letter), 'c');
            any |= granted;
            if (!granted && (columns.get(column.number()) || columns.get(0))) return false;
        }
        return any;
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
            if (!grantee.isEmpty() && !roles.contains(grantee.startsWith("#") ? Integer.parseUnsignedInt(grantee.substring(1)) : roleOid(catalog, grantee))) {
                continue;
            }
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
