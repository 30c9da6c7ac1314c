package io.craton.storage.row;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.Interval;
import io.craton.core.type.PgType;
import io.craton.core.type.TimeTz;
import io.craton.core.type.TypeOid;
import io.craton.core.type.TypeResolver;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Order-preserving bytes of one type's values, ascending, self-delimiting. */
sealed interface KeyForm permits KeyForm.BoolForm, KeyForm.CharForm, KeyForm.SignedForm, KeyForm.UnsignedForm, KeyForm.DoubleForm, KeyForm.TextForm,
        KeyForm.PaddedTextForm, KeyForm.BytesForm, KeyForm.UuidForm, KeyForm.IntervalForm, KeyForm.TimeTzForm, KeyForm.EnumForm, NumericForm, JsonbForm,
        CompoundForms.ArrayForm, CompoundForms.RecordForm, KeyedForm, BitForms.InetForm, BitForms.BitStringForm, BitForms.TidForm {
    void write(Object value, ByteWriter out);

    Object read(KeyReader in);

    default void skip(KeyReader in) {
        if (width() != 0) in.skip(width());
        else read(in);
    }

    /** Bytes of every value, or 0. */
    default int width() {
        return 0;
    }

    /** The order-preserving bits of an integer, right-aligned. */
    default long bits(long value) {
        throw new IllegalStateException("not an integer");
    }

    default void putLong(long value, ByteWriter out) {
        long bits = bits(value);
        for (int shift = width() * 8 - 8; shift >= 0; shift -= 8) out.putByte((int) (bits >> shift));
    }

    default boolean fits(long value) {
        return true;
    }

    /** For an integer that does not fit: is it above all values? */
    default boolean above(long value) {
        return value > 0;
    }

    static KeyForm of(PgType type, TypeResolver types) {
        if (type.kind() == 'd') {
            PgType base = types.type(type.baseTypeOid());
            if (base == null) throw new IllegalStateException("no base type of " + type);
            return of(base, types);
        }
        if (type.kind() == 'e') return EnumForm.of(type);
        if (type.isArray()) {
            PgType element = types.type(type.elementOid());
            if (element == null) throw new IllegalStateException("no element type of " + type);
            return new CompoundForms.ArrayForm(element, of(element, types));
        }
        if (type.kind() == 'c') return CompoundForms.RecordForm.of(type, types);
        return switch (StorageForm.of(type)) {
            case BOOL, VAR_BOOL -> new BoolForm();
            case INT1 -> new CharForm();
            case INT2 -> new SignedForm(2);
            case INT4 -> new SignedForm(4);
            case UINT4 -> new UnsignedForm(4);
            case INT8, VAR_LONG -> DatumComparator.signedLongs(type) ? new SignedForm(8) : new UnsignedForm(8);
            case FLOAT4, FLOAT8, VAR_DOUBLE -> new DoubleForm();
            case NUMERIC -> new NumericForm();
            case TEXT -> {
                if (!KeyCodec.textual(type)) throw noOrder(type);
                yield type.oid() == TypeOid.BPCHAR ? new PaddedTextForm() : new TextForm();
            }
            case BYTES -> new BytesForm();
            case UUID -> new UuidForm();
            case INTERVAL -> new IntervalForm();
            case TIMETZ -> new TimeTzForm();
            case OBJECT -> switch (type.oid()) {
                case TypeOid.INET, TypeOid.CIDR -> new BitForms.InetForm();
                case TypeOid.BIT, TypeOid.VARBIT -> new BitForms.BitStringForm(new BytesForm());
                case TypeOid.TID -> new BitForms.TidForm();
                case TypeOid.JSONB -> new JsonbForm();
                default -> throw noOrder(type);
            };
        };
    }

    private static RuntimeException noOrder(PgType type) {
        return PgError.error(SqlState.UNDEFINED_OBJECT,
                        "data type " + type.name() + " has no default operator class for access method \"btree\"")
                .withHint("You must specify an operator class for the index or define a default operator class for the data type.")
                .exception();
    }

    record BoolForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            out.putByte((Boolean) value ? 1 : 0);
        }

        @Override
        public Object read(KeyReader in) {
            return in.next() != 0;
        }

        @Override
        public int width() {
            return 1;
        }

        @Override
        public long bits(long value) {
            return value;
        }
    }

    /** "char": a signed number that is compared as a byte. */
    record CharForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            out.putByte(((Long) value).intValue());
        }

        @Override
        public Object read(KeyReader in) {
            return (long) (byte) in.next();
        }

        @Override
        public int width() {
            return 1;
        }

        @Override
        public long bits(long value) {
            return value & 0xff;
        }

        @Override
        public boolean fits(long value) {
            return value == (byte) value;
        }
    }

    record SignedForm(int width) implements KeyForm {
        @Override
        public long bits(long value) {
            return value ^ 1L << width * 8 - 1;
        }

        @Override
        public void write(Object value, ByteWriter out) {
            putLong((Long) value, out);
        }

        @Override
        public Object read(KeyReader in) {
            int unused = 64 - width * 8;
            return (in.number(width) ^ 1L << width * 8 - 1) << unused >> unused;
        }

        @Override
        public boolean fits(long value) {
            int unused = 64 - width * 8;
            return value << unused >> unused == value;
        }
    }

    record UnsignedForm(int width) implements KeyForm {
        @Override
        public long bits(long value) {
            return value;
        }

        @Override
        public void write(Object value, ByteWriter out) {
            putLong((Long) value, out);
        }

        @Override
        public Object read(KeyReader in) {
            return in.number(width);
        }

        @Override
        public boolean fits(long value) {
            return width == 8 || value >>> 32 == 0;
        }
    }

    /** Sign-magnitude turned into an order: NaN is one value above all, minus zero is zero. */
    record DoubleForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            double number = (Double) value;
            long bits = Double.doubleToLongBits(number == 0 ? 0.0 : number);
            out.putLong(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
        }

        @Override
        public Object read(KeyReader in) {
            long bits = in.number(8);
            return Double.longBitsToDouble(bits < 0 ? bits ^ Long.MIN_VALUE : ~bits);
        }

        @Override
        public int width() {
            return 8;
        }
    }

    /** UTF-8, ended by a zero, which text never contains. Byte order is the order of code points: collation C. */
    record TextForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            out.putUtf8((String) value);
            out.putByte(0);
        }

        @Override
        public Object read(KeyReader in) {
            ByteWriter text = new ByteWriter(16);
            for (int b = in.next(); b != 0; b = in.next()) text.putByte(b);
            return new String(text.array(), 0, text.size(), StandardCharsets.UTF_8);
        }

        @Override
        public void skip(KeyReader in) {
            while (in.next() != 0) {}
        }
    }

    /** char(n): trailing blanks do not count. */
    record PaddedTextForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            String text = (String) value;
            int end = text.length();
            while (end > 0 && text.charAt(end - 1) == ' ') end--;
            out.putUtf8(text.substring(0, end));
            out.putByte(0);
        }

        @Override
        public Object read(KeyReader in) {
            return new TextForm().read(in);
        }
    }

    /** A zero byte becomes 0 255; 0 0 ends it. */
    record BytesForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            for (byte b : (byte[]) value) {
                out.putByte(b);
                if (b == 0) out.putByte(0xff);
            }
            out.putShort(0);
        }

        @Override
        public Object read(KeyReader in) {
            ByteWriter bytes = new ByteWriter(16);
            while (true) {
                int b = in.next();
                if (b == 0 && in.next() == 0) return bytes.toByteArray();
                bytes.putByte(b);
            }
        }
    }

    record UuidForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            out.putLong(((UUID) value).getMostSignificantBits());
            out.putLong(((UUID) value).getLeastSignificantBits());
        }

        @Override
        public Object read(KeyReader in) {
            long high = in.number(8);
            return new UUID(high, in.number(8));
        }

        @Override
        public int width() {
            return 16;
        }
    }

    /** The whole length in microseconds, months of 30 days: 1 mon equals 30 days. Read back as days and microseconds. */
    record IntervalForm() implements KeyForm {
        private static final long DAY = 86_400_000_000L;

        @Override
        public void write(Object value, ByteWriter out) {
            Interval interval = (Interval) value;
            long days = interval.months() * 30L + interval.days() + Math.floorDiv(interval.micros(), DAY);
            out.putLong(days ^ Long.MIN_VALUE);
            out.putLong(Math.floorMod(interval.micros(), DAY));
        }

        @Override
        public Object read(KeyReader in) {
            long days = in.number(8) ^ Long.MIN_VALUE;
            long micros = in.number(8);
            int months = (int) (days / 30);
            return new Interval(months, (int) (days - months * 30L), micros);
        }

        @Override
        public int width() {
            return 16;
        }
    }

    /** The instant first, the zone breaks ties. */
    record TimeTzForm() implements KeyForm {
        @Override
        public void write(Object value, ByteWriter out) {
            TimeTz time = (TimeTz) value;
            out.putLong(time.micros() + time.zoneSeconds() * 1_000_000L ^ Long.MIN_VALUE);
            out.putInt(time.zoneSeconds() ^ Integer.MIN_VALUE);
        }

        @Override
        public Object read(KeyReader in) {
            long instant = in.number(8) ^ Long.MIN_VALUE;
            int zone = (int) in.number(4) ^ Integer.MIN_VALUE;
            return new TimeTz(instant - zone * 1_000_000L, zone);
        }

        @Override
        public int width() {
            return 12;
        }
    }

    /** Sort order of the label, then its oid. A label keeps its sort order for life. */
    record EnumForm(Map<Long, Float> sortOrders) implements KeyForm {
        static EnumForm of(PgType type) {
            Map<Long, Float> orders = new HashMap<>();
            for (PgType.EnumLabel label : type.labels()) orders.put(label.oid() & 0xffffffffL, label.sortOrder());
            return new EnumForm(Map.copyOf(orders));
        }

        @Override
        public void write(Object value, ByteWriter out) {
            Float order = sortOrders.get((Long) value & 0xffffffffL);
            if (order == null) throw new IllegalStateException("no enum label " + value);
            int bits = Float.floatToIntBits(order == 0 ? 0f : order);
            out.putInt(bits < 0 ? ~bits : bits ^ Integer.MIN_VALUE);
            out.putInt(((Long) value).intValue());
        }

        @Override
        public Object read(KeyReader in) {
            in.skip(4);
            return in.number(4);
        }

        @Override
        public void skip(KeyReader in) {
            in.skip(8);
        }
    }
}
