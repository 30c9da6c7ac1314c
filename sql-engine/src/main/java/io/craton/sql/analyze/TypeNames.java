package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.TypeNaming;

/** Types as error messages name them (PostgreSQL's format_type_be). */
public final class TypeNames {
    private TypeNames() {}

    public static String of(PgType type, CatalogView catalog) {
        PgType element = type.isArray() ? catalog.type(type.elementOid()) : null;
        if (element != null) return of(element, catalog) + "[]";
        String builtin = switch (type.oid()) {
            case TypeOid.BOOL -> "boolean";
            case TypeOid.BPCHAR -> "character";
            case TypeOid.CHAR -> "\"char\"";
            case TypeOid.FLOAT4 -> "real";
            case TypeOid.FLOAT8 -> "double precision";
            case TypeOid.INT2 -> "smallint";
            case TypeOid.INT4 -> "integer";
            case TypeOid.INT8 -> "bigint";
            case TypeOid.TIME -> "time without time zone";
            case TypeOid.TIMETZ -> "time with time zone";
            case TypeOid.TIMESTAMP -> "timestamp without time zone";
            case TypeOid.TIMESTAMPTZ -> "timestamp with time zone";
            case TypeOid.VARBIT -> "bit varying";
            case TypeOid.VARCHAR -> "character varying";
            case TypeOid.ANY -> "\"any\"";
            default -> null;
        };
        return builtin != null ? builtin : named(type, catalog);
    }

    /** With a type modifier (format_type_with_typemod); -1 when there is none. */
    public static String of(PgType type, int typmod, CatalogView catalog) {
        return TypeNaming.format(type.oid(), typmod, catalog, plain -> named(plain, catalog));
    }

    private static String named(PgType type, CatalogView catalog) {
        String name = quote(type.name());
        return catalog.visible(type) ? name : quote(catalog.schemaName(type.namespaceOid())) + "." + name;
    }

    /** An identifier, quoted where its characters call for it. */
    static String quote(String name) {
        boolean plain = !name.isEmpty() && (name.charAt(0) == '_' || name.charAt(0) >= 'a' && name.charAt(0) <= 'z');
        for (int i = 0; plain && i < name.length(); i++) {
            char c = name.charAt(i);
            plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_';
        }
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
