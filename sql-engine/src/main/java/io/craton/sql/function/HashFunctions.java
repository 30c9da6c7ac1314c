package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.Inet;
import io.craton.core.type.Interval;
import io.craton.core.type.Jsonb;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Tid;
import io.craton.core.type.TimeTz;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The hash functions of PostgreSQL's types (hashint4, hashtext, ...) with PostgreSQL's results, and the extended ones that take a seed. A value is hashed to
 * 64 bits; without a seed the low half is the result. Pure.
 */
final class HashFunctions {
    private static final BigInteger MICROS_PER_DAY = BigInteger.valueOf(86_400_000_000L);

    private HashFunctions() {}

    private interface Hash {
        long of(Object value, long seed);
    }

    static void register(Kernels kernels) {
        register(kernels, "hashchar", (value, seed) -> HashBytes.of(((Long) value).byteValue(), seed));
        for (String name : new String[] {"hashint2", "hashint4", "hashoid", "hashenum"}) {
            register(kernels, name, (value, seed) -> HashBytes.of(((Long) value).intValue(), seed));
        }
        for (String name : new String[] {"hashint8", "time_hash", "timestamp_hash", "pg_lsn_hash"}) {
            register(kernels, name, (value, seed) -> number((Long) value, seed));
        }
        for (String name : new String[] {"hashfloat4", "hashfloat8"}) register(kernels, name, (value, seed) -> floating((Double) value, seed));
        for (String name : new String[] {"hashtext", "hashname"}) register(kernels, name, (value, seed) -> text((String) value, seed));
        register(kernels, "hashbpchar", (value, seed) -> text(trimmed((String) value), seed));
        register(kernels, "hash_numeric", (value, seed) -> numeric((Numeric) value, seed));
        register(kernels, "hashmacaddr", (value, seed) -> HashBytes.of(bytes((Long) value, 6), seed));
        register(kernels, "hashmacaddr8", (value, seed) -> HashBytes.of(bytes((Long) value, 8), seed));
        register(kernels, "hashinet", (value, seed) -> inet((Inet) value, seed));
        register(kernels, "hashtid", (value, seed) -> tid((Tid) value, seed));
        register(kernels, "hashoidvector", (value, seed) -> oidVector((PgArray) value, seed));
        register(kernels, "timetz_hash", (value, seed) -> timeTz((TimeTz) value, seed));
        register(kernels, "interval_hash", (value, seed) -> interval((Interval) value, seed));
        register(kernels, "uuid_hash", (value, seed) -> uuid((UUID) value, seed));
        for (boolean extended : new boolean[] {false, true}) {
            String end = extended ? "_extended" : "";
            kernels.scalar("jsonb_hash" + end, (context, call, a) -> result(extended ? jsonb((Jsonb) a[0], (Long) a[1]) : jsonb((Jsonb) a[0]), extended));
            kernels.scalar("hash_array" + end, (context, call, a) -> result(
                    array(context.format(), (PgArray) a[0], extended ? (Long) a[1] : 0, extended), extended));
            kernels.scalar("hash_record" + end, (context, call, a) -> result(
                    row(context.format(), (PgRecord) a[0], extended ? (Long) a[1] : 0, extended), extended));
        }
    }

    private static void register(Kernels kernels, String name, Hash hash) {
        kernels.scalar(name, (context, call, a) -> result(hash.of(a[0], 0), false));
        String extended = name.equals("hash_numeric") || name.endsWith("_hash") ? name + "_extended" : name + "extended";
        kernels.scalar(extended, (context, call, a) -> hash.of(a[0], (Long) a[1]));
    }

    private static Long result(long hash, boolean extended) {
        return extended ? hash : (long) (int) hash;
    }

    // ---- scalars -------------------------------------------------------------------------------------------------

    /** Numbers that fit 32 bits hash as integers of 32 bits do. */
    private static long number(long value, long seed) {
        int high = (int) (value >> 32);
        return HashBytes.of((int) value ^ (value >= 0 ? high : ~high), seed);
    }

    private static long floating(double value, long seed) {
        if (value == 0) return seed;
        return HashBytes.of(reversed(bytes(Double.doubleToLongBits(value), 8)), seed);
    }

    private static long text(String text, long seed) {
        return HashBytes.of(text.getBytes(StandardCharsets.UTF_8), seed);
    }

    private static String trimmed(String padded) {
        int end = padded.length();
        while (end > 0 && padded.charAt(end - 1) == ' ') end--;
        return padded.substring(0, end);
    }

    /** Digits of base 10,000 without zeros at either end, mixed with the weight of the first. */
    private static long numeric(Numeric value, long seed) {
        if (!value.isFinite()) return seed;
        if (value.signum() == 0) return seed - 1;
        ByteWriter out = new ByteWriter(32);
        TypeCodecs.of(PgTypes.NUMERIC).encodeBinary(value, FormatContext.DEFAULT, out);
        ByteReader in = new ByteReader(out.toByteArray());
        int count = in.getShort();
        int weight = in.getShort();
        in.getShort();
        in.getShort();
        int[] digits = new int[count];
        for (int i = 0; i < count; i++) digits[i] = in.getShort();
        int first = 0;
        while (digits[first] == 0) first++;
        int last = count;
        while (digits[last - 1] == 0) last--;
        byte[] bytes = new byte[2 * (last - first)];
        for (int i = first; i < last; i++) {
            bytes[2 * (i - first)] = (byte) digits[i];
            bytes[2 * (i - first) + 1] = (byte) (digits[i] >> 8);
        }
        return HashBytes.of(bytes, seed) ^ weight - first;
    }

    /** The low bytes of a number, the highest first. */
    private static byte[] bytes(long value, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte) (value >> 8 * (count - 1 - i));
        return bytes;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) result[i] = bytes[bytes.length - 1 - i];
        return result;
    }

    private static long inet(Inet inet, long seed) {
        byte[] bytes = new byte[inet.address().length + 2];
        bytes[0] = (byte) (inet.isV6() ? 3 : 2);
        bytes[1] = (byte) inet.prefix();
        System.arraycopy(inet.address(), 0, bytes, 2, inet.address().length);
        return HashBytes.of(bytes, seed);
    }

    private static long tid(Tid tid, long seed) {
        int block = tid.block();
        return HashBytes.of(new byte[] {(byte) (block >> 16), (byte) (block >> 24), (byte) block, (byte) (block >> 8), (byte) tid.offset(),
            (byte) (tid.offset() >> 8)}, seed);
    }

    private static long oidVector(PgArray vector, long seed) {
        byte[] bytes = new byte[4 * vector.elements().length];
        for (int i = 0; i < vector.elements().length; i++) {
            System.arraycopy(reversed(bytes((Long) vector.elements()[i], 4)), 0, bytes, 4 * i, 4);
        }
        return HashBytes.of(bytes, seed);
    }

    private static long timeTz(TimeTz time, long seed) {
        return number(time.micros(), seed) ^ HashBytes.of(time.zoneSeconds(), seed);
    }

    private static long interval(Interval span, long seed) {
        BigInteger days = BigInteger.valueOf(span.months()).multiply(BigInteger.valueOf(30)).add(BigInteger.valueOf(span.days()));
        return number(days.multiply(MICROS_PER_DAY).add(BigInteger.valueOf(span.micros())).longValue(), seed);
    }

    private static long uuid(UUID uuid, long seed) {
        byte[] bytes = new byte[16];
        System.arraycopy(bytes(uuid.getMostSignificantBits(), 8), 0, bytes, 0, 8);
        System.arraycopy(bytes(uuid.getLeastSignificantBits(), 8), 0, bytes, 8, 8);
        return HashBytes.of(bytes, seed);
    }

    // ---- compound values -----------------------------------------------------------------------------------------

    private static long jsonb(Jsonb json) {
        return plain(boxed(json), 0);
    }

    /** A scalar document is stored as an array of one, and hashed as such. */
    private static Jsonb boxed(Jsonb json) {
        return json.isScalar() ? new Jsonb.ArrayValue(List.of(json)) : json;
    }

    /** Scalars are rotated in one after another, containers leave a mark; the hash has 32 bits. */
    private static int plain(Jsonb json, int before) {
        int hash = before;
        switch (json) {
            case Jsonb.ObjectValue object -> {
                hash ^= 0x20000000;
                for (int i = 0; i < object.names().size(); i++) {
                    hash = Integer.rotateLeft(hash, 1) ^ (int) text(object.names().get(i), 0);
                    hash = plain(object.values().get(i), hash);
                }
            }
            case Jsonb.ArrayValue array -> {
                hash ^= 0x40000000;
                for (Jsonb element : array.elements()) hash = plain(element, hash);
            }
            default -> hash = Integer.rotateLeft(hash, 1) ^ (int) scalar(json, 0);
        }
        return hash;
    }

    private static long jsonb(Jsonb json, long seed) {
        return seeded(boxed(json), 0, seed);
    }

    private static long seeded(Jsonb json, long before, long seed) {
        long hash = before;
        switch (json) {
            case Jsonb.ObjectValue object -> {
                hash ^= 0x2000000020000000L;
                for (int i = 0; i < object.names().size(); i++) {
                    hash = rotateHalves(hash) ^ text(object.names().get(i), seed);
                    hash = seeded(object.values().get(i), hash, seed);
                }
            }
            case Jsonb.ArrayValue array -> {
                hash ^= 0x4000000040000000L;
                for (Jsonb element : array.elements()) hash = seeded(element, hash, seed);
            }
            default -> hash = rotateHalves(hash) ^ scalar(json, seed);
        }
        return hash;
    }

    private static long rotateHalves(long hash) {
        return (long) Integer.rotateLeft((int) (hash >>> 32), 1) << 32 | Integer.rotateLeft((int) hash, 1) & 0xffffffffL;
    }

    private static long scalar(Jsonb json, long seed) {
        return switch (json) {
            case Jsonb.TextValue text -> text(text.value(), seed);
            case Jsonb.NumberValue number -> numeric(number.value(), seed);
            case Jsonb.BoolValue bool -> seed != 0 ? HashBytes.of(bool.value() ? 1 : 0, seed) : bool.value() ? 0x02 : 0x04;
            default -> seed + 0x01;
        };
    }

    /** PostgreSQL's plain hash functions carry 32 bits from element to element, the extended ones 64. */
    private static long narrowed(long hash, boolean extended) {
        return extended ? hash : (int) hash;
    }

    private static long array(FormatContext context, PgArray array, long seed, boolean extended) {
        long hash = 1;
        for (Object element : array.elements()) {
            hash = hash * 31 + (element == null ? 0 : value(context, array.elementType(), element, seed, extended));
            hash = narrowed(hash, extended);
        }
        if (array.elements().length == 0) requireHash(array.elementType(), extended);
        return hash;
    }

    private static long row(FormatContext context, PgRecord row, long seed, boolean extended) {
        long hash = 0;
        for (int i = 0; i < row.values().length; i++) {
            Object field = row.values()[i];
            if (field == null) requireHash(row.types().get(i), extended);
            hash = hash * 31 + (field == null ? 0 : value(context, row.types().get(i), field, seed, extended));
            hash = narrowed(hash, extended);
        }
        return hash;
    }

    private static void requireHash(PgType type, boolean extended) {
        if (!hashable(type)) throw noHash(type, extended);
    }

    private static boolean hashable(PgType type) {
        return type.kind() != 'b' || type.isArray() || hash(type) != null;
    }

    private static RuntimeException noHash(PgType type, boolean extended) {
        return PgError.error(SqlState.UNDEFINED_FUNCTION, "could not identify " + (extended ? "an extended" : "a") + " hash function for type "
                + TypeNaming.format(type.oid(), TypeNaming.NO_TYPMOD, PgTypes::find, PgType::name)).exception();
    }

    /** By the default hash operator class of the type. */
    private static long value(FormatContext context, PgType declared, Object value, long seed, boolean extended) {
        PgType type = declared;
        while (type.kind() == 'd') {
            PgType base = context.types().type(type.baseTypeOid());
            if (base == null) break;
            type = base;
        }
        if (value instanceof PgArray array && type.oid() != TypeOid.OIDVECTOR) return array(context, array, seed, extended);
        if (value instanceof PgRecord row) return row(context, row, seed, extended);
        if (value instanceof Jsonb json) return extended ? jsonb(json, seed) : jsonb(json);
        if (type.kind() == 'e') return HashBytes.of(((Long) value).intValue(), seed);
        Hash hash = hash(type);
        if (hash == null) throw noHash(type, extended);
        return hash.of(value, seed);
    }

    private static @Nullable Hash hash(PgType type) {
        return switch (type.oid()) {
            case TypeOid.BOOL -> (value, seed) -> HashBytes.of((Boolean) value ? 1 : 0, seed);
            case TypeOid.CHAR -> (value, seed) -> HashBytes.of(((Long) value).byteValue(), seed);
            case TypeOid.INT2, TypeOid.INT4, TypeOid.OID, TypeOid.DATE, TypeOid.XID, TypeOid.CID, TypeOid.REGCLASS, TypeOid.REGTYPE, TypeOid.REGPROC,
                    TypeOid.REGPROCEDURE, TypeOid.REGOPER, TypeOid.REGOPERATOR, TypeOid.REGROLE, TypeOid.REGNAMESPACE, TypeOid.REGCONFIG,
                    TypeOid.REGDICTIONARY, TypeOid.REGCOLLATION ->
                (value, seed) -> HashBytes.of(((Long) value).intValue(), seed);
            case TypeOid.INT8, TypeOid.TIME, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ, TypeOid.PG_LSN, TypeOid.XID8 ->
                (value, seed) -> number((Long) value, seed);
            case TypeOid.FLOAT4, TypeOid.FLOAT8 -> (value, seed) -> floating((Double) value, seed);
            case TypeOid.TEXT, TypeOid.VARCHAR, TypeOid.NAME -> (value, seed) -> text((String) value, seed);
            case TypeOid.BPCHAR -> (value, seed) -> text(trimmed((String) value), seed);
            case TypeOid.BYTEA -> (value, seed) -> HashBytes.of((byte[]) value, seed);
            case TypeOid.NUMERIC -> (value, seed) -> numeric((Numeric) value, seed);
            case TypeOid.MACADDR -> (value, seed) -> HashBytes.of(bytes((Long) value, 6), seed);
            case TypeOid.MACADDR8 -> (value, seed) -> HashBytes.of(bytes((Long) value, 8), seed);
            case TypeOid.INET, TypeOid.CIDR -> (value, seed) -> inet((Inet) value, seed);
            case TypeOid.TID -> (value, seed) -> tid((Tid) value, seed);
            case TypeOid.OIDVECTOR -> (value, seed) -> oidVector((PgArray) value, seed);
            case TypeOid.TIMETZ -> (value, seed) -> timeTz((TimeTz) value, seed);
            case TypeOid.INTERVAL -> (value, seed) -> interval((Interval) value, seed);
            case TypeOid.UUID -> (value, seed) -> uuid((UUID) value, seed);
            default -> null;
        };
    }
}
