package io.craton.storage.row;

import io.craton.core.type.BitString;
import io.craton.core.type.Inet;
import io.craton.core.type.Interval;
import io.craton.core.type.Jsonb;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Tid;
import io.craton.core.type.TimeTz;
import io.craton.core.type.TypeOid;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Random values of the types that can be stored, edges more often than chance. */
final class Values {
    static final List<Integer> TYPES = List.of(TypeOid.BOOL, TypeOid.CHAR, TypeOid.INT2, TypeOid.INT4, TypeOid.INT8, TypeOid.OID,
            TypeOid.FLOAT4, TypeOid.FLOAT8, TypeOid.NUMERIC, TypeOid.TEXT, TypeOid.VARCHAR, TypeOid.BPCHAR, TypeOid.NAME, TypeOid.BYTEA,
            TypeOid.DATE, TypeOid.TIME, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ, TypeOid.INTERVAL, TypeOid.TIMETZ, TypeOid.UUID,
            TypeOid.XID8, TypeOid.PG_LSN, TypeOid.MACADDR, TypeOid.MACADDR8, TypeOid.MONEY, TypeOid.INET, TypeOid.CIDR, TypeOid.VARBIT, TypeOid.TID,
            TypeOid.JSONB, TypeOid.INT4_ARRAY, TypeOid.NUMERIC_ARRAY);

    private Values() {}

    static Object random(int oid, Random random) {
        return switch (oid) {
            case TypeOid.BOOL -> random.nextBoolean();
            case TypeOid.CHAR -> integer(random, 8);
            case TypeOid.INT2 -> integer(random, 16);
            case TypeOid.INT4, TypeOid.DATE -> integer(random, 32);
            case TypeOid.OID -> integer(random, 32) & 0xffffffffL;
            case TypeOid.INT8, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ, TypeOid.XID8, TypeOid.PG_LSN, TypeOid.MACADDR8, TypeOid.MONEY -> integer(random, 64);
            case TypeOid.MACADDR -> integer(random, 47) & 0xffffffffffffL;
            case TypeOid.INET -> inet(random);
            case TypeOid.CIDR -> inet(random).network();
            case TypeOid.VARBIT -> bits(random);
            case TypeOid.TID -> new Tid(random.nextInt(), random.nextInt(0x10000));
            case TypeOid.TIME -> random.nextLong(86_400_000_001L);
            case TypeOid.FLOAT4 -> (double) (float) floating(random);
            case TypeOid.FLOAT8 -> floating(random);
            case TypeOid.NUMERIC -> numeric(random);
            case TypeOid.TEXT, TypeOid.VARCHAR, TypeOid.NAME -> text(random);
            case TypeOid.BPCHAR -> text(random) + " ".repeat(random.nextInt(3));
            case TypeOid.BYTEA -> bytes(random);
            case TypeOid.INTERVAL -> new Interval(random.nextInt(5) - 2, random.nextInt(90) - 45, integer(random, 40));
            case TypeOid.TIMETZ -> new TimeTz(random.nextLong(86_400_000_001L), (random.nextInt(27) - 13) * 3600);
            case TypeOid.UUID -> new UUID(integer(random, 64), integer(random, 64));
            case TypeOid.JSONB -> jsonb(random, 3);
            case TypeOid.INT4_ARRAY -> array(TypeOid.INT4, random);
            case TypeOid.NUMERIC_ARRAY -> array(TypeOid.NUMERIC, random);
            default -> throw new IllegalArgumentException();
        };
    }

    private static Jsonb jsonb(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 10)) {
            case 0 -> Jsonb.NULL;
            case 1 -> Jsonb.of(random.nextBoolean());
            case 2, 3 -> {
                Numeric number = numeric(random);
                yield Jsonb.of(number.isFinite() ? number : Numeric.ZERO);
            }
            case 4, 5 -> Jsonb.of(text(random));
            case 6, 7 -> {
                Jsonb[] elements = new Jsonb[random.nextInt(4)];
                for (int i = 0; i < elements.length; i++) elements[i] = jsonb(random, depth - 1);
                yield Jsonb.array(elements);
            }
            default -> {
                Jsonb.Builder object = new Jsonb.Builder();
                for (int i = random.nextInt(4); i > 0; i--) object.put(text(random), jsonb(random, depth - 1));
                yield object.build();
            }
        };
    }

    private static Inet inet(Random random) {
        byte[] address = new byte[random.nextBoolean() ? 4 : 16];
        for (int i = 0; i < address.length; i++) address[i] = (byte) (random.nextInt(3) * 127 + random.nextInt(2));
        return new Inet(address, random.nextInt(address.length * 8 + 1));
    }

    private static BitString bits(Random random) {
        int length = random.nextInt(20);
        byte[] bytes = new byte[(length + 7) / 8];
        for (int i = 0; i < length; i++) if (random.nextInt(3) == 0) bytes[i >> 3] |= (byte) (0x80 >> (i & 7));
        return new BitString(length, bytes);
    }

    private static long integer(Random random, int bits) {
        long value = switch (random.nextInt(5)) {
            case 0 -> random.nextInt(5) - 2;
            case 1 -> Long.MIN_VALUE >> 64 - bits;
            case 2 -> Long.MAX_VALUE >> 64 - bits;
            default -> random.nextLong() >> random.nextInt(64);
        };
        return value << 64 - bits >> 64 - bits;
    }

    private static double floating(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> 0.0;
            case 1 -> -0.0;
            case 2 -> Double.NaN;
            case 3 -> Double.POSITIVE_INFINITY;
            case 4 -> Double.NEGATIVE_INFINITY;
            case 5 -> random.nextInt(5) - 2;
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
        };
    }

    private static Numeric numeric(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> Numeric.NAN;
            case 1 -> Numeric.POSITIVE_INFINITY;
            case 2 -> Numeric.NEGATIVE_INFINITY;
            case 3 -> Numeric.of(0, random.nextInt(4));
            case 4 -> Numeric.of(new BigDecimal(new BigInteger(200, random).multiply(BigInteger.valueOf(random.nextBoolean() ? 1 : -1)),
                    random.nextInt(60)));
            case 5 -> Numeric.of(integer(random, 64), 0);
            default -> Numeric.of((random.nextInt(2001) - 1000) * (long) Math.pow(10, random.nextInt(4)), random.nextInt(6));
        };
    }

    private static String text(Random random) {
        String letters = "ab zäß€😀\u0001\uffff";
        StringBuilder text = new StringBuilder();
        int[] points = letters.codePoints().toArray();
        for (int i = random.nextInt(6); i > 0; i--) text.appendCodePoint(points[random.nextInt(points.length)]);
        return text.toString();
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(5)];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : -random.nextInt(3) + 1);
        return bytes;
    }

    private static PgArray array(int element, Random random) {
        Object[] elements = new Object[random.nextInt(4)];
        for (int i = 0; i < elements.length; i++) elements[i] = random.nextInt(5) == 0 ? null : random(element, random);
        PgType type = PgTypes.get(element);
        if (elements.length == 2 && random.nextBoolean()) return new PgArray(type, new int[] {1, 2}, new int[] {1, 0}, elements);
        return PgArray.of(type, elements);
    }
}
