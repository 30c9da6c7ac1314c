package io.craton.sql.pgcatalog;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is granted of built-in objects from the start, where it is not the default: the rows of pg_init_privs. */
final class InitialPrivileges {
    static final int ROUTINES = 1255;
    static final int RELATIONS = 1259;

    private final Map<Long, String> acls = new HashMap<>();

    /** @param classOid of the catalog whose objects are asked for */
    InitialPrivileges(int classOid) {
        String wanted = Integer.toString(classOid);
        for (String[] c : Resources.lines("pg_init_privs.tsv")) {
            if (c[1].equals(wanted)) acls.put(key(Integer.parseInt(c[0]), Integer.parseInt(c[2])), c[4]);
        }
    }

    private static long key(int oid, int column) {
        return (long) oid << 16 | column;
    }

    /** @param column 0 for the object itself */
    @Nullable String acl(int oid, int column) {
        return acls.get(key(oid, column));
    }
}
