package io.craton.sql.function;

import io.craton.core.type.PgArray;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lengths and precisions of data types as information_schema tells them, for its columns and its functions. Numbers are longs. */
public final class TypeMeasures {
    private static final long TEXT_OCTETS_MAX = 1L << 30;
    private static final int UTF8_BYTES_MAX = 4;

    private TypeMeasures() {}

    @FunctionalInterface
    private interface Measure {
        @Nullable Object of(int type, int typmod);
    }

    static void register(Kernels kernels) {
        measure(kernels, 13212, TypeMeasures::characterLength);
        measure(kernels, 13213, TypeMeasures::octetLength);
        measure(kernels, 13215, TypeMeasures::precision);
        measure(kernels, 13216, (type, typmod) -> radix(type));
        measure(kernels, 13217, TypeMeasures::scale);
        measure(kernels, 13218, TypeMeasures::datetimePrecision);
        measure(kernels, 13219, (type, typmod) -> type == TypeOid.INTERVAL ? intervalFields(typmod) : null);
        // information_schema._pg_expandarray
        kernels.set("sql:13208", (context, call, a) -> {
            Object[] elements = ((PgArray) a[0]).elements();
            return SetFunctions.rows(elements.length, i -> new Object[] {elements[i], i + 1L});
        });
        // information_schema._pg_index_position
        kernels.scalar("sql:13209", (context, call, a) -> position(context.catalog(), (int) (long) (Long) a[0], (Long) a[1]));
    }

    /** A function of an oid and a typmod. */
    private static void measure(Kernels kernels, int function, Measure measure) {
        kernels.scalar("sql:" + function, (context, call, a) -> measure.of((int) (long) (Long) a[0], (int) (long) (Long) a[1]));
    }

    private static @Nullable Object position(Catalog catalog, int indexOid, long column) {
        IndexDef index = catalog.find(IndexDef.class, indexOid);
        if (index == null) return null;
        for (int i = 0; i < index.keyParts().size(); i++) {
            IndexDef.KeyPart part = index.keyParts().get(i);
            if (part.expression() == null ? part.column() == column : column == 0) return i + 1L;
        }
        return null;
    }

    public static @Nullable Object characterLength(int type, int typmod) {
        return switch (type) {
            case TypeOid.BPCHAR, TypeOid.VARCHAR -> typmod == -1 ? null : (Object) (typmod - 4L);
            case TypeOid.BIT, TypeOid.VARBIT -> typmod == -1 ? null : (Object) (long) typmod;
            default -> null;
        };
    }

    public static @Nullable Object octetLength(int type, int typmod) {
        return switch (type) {
            case TypeOid.TEXT -> TEXT_OCTETS_MAX;
            case TypeOid.BPCHAR, TypeOid.VARCHAR -> typmod == -1 ? TEXT_OCTETS_MAX : (long) (typmod - 4) * UTF8_BYTES_MAX;
            default -> null;
        };
    }

    public static @Nullable Object precision(int type, int typmod) {
        return switch (type) {
            case TypeOid.INT2 -> 16L;
            case TypeOid.INT4 -> 32L;
            case TypeOid.INT8 -> 64L;
            case TypeOid.FLOAT4 -> 24L;
            case TypeOid.FLOAT8 -> 53L;
            case TypeOid.NUMERIC -> typmod == -1 ? null : (Object) (long) (typmod - 4 >> 16 & 0xffff);
            default -> null;
        };
    }

    public static @Nullable Object radix(int type) {
        return switch (type) {
            case TypeOid.INT2, TypeOid.INT4, TypeOid.INT8, TypeOid.FLOAT4, TypeOid.FLOAT8 -> 2L;
            case TypeOid.NUMERIC -> 10L;
            default -> null;
        };
    }

    public static @Nullable Object scale(int type, int typmod) {
        return switch (type) {
            case TypeOid.INT2, TypeOid.INT4, TypeOid.INT8 -> 0L;
            case TypeOid.NUMERIC -> typmod == -1 ? null : (Object) (long) (typmod - 4 & 0xffff);
            default -> null;
        };
    }

    public static @Nullable Object datetimePrecision(int type, int typmod) {
        return switch (type) {
            case TypeOid.DATE -> 0L;
            case TypeOid.TIME, TypeOid.TIMETZ, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ -> typmod < 0 ? 6L : (long) typmod;
            case TypeOid.INTERVAL -> typmod < 0 || (typmod & 0xffff) == 0xffff ? 6L : (long) (typmod & 0xffff);
            default -> null;
        };
    }

    /** "DAY TO SECOND"; null when the interval has all fields. */
    public static @Nullable String intervalFields(int typmod) {
        String name = TypeNaming.intervalName(typmod);
        String fields = name.substring("interval".length()).replaceAll("\\(\\d+\\)", "").trim();
        return fields.isEmpty() ? null : fields.toUpperCase(Locale.ROOT);
    }
}
