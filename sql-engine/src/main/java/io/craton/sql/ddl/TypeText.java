package io.craton.sql.ddl;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;

/** Types as format_type prints them. Pure. */
final class TypeText {
    private TypeText() {}

    static String of(PgType type, int typmod, CatalogView names) {
        if (type.isArray()) return of(names.requireType(type.elementOid()), typmod, names) + "[]";
        return switch (type.oid()) {
            case TypeOid.BOOL -> "boolean";
            case TypeOid.INT2 -> "smallint";
            case TypeOid.INT4 -> "integer";
            case TypeOid.INT8 -> "bigint";
            case TypeOid.FLOAT4 -> "real";
            case TypeOid.FLOAT8 -> "double precision";
            case TypeOid.CHAR -> "\"char\"";
            case TypeOid.BPCHAR -> typmod < 0 ? "bpchar" : "character(" + (typmod - 4) + ")";
            case TypeOid.VARCHAR -> "character varying" + (typmod < 0 ? "" : "(" + (typmod - 4) + ")");
            case TypeOid.NUMERIC -> typmod < 4 ? "numeric"
                    : "numeric(" + (typmod - 4 >> 16 & 0xffff) + "," + (((typmod - 4 & 0x7ff) ^ 1024) - 1024) + ")";
            case TypeOid.TIME -> "time" + precision(typmod) + " without time zone";
            case TypeOid.TIMETZ -> "time" + precision(typmod) + " with time zone";
            case TypeOid.TIMESTAMP -> "timestamp" + precision(typmod) + " without time zone";
            case TypeOid.TIMESTAMPTZ -> "timestamp" + precision(typmod) + " with time zone";
            case TypeOid.BIT -> "bit" + (typmod < 0 ? "" : "(" + typmod + ")");
            case TypeOid.VARBIT -> "bit varying" + (typmod < 0 ? "" : "(" + typmod + ")");
            default -> names.visible(type) ? SqlText.identifier(type.name())
                    : SqlText.qualified(names.schemaName(type.namespaceOid()), type.name());
        };
    }

    private static String precision(int typmod) {
        return typmod < 0 ? "" : "(" + typmod + ")";
    }
}
