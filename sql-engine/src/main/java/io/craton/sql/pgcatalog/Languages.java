package io.craton.sql.pgcatalog;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.Privileges;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.BuiltinRightsDef;
import java.util.function.Consumer;

/** The languages in pg_language, which every database is born with, and the rights on them. Oids are 0 and names empty for none. */
public final class Languages {
    /** Role postgres. */
    public static final int OWNER = 10;

    private static final int NAME = 1;
    private static final int ACL = 8;

    private Languages() {}

    public static Long oid(String language) {
        return switch (language) {
            case "internal" -> 12L;
            case "c" -> 13L;
            case "sql" -> 14L;
            case "plpgsql" -> 13563L;
            default -> 0L;
        };
    }

    public static String name(long oid) {
        return oid == 12 ? "internal" : oid == 13 ? "c" : oid == 14 ? "sql" : oid == 13563 ? "plpgsql" : "";
    }

    /** Whether others than superusers may be allowed to use it. */
    public static boolean trusted(String language) {
        return language.equals("sql") || language.equals("plpgsql");
    }

    /** What was granted on the language; 42704 when there is none of that name. */
    public static BuiltinRightsDef rights(String language, Catalog catalog) {
        int oid = (int) (long) oid(language);
        if (oid == 0) throw new PgException(SqlState.UNDEFINED_OBJECT, "language \"" + language + "\" does not exist");
        BuiltinRightsDef rights = catalog.find(BuiltinRightsDef.class, oid);
        return rights != null ? rights : new BuiltinRightsDef(oid, null);
    }

    /** 42501 when the current user may not write in the language. */
    public static void requireUsage(String language, ExecContext context) {
        boolean may = trusted(language)
                ? Privileges.any(context, context.session().currentUserOid(), OWNER, rights(language, context.catalog()).acl(), "U", 'l')
                : context.session().superuser();
        if (!may) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for language " + language);
    }

    /** pg_language. */
    static void rows(Shape shape, Catalog catalog, Consumer<Object[]> out) {
        for (Object[] row : Resources.rows(shape)) {
            row[ACL] = Datum.acl(rights((String) row[NAME], catalog).acl(), catalog);
            out.accept(row);
        }
    }
}
