package io.craton.sql.ddl;

import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.Catalog;

/** Names of array types: an underscore in front, more until the name is free, as PostgreSQL's makeArrayTypeName. */
final class TypeNaming {
    private TypeNaming() {}

    static String arrayName(String element, int schemaOid, Catalog catalog) {
        String name = "_" + element;
        while (catalog.type(schemaOid, cut(name)) != null || schemaOid == 11 && PgTypes.find(cut(name)) != null) name = "_" + name;
        return cut(name);
    }

    private static String cut(String name) {
        String shorter = name;
        while (shorter.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 63) shorter = shorter.substring(0, shorter.length() - 1);
        return shorter;
    }
}
