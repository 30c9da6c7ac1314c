package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Access control lists as values: what a null list stands for, lists as rows, and single items. An aclitem is its text, {@code grantee=letters/grantor}. */
final class AccessListFunctions {
    /** Letters in the order of their bits, with their names. */
    private static final Map<Character, String> PRIVILEGES = privileges();

    private AccessListFunctions() {}

    private static Map<Character, String> privileges() {
        String[] names = {"INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "EXECUTE", "USAGE", "CREATE", "TEMPORARY",
            "CONNECT", "SET", "ALTER SYSTEM"};
        Map<Character, String> map = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) map.put("arwdDxtXUCTcsA".charAt(i), names[i]);
        return map;
    }

    static void register(Kernels kernels) {
        kernels.scalar("acldefault_sql", (context, call, a) -> byDefault(context, (char) (long) (Long) a[0], (int) (long) (Long) a[1]));
        kernels.set("aclexplode", (context, call, a) -> explode(context, (PgArray) a[0]).iterator());
        kernels.scalar("makeaclitem", (context, call, a) -> item(context, (Long) a[0], (Long) a[1], (String) a[2], (Boolean) a[3]));
        kernels.scalar("aclitem_eq", (context, call, a) -> a[0].equals(a[1]));
        kernels.scalar("aclcontains", (context, call, a) -> contains((PgArray) a[0], (String) a[1]));
    }

    private static PgArray byDefault(ExecContext context, char type, int ownerOid) {
        String[] rights = switch (type) { // to everybody, to the owner
            case 'c' -> new String[] {"", ""};
            case 'r' -> new String[] {"", "arwdDxt"};
            case 's' -> new String[] {"", "rwU"};
            case 'd' -> new String[] {"Tc", "CTc"};
            case 'f' -> new String[] {"X", "X"};
            case 'l', 'T' -> new String[] {"U", "U"};
            case 'L' -> new String[] {"", "rw"};
            case 'n' -> new String[] {"", "UC"};
            case 't' -> new String[] {"", "C"};
            case 'F', 'S' -> new String[] {"", "U"};
            case 'p' -> new String[] {"", "sA"};
            default -> throw new PgException(SqlState.INTERNAL_ERROR, "unrecognized object type abbreviation: " + type);
        };
        String owner = role(context, ownerOid);
        List<String> items = new ArrayList<>();
        if (!rights[0].isEmpty()) items.add("=" + rights[0] + "/" + owner);
        if (!rights[1].isEmpty()) items.add(owner + "=" + rights[1] + "/" + owner);
        return PgArray.of(PgTypes.get(TypeOid.ACLITEM), items.toArray());
    }

    private static String role(ExecContext context, int oid) {
        RoleDef role = context.catalog().find(RoleDef.class, oid);
        return role == null ? Integer.toUnsignedString(oid) : quoted(role.name());
    }

    /** A role's name as it stands in an item. */
    private static String quoted(String name) {
        boolean plain = name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_'));
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    private static List<@Nullable Object[]> explode(ExecContext context, PgArray list) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Object element : list.elements()) {
            String item = (String) element;
            int equals = item.lastIndexOf('=');
            int slash = item.lastIndexOf('/');
            String letters = item.substring(equals + 1, slash);
            long grantee = equals == 0 ? 0 : oid(context, item.substring(0, equals));
            long grantor = oid(context, item.substring(slash + 1));
            for (Map.Entry<Character, String> privilege : PRIVILEGES.entrySet()) {
                int at = letters.indexOf(privilege.getKey());
                if (at < 0) continue;
                boolean grantable = at + 1 < letters.length() && letters.charAt(at + 1) == '*';
                rows.add(new Object[] {grantor, grantee, privilege.getValue(), grantable});
            }
        }
        return rows;
    }

    private static long oid(ExecContext context, String name) {
        String plain = name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
        for (RoleDef role : context.catalog().all(RoleDef.class)) if (role.name().equals(plain)) return role.oid() & 0xffffffffL;
        boolean number = !plain.isEmpty() && plain.chars().allMatch(Character::isDigit);
        return number ? Long.parseLong(plain) : plain.equals("postgres") ? 10 : 0;
    }

    private static String item(ExecContext context, long grantee, long grantor, String privilege, boolean grantable) {
        String wanted = privilege.toUpperCase(java.util.Locale.ROOT).equals("TEMP") ? "TEMPORARY" : privilege.toUpperCase(java.util.Locale.ROOT);
        for (Map.Entry<Character, String> known : PRIVILEGES.entrySet()) {
            if (!known.getValue().equals(wanted)) continue;
            return (grantee == 0 ? "" : role(context, (int) grantee)) + "=" + known.getKey() + (grantable ? "*" : "") + "/" + role(context, (int) grantor);
        }
        throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "unrecognized privilege type: \"" + privilege + "\"");
    }

    /** Whether the list gives what the item gives. */
    private static boolean contains(PgArray list, String item) {
        int equals = item.lastIndexOf('=');
        int slash = item.lastIndexOf('/');
        for (Object element : list.elements()) {
            String other = (String) element;
            if (!other.startsWith(item.substring(0, equals + 1)) || !other.endsWith(item.substring(slash))) continue;
            boolean all = true;
            for (char letter : item.substring(equals + 1, slash).toCharArray()) all &= other.substring(equals, other.lastIndexOf('/')).indexOf(letter) > 0;
            if (all) return true;
        }
        return false;
    }
}
