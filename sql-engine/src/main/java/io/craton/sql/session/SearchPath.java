package io.craton.sql.session;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** The search_path setting as schema oids. Pure. */
final class SearchPath {
    static final int PG_CATALOG = 11;

    private SearchPath() {}

    /**
     * Schema oids in order of look-up: the temporary schema and pg_catalog come first unless the setting places them.
     *
     * @param usable whether the user has USAGE of a schema: others are not looked into
     */
    static List<Integer> resolve(String setting, Catalog catalog, String user, int temporarySchema, Predicate<SchemaDef> usable) {
        List<Integer> path = new ArrayList<>();
        boolean namesCatalog = false;
        boolean namesTemporary = false;
        for (String name : names(setting)) {
            if (name.equals("pg_catalog")) {
                path.add(PG_CATALOG);
                namesCatalog = true;
            } else if (name.equals("pg_temp")) {
                if (temporarySchema != 0) path.add(temporarySchema);
                namesTemporary = true;
            } else {
                SchemaDef schema = catalog.schema(name.equals("$user") ? user : name);
                if (schema != null && !path.contains(schema.oid()) && usable.test(schema)) path.add(schema.oid());
            }
        }
        if (!namesCatalog) path.addFirst(PG_CATALOG);
        if (temporarySchema != 0 && !namesTemporary) path.addFirst(temporarySchema);
        return List.copyOf(path);
    }

    /** In the place of an oid: the temporary schema, made or not. */
    static final int TEMPORARY = -1;

    /** The schema in which new objects are made; 0 when the path has none. */
    static int creationSchema(String setting, Catalog catalog, String user, Predicate<SchemaDef> usable) {
        for (String name : names(setting)) {
            if (name.equals("pg_catalog")) return PG_CATALOG;
            if (name.equals("pg_temp")) return TEMPORARY;
            SchemaDef schema = catalog.schema(name.equals("$user") ? user : name);
            if (schema != null && usable.test(schema)) return schema.oid();
        }
        return 0;
    }

    /** Splits a list of identifiers: quoted ones keep their case, others fold to lower case. */
    static List<String> names(String setting) {
        List<String> names = new ArrayList<>();
        int at = 0;
        while (at < setting.length()) {
            char c = setting.charAt(at);
            if (c == ',' || Character.isWhitespace(c)) {
                at++;
            } else if (c == '"') {
                StringBuilder name = new StringBuilder();
                for (at++; at < setting.length(); at++) {
                    if (setting.charAt(at) == '"') {
                        if (at + 1 < setting.length() && setting.charAt(at + 1) == '"') at++;
                        else break;
                    }
                    name.append(setting.charAt(at));
                }
                at++;
                names.add(name.toString());
            } else {
                int start = at;
                while (at < setting.length() && setting.charAt(at) != ',') at++;
                names.add(setting.substring(start, at).trim().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }
}
