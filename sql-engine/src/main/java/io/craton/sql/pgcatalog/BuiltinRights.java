package io.craton.sql.pgcatalog;

import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.FunctionDef;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.BuiltinRightsDef;
import org.jspecify.annotations.Nullable;

/** Rights on built-in functions: what pg_init_privs has, until somebody grants or revokes something. Oids of built-in functions are no languages' too. */
public final class BuiltinRights {
    private static final InitialPrivileges ROUTINES = new InitialPrivileges(InitialPrivileges.ROUTINES);

    private BuiltinRights() {}

    /** The function's rights; a null list stands for the default. */
    public static BuiltinRightsDef ofFunction(int oid, Catalog catalog) {
        BuiltinRightsDef granted = catalog.find(BuiltinRightsDef.class, oid);
        return granted != null ? granted : new BuiltinRightsDef(oid, ROUTINES.acl(oid, 0));
    }

    /** The function that rights are on; null when they are on a language. */
    public static @Nullable FunctionDef function(BuiltinRightsDef rights) {
        return Languages.name(rights.oid()).isEmpty() ? BuiltinCatalog.function(rights.oid()) : null;
    }

    /** function or aggregate, as messages say. */
    public static String word(FunctionDef function) {
        return function.kind() == 'a' ? "aggregate" : "function";
    }
}
