package io.craton.sql.pgcatalog;

import io.craton.core.type.PgArray;
import io.craton.storage.catalog.Catalog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One privilege out of an access control list, by names. */
record Grant(String grantor, String grantee, String privilege, boolean grantable) {
    static final Map<Character, String> TABLE = letters("arwdDxt", "INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER");
    static final Map<Character, String> COLUMN = letters("arwx", "INSERT", "SELECT", "UPDATE", "REFERENCES");
    static final Map<Character, String> SEQUENCE = letters("rwU", "SELECT", "UPDATE", "USAGE");
    static final Map<Character, String> ROUTINE = letters("X", "EXECUTE");
    static final Map<Character, String> DOMAIN = letters("U", "USAGE");
    /** Row types: what information_schema calls their USAGE. */
    static final Map<Character, String> TYPE = letters("U", "TYPE USAGE");

    private static Map<Character, String> letters(String letters, String... names) {
        Map<Character, String> map = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) map.put(letters.charAt(i), names[i]);
        return map;
    }

    /**
     * @param acl null: all to the owner, and to everybody what PostgreSQL gives them of routines and types
     * @param privileges those that the kind of object has
     */
    static List<Grant> of(Catalog catalog, int ownerOid, @Nullable String acl, Map<Character, String> privileges) {
        String owner = NamedViews.role(catalog, ownerOid);
        List<Grant> grants = new ArrayList<>();
        if (acl == null) {
            for (String name : privileges.values()) {
                if (privileges == ROUTINE || privileges == DOMAIN || privileges == TYPE) grants.add(new Grant(owner, "PUBLIC", name, false));
                grants.add(new Grant(owner, owner, name, true));
            }
            return grants;
        }
        for (Object item : ((PgArray) java.util.Objects.requireNonNull(Datum.acl(acl, catalog))).elements()) add(String.valueOf(item), owner, privileges, grants);
        return grants;
    }

    private static void add(String item, String owner, Map<Character, String> privileges, List<Grant> grants) {
        int equals = item.lastIndexOf('=');
        int slash = item.lastIndexOf('/');
        if (equals < 0 || slash < equals) return;
        String grantee = equals == 0 ? "PUBLIC" : plain(item.substring(0, equals));
        String grantor = plain(item.substring(slash + 1));
        for (int i = equals + 1; i < slash; i++) {
            String name = privileges.get(item.charAt(i));
            if (name == null) continue;
            boolean option = i + 1 < slash && item.charAt(i + 1) == '*';
            grants.add(new Grant(grantor, grantee, name, option || grantee.equals(owner)));
        }
    }

    private static String plain(String name) {
        return name.startsWith("\"") && name.endsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }
}
