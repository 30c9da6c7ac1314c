package io.craton.storage.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random values; the seed is in every message. */
final class CodecPropertyTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());

    private static KeyCodec codec(PgType type, boolean descending, boolean nullsFirst, boolean nullable) {
        return KeyCodec.of(List.of(new KeyCodec.Part(type, 0, descending, nullsFirst, nullable)), PgTypes::find);
    }

    @Test
    void keysSortAsTheirValuesDo() {
        Random random = new Random(SEED);
        for (int oid : Values.TYPES) {
            PgType type = PgTypes.get(oid);
            for (int round = 0; round < 3000; round++) {
                Object left = Values.random(oid, random);
                Object right = Values.random(oid, random);
                int expected = Integer.signum(DatumComparator.compare(type, left, right));
                for (boolean descending : new boolean[] {false, true}) {
                    KeyCodec codec = codec(type, descending, false, true);
                    int bytes = Integer.signum(Arrays.compareUnsigned(codec.encode(left), codec.encode(right)));
                    assertThat(bytes).as("seed %d: %s of %s and %s, descending %s", SEED, type, left, right, descending)
                            .isEqualTo(descending ? -expected : expected);
                }
            }
        }
    }

    @Test
    void keysReadBackAsEqualValuesAndKnowTheirLength() {
        Random random = new Random(SEED);
        for (int oid : Values.TYPES) {
            PgType type = PgTypes.get(oid);
            for (int round = 0; round < 500; round++) {
                Object value = random.nextInt(10) == 0 ? null : Values.random(oid, random);
                KeyCodec codec = KeyCodec.of(List.of(new KeyCodec.Part(type, 0, random.nextBoolean(), random.nextBoolean(), true),
                        new KeyCodec.Part(PgTypes.INT4, 1, false, false, false)), PgTypes::find);
                byte[] key = codec.encode(value, 7L);
                Object[] decoded = codec.decode(key);
                assertThat(decoded[1]).isEqualTo(7L);
                if (value == null) assertThat(decoded[0]).isNull();
                else assertThat(DatumComparator.compare(type, value, decoded[0])).as("seed %d: %s of %s", SEED, type, value).isZero();
                byte[] longer = Arrays.copyOf(key, key.length + 5);
                assertThat(codec.length(longer)).isEqualTo(key.length);
                assertThat(codec.hasNull(key)).isEqualTo(value == null);
            }
        }
    }

    @Test
    void nullsSortWhereTheyAreTold() {
        KeyCodec last = codec(PgTypes.INT4, false, false, true);
        KeyCodec first = codec(PgTypes.INT4, true, true, true);
        assertThat(Arrays.compareUnsigned(last.encode((Object) null), last.encode((long) Integer.MAX_VALUE))).isPositive();
        assertThat(Arrays.compareUnsigned(first.encode((Object) null), first.encode((long) Integer.MAX_VALUE))).isNegative();
    }

    @Test
    void rangesHoldExactlyTheirValues() {
        Random random = new Random(SEED);
        for (int round = 0; round < 3000; round++) {
            boolean descending = random.nextBoolean();
            KeyCodec codec = KeyCodec.of(List.of(new KeyCodec.Part(PgTypes.INT4, 0, random.nextBoolean(), false, true),
                    new KeyCodec.Part(PgTypes.get(TypeOid.INT2), 1, descending, random.nextBoolean(), true)), PgTypes::find);
            KeyCodec.Bound lower = random.nextInt(4) == 0 ? null : new KeyCodec.Bound(edge(random), random.nextBoolean());
            KeyCodec.Bound upper = random.nextInt(4) == 0 ? null : new KeyCodec.Bound(edge(random), random.nextBoolean());
            Long equal = (long) random.nextInt(3);
            byte[][] range = codec.range(List.of(equal), lower, upper);
            for (int i = 0; i < 20; i++) {
                Long a = (long) random.nextInt(3);
                Long b = random.nextInt(6) == 0 ? null : Long.valueOf(Math.clamp(edge(random), Short.MIN_VALUE, Short.MAX_VALUE));
                boolean expected = a.equals(equal) && (lower == null && upper == null || b != null
                        && (lower == null || (lower.inclusive() ? b >= (Long) lower.value() : b > (Long) lower.value()))
                        && (upper == null || (upper.inclusive() ? b <= (Long) upper.value() : b < (Long) upper.value())));
                byte[] key = codec.encode(a, b);
                boolean inside = range != null && (range[0] == null || Arrays.compareUnsigned(key, range[0]) >= 0)
                        && (range[1] == null || Arrays.compareUnsigned(key, range[1]) < 0);
                assertThat(inside).as("seed %d: (%s, %s) in %s .. %s", SEED, a, b, lower, upper).isEqualTo(expected);
            }
        }
    }

    private static long edge(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 100_000;
            case 1 -> -100_000;
            case 2 -> Short.MAX_VALUE;
            case 3 -> Short.MIN_VALUE;
            default -> random.nextInt(7) - 3;
        };
    }

    private static ColumnDef column(int number, int typeOid, String missing) {
        return new ColumnDef(number, "c" + number, typeOid, -1, 0, false, null, (char) 0, (char) 0, missing, false, false, -1, null, ColumnTuning.DEFAULT);
    }

    @Test
    void rowsReadBackAsTheyWereWritten() {
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            List<ColumnDef> columns = new ArrayList<>();
            int count = random.nextInt(20);
            for (int i = 1; i <= count; i++) columns.add(column(i, Values.TYPES.get(random.nextInt(Values.TYPES.size())), null));
            RowCodec codec = RowCodec.of(columns, PgTypes::find);
            Object[] values = new Object[count];
            for (int i = 0; i < count; i++) values[i] = random.nextInt(5) == 0 ? null : Values.random(columns.get(i).typeOid(), random);
            if (count > 0 && columns.getFirst().typeOid() == TypeOid.TEXT) values[0] = "x".repeat(70_000);
            byte[] row = codec.encode(values);
            for (int i = 0; i < count; i++) assertSame(values[i], codec.datum(row, i));
            RowCodec wider = RowCodec.of(append(columns, column(count + 1, TypeOid.INT4, "42"), column(count + 2, TypeOid.TEXT, "new"),
                    column(count + 3, TypeOid.INT4, null)), PgTypes::find);
            for (int i = 0; i < count; i++) assertSame(values[i], wider.datum(row, i));
            assertThat(wider.datum(row, count)).isEqualTo(42L);
            assertThat(wider.getLong(row, count)).isEqualTo(42L);
            assertThat(wider.datum(row, count + 1)).isEqualTo("new");
            assertThat(wider.isNull(row, count + 2)).isTrue();
        }
    }

    private static List<ColumnDef> append(List<ColumnDef> columns, ColumnDef... more) {
        List<ColumnDef> all = new ArrayList<>(columns);
        all.addAll(List.of(more));
        return all;
    }

    private static void assertSame(Object expected, Object actual) {
        if (expected instanceof byte[] bytes) {
            assertThat((byte[]) actual).as("seed %d", SEED).isEqualTo(bytes);
        } else if (expected instanceof PgArray array) {
            assertThat(((PgArray) actual).elements()).as("seed %d", SEED).isEqualTo(array.elements());
            assertThat(((PgArray) actual).sizes()).isEqualTo(array.sizes());
            assertThat(((PgArray) actual).lowerBounds()).isEqualTo(array.lowerBounds());
        } else {
            assertThat(actual).as("seed %d", SEED).isEqualTo(expected);
        }
    }

    @Test
    void bulkReadsEqualSingleOnes() {
        Random random = new Random(SEED);
        List<ColumnDef> columns = List.of(column(1, TypeOid.INT4, null), column(2, TypeOid.FLOAT8, null), column(3, TypeOid.TEXT, null),
                column(4, TypeOid.NUMERIC, null));
        RowCodec codec = RowCodec.of(columns, PgTypes::find);
        int count = 200;
        byte[][] rows = new byte[count][];
        for (int i = 0; i < count; i++) {
            Object[] values = new Object[4];
            for (int c = 0; c < 3; c++) values[c] = random.nextInt(4) == 0 ? null : Values.random(columns.get(c).typeOid(), random);
            values[3] = random.nextInt(4) == 0 ? null : io.craton.core.type.Numeric.of(random.nextInt(), random.nextInt(3));
            rows[i] = codec.encode(values);
        }
        long[] longs = new long[count];
        double[] doubles = new double[count];
        long[] validity = new long[4];
        codec.decodeLongs(rows, count, 0, longs, validity);
        for (int i = 0; i < count; i++) {
            assertThat((validity[i >> 6] >> i & 1) != 0).isEqualTo(!codec.isNull(rows[i], 0));
            if (!codec.isNull(rows[i], 0)) assertThat(longs[i]).isEqualTo(codec.getLong(rows[i], 0));
        }
        codec.decodeDoubles(rows, count, 1, doubles, validity);
        for (int i = 0; i < count; i++) {
            if (!codec.isNull(rows[i], 1)) assertThat(doubles[i]).isEqualTo(codec.datum(rows[i], 1));
        }
        io.craton.core.type.ByteWriter data = new io.craton.core.type.ByteWriter(16);
        int[] offsets = new int[count + 1];
        codec.decodeBytes(rows, count, 2, data, offsets, validity);
        for (int i = 0; i < count; i++) {
            String text = new String(data.array(), offsets[i], offsets[i + 1] - offsets[i], java.nio.charset.StandardCharsets.UTF_8);
            assertThat(text).isEqualTo(codec.isNull(rows[i], 2) ? "" : codec.datum(rows[i], 2));
        }
        assertThat(codec.decodeNumerics(rows, count, 3, 2, longs, validity)).isTrue();
        for (int i = 0; i < count; i++) {
            if (!codec.isNull(rows[i], 3)) {
                assertThat(io.craton.core.type.Numeric.of(longs[i], 2)).isEqualTo(codec.datum(rows[i], 3));
            }
        }
    }
}
