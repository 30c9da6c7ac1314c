package io.craton.sql.function;

import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.core.type.TypeResolver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** SQL's names of types, with their modifiers: what format_type prints. */
public final class TypeNaming {
    private TypeNaming() {}

    /** Typmod as in format_type(oid, null): the standard's name even for types that mean another thing without length. */
    public static final int NO_TYPMOD = Integer.MIN_VALUE;

    /**
     * @param typmod -1 none given to the value; {@link #NO_TYPMOD} not asked about
     * @param qualified name of a type that is not a built-in special: quoted and with its schema where needed
     */
    public static String format(int oid, int typmod, TypeResolver types, Function<PgType, String> qualified) {
        if (oid == 0) return "-";
        PgType type = types.type(oid);
        if (type == null) return "???";
        if (type.isArray() && type.storage() != 'p') { // int2vector and oidvector have names of their own
            PgType element = types.type(type.elementOid());
            return element == null ? "???[]" : element(element, typmod, qualified) + "[]";
        }
        return element(type, typmod, qualified);
    }

    private static String element(PgType type, int typmod, Function<PgType, String> qualified) {
        boolean asked = typmod != NO_TYPMOD;
        String length = typmod > 3 ? "(" + (typmod - 4) + ")" : "";
        return switch (type.oid()) {
            case TypeOid.BOOL -> "boolean";
            case TypeOid.FLOAT4 -> "real";
            case TypeOid.FLOAT8 -> "double precision";
            case TypeOid.INT2 -> "smallint";
            case TypeOid.INT4 -> "integer";
            case TypeOid.INT8 -> "bigint";
            case TypeOid.CHAR -> "\"char\"";
            case TypeOid.BPCHAR -> typmod > 3 ? "character" + length : asked ? "bpchar" : "character";
            case TypeOid.VARCHAR -> "character varying" + length;
            case TypeOid.BIT -> typmod >= 0 ? "bit(" + typmod + ")" : asked ? "\"bit\"" : "bit";
            case TypeOid.VARBIT -> "bit varying" + (typmod >= 0 ? "(" + typmod + ")" : "");
            case TypeOid.NUMERIC -> "numeric" + (typmod > 3 ? numeric(typmod - 4) : "");
            case TypeOid.TIME -> "time" + precision(typmod) + " without time zone";
            case TypeOid.TIMETZ -> "time" + precision(typmod) + " with time zone";
            case TypeOid.TIMESTAMP -> "timestamp" + precision(typmod) + " without time zone";
            case TypeOid.TIMESTAMPTZ -> "timestamp" + precision(typmod) + " with time zone";
            case TypeOid.INTERVAL -> intervalName(typmod);
            case TypeOid.ANY -> "\"any\"";
            default -> qualified.apply(type);
        };
    }

    private static String precision(int typmod) {
        return typmod >= 0 ? "(" + typmod + ")" : "";
    }

    private static String numeric(int modifier) {
        int scale = (modifier & 0x7ff ^ 1024) - 1024;
        return "(" + (modifier >> 16 & 0xffff) + "," + scale + ")";
    }

    /** "interval day to second(3)". */
    static String intervalName(int typmod) {
        return "interval" + (typmod >= 0 ? interval(typmod) : "");
    }

    private static String interval(int typmod) {
        int precision = typmod & 0xffff;
        String fields = switch (typmod >> 16 & 0x7fff) {
            case 4 -> " year";
            case 2 -> " month";
            case 8 -> " day";
            case 1024 -> " hour";
            case 2048 -> " minute";
            case 4096 -> " second";
            case 6 -> " year to month";
            case 1032 -> " day to hour";
            case 3080 -> " day to minute";
            case 7176 -> " day to second";
            case 3072 -> " hour to minute";
            case 7168 -> " hour to second";
            case 6144 -> " minute to second";
            default -> "";
        };
        return fields + (precision == 0xffff ? "" : "(" + precision + ")");
    }

    /** The type's own name, as it stands in pg_type. */
    static String plain(PgType type, @Nullable String schema, FormatContext.RegNames names) {
        String name = names.identifier(type.name());
        return schema == null ? name : names.identifier(schema) + "." + name;
    }
}
