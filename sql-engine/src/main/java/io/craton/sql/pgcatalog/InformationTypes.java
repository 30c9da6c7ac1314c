package io.craton.sql.pgcatalog;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.TypeNaming;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The columns with which information_schema describes a data type: lengths, precisions, collation, domain and underlying type. */
final class InformationTypes {
    private static final long TEXT_OCTETS_MAX = 1L << 30;
    private static final int UTF8_BYTES_MAX = 4;

    private final Catalog catalog;
    private final String database;

    InformationTypes(Catalog catalog, String database) {
        this.catalog = catalog;
        this.database = database;
    }

    /** data_type, lengths, precisions. */
    void describe(NamedRow row, PgType type, int typmod) {
        PgType base = base(type);
        int modifier = type.kind() == 'd' ? type.baseTypmod() : typmod;
        row.set("data_type", dataType(base));
        row.set("character_maximum_length", characterLength(base.oid(), modifier));
        row.set("character_octet_length", octetLength(base.oid(), modifier));
        row.set("numeric_precision", precision(base.oid(), modifier));
        row.set("numeric_precision_radix", radix(base.oid()));
        row.set("numeric_scale", scale(base.oid(), modifier));
        row.set("datetime_precision", datetimePrecision(base.oid(), modifier));
        row.set("interval_type", base.oid() == TypeOid.INTERVAL ? intervalFields(modifier) : null);
    }

    /** udt_catalog, udt_schema, udt_name under a prefix. */
    void udt(NamedRow row, String prefix, PgType type) {
        row.name(prefix, database, NamedViews.schema(catalog, type.namespaceOid()), type.name());
    }

    void collation(NamedRow row, int collation) {
        if (collation == 0 || collation == 100) return;
        CollationDef own = catalog.find(CollationDef.class, collation);
        String name = own != null ? own.name() : collation == 950 ? "C" : collation == 951 ? "POSIX" : collation == 962 ? "ucs_basic" : null;
        if (name == null) return;
        row.name("collation", database, own == null ? "pg_catalog" : NamedViews.schema(catalog, own.schemaOid()), name);
    }

    PgType base(PgType type) {
        PgType base = type;
        while (base.kind() == 'd') {
            PgType below = catalog.type(base.baseTypeOid());
            if (below == null) return base;
            base = below;
        }
        return base;
    }

    String dataType(PgType type) {
        if (type.elementOid() != 0 && type.length() == -1) return "ARRAY";
        if (type.namespaceOid() != Shape.PG_CATALOG) return "USER-DEFINED";
        return TypeNaming.format(type.oid(), TypeNaming.NO_TYPMOD, catalog, PgType::name);
    }

    private static @Nullable Object characterLength(int type, int typmod) {
        return switch (type) {
            case TypeOid.BPCHAR, TypeOid.VARCHAR -> typmod == -1 ? null : (Object) (typmod - 4);
            case TypeOid.BIT, TypeOid.VARBIT -> typmod == -1 ? null : (Object) typmod;
            default -> null;
        };
    }

    private static @Nullable Object octetLength(int type, int typmod) {
        return switch (type) {
            case TypeOid.TEXT -> TEXT_OCTETS_MAX;
            case TypeOid.BPCHAR, TypeOid.VARCHAR -> typmod == -1 ? TEXT_OCTETS_MAX : (long) (typmod - 4) * UTF8_BYTES_MAX;
            default -> null;
        };
    }

    static @Nullable Object precision(int type, int typmod) {
        return switch (type) {
            case TypeOid.INT2 -> 16;
            case TypeOid.INT4 -> 32;
            case TypeOid.INT8 -> 64;
            case TypeOid.FLOAT4 -> 24;
            case TypeOid.FLOAT8 -> 53;
            case TypeOid.NUMERIC -> typmod == -1 ? null : (Object) (typmod - 4 >> 16 & 0xffff);
            default -> null;
        };
    }

    private static @Nullable Object radix(int type) {
        return switch (type) {
            case TypeOid.INT2, TypeOid.INT4, TypeOid.INT8, TypeOid.FLOAT4, TypeOid.FLOAT8 -> 2;
            case TypeOid.NUMERIC -> 10;
            default -> null;
        };
    }

    private static @Nullable Object scale(int type, int typmod) {
        return switch (type) {
            case TypeOid.INT2, TypeOid.INT4, TypeOid.INT8 -> 0;
            case TypeOid.NUMERIC -> typmod == -1 ? null : (Object) (typmod - 4 & 0xffff);
            default -> null;
        };
    }

    private static @Nullable Object datetimePrecision(int type, int typmod) {
        return switch (type) {
            case TypeOid.DATE -> 0;
            case TypeOid.TIME, TypeOid.TIMETZ, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ -> typmod < 0 ? 6 : typmod;
            case TypeOid.INTERVAL -> typmod < 0 || (typmod & 0xffff) == 0xffff ? 6 : typmod & 0xffff;
            default -> null;
        };
    }

    private @Nullable String intervalFields(int typmod) {
        String name = TypeNaming.format(TypeOid.INTERVAL, typmod, catalog, PgType::name);
        String fields = name.substring("interval".length()).replaceAll("\\(\\d+\\)", "").trim();
        return fields.isEmpty() ? null : fields.toUpperCase(Locale.ROOT);
    }
}
