package io.craton.storage.row;

import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.Interval;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.TimeTz;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeResolver;
import io.craton.core.type.Zone;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The stored bytes of one value, inside row images, arrays and records. They depend on no setting and no label: an enum is stored by
 * the oid of its label. Stateless but for the types it resolves.
 *
 * <p>numeric: a first byte of 0..63 is the scale and a two's complement number of 1..8 bytes follows; 0x40 a two-byte scale and then the
 * same; 0x41 a four-byte scale and a number of any size; 0x42 NaN, 0x43 infinity, 0x44 minus infinity.
 */
final class DatumCodec {
    private static final int LONG_SCALE = 0x40;
    private static final int BIG = 0x41;
    private static final int NAN = 0x42;
    private static final int INFINITY = 0x43;
    private static final int MINUS_INFINITY = 0x44;

    private final TypeResolver types;
    private final FormatContext context;

    DatumCodec(TypeResolver types) {
        this.types = types;
        this.context = new FormatContext("ISO", "MDY", "postgres", Zone.UTC, true, 1, types, FormatContext.RegNames.NONE, 0);
    }

    FormatContext context() {
        return context;
    }

    /** The type whose values this type's values are: a domain's base. */
    PgType base(PgType type) {
        PgType base = type;
        while (base.kind() == 'd') base = require(base.baseTypeOid());
        return base;
    }

    private PgType require(int oid) {
        PgType type = types.type(oid);
        if (type == null) throw new IllegalStateException("no type " + oid);
        return type;
    }

    void write(StorageForm form, PgType type, Object value, ByteWriter out) {
        switch (form) {
            case BOOL, VAR_BOOL -> out.putByte((Boolean) value ? 1 : 0);
            case INT1 -> out.putByte(((Long) value).intValue());
            case INT2 -> out.putShort(((Long) value).intValue());
            case INT4, UINT4 -> out.putInt(((Long) value).intValue());
            case INT8, VAR_LONG -> out.putLong((Long) value);
            case FLOAT4 -> out.putInt(Float.floatToRawIntBits(((Double) value).floatValue()));
            case FLOAT8, VAR_DOUBLE -> out.putLong(Double.doubleToRawLongBits((Double) value));
            case UUID -> {
                out.putLong(((UUID) value).getMostSignificantBits());
                out.putLong(((UUID) value).getLeastSignificantBits());
            }
            case INTERVAL -> {
                Interval interval = (Interval) value;
                out.putInt(interval.months());
                out.putInt(interval.days());
                out.putLong(interval.micros());
            }
            case TIMETZ -> {
                out.putLong(((TimeTz) value).micros());
                out.putInt(((TimeTz) value).zoneSeconds());
            }
            case TEXT -> out.putUtf8((String) value);
            case BYTES -> out.putBytes((byte[]) value);
            case NUMERIC -> writeNumeric((Numeric) value, out);
            case OBJECT -> writeObject(type, value, out);
        }
    }

    Object read(StorageForm form, PgType type, byte[] bytes, int at, int length) {
        return switch (form) {
            case BOOL, VAR_BOOL -> bytes[at] != 0;
            case INT1, INT2, INT4, UINT4, INT8, VAR_LONG -> readLong(form, bytes, at);
            case FLOAT4 -> (double) Float.intBitsToFloat(Bytes.getInt(bytes, at));
            case FLOAT8, VAR_DOUBLE -> Double.longBitsToDouble(Bytes.getLong(bytes, at));
            case UUID -> new UUID(Bytes.getLong(bytes, at), Bytes.getLong(bytes, at + 8));
            case INTERVAL -> new Interval(Bytes.getInt(bytes, at), Bytes.getInt(bytes, at + 4), Bytes.getLong(bytes, at + 8));
            case TIMETZ -> new TimeTz(Bytes.getLong(bytes, at), Bytes.getInt(bytes, at + 8));
            case TEXT -> new String(bytes, at, length, StandardCharsets.UTF_8);
            case BYTES -> java.util.Arrays.copyOfRange(bytes, at, at + length);
            case NUMERIC -> readNumeric(bytes, at, length);
            case OBJECT -> readObject(type, bytes, at, length);
        };
    }

    static long readLong(StorageForm form, byte[] bytes, int at) {
        return switch (form) {
            case BOOL, INT1, VAR_BOOL -> bytes[at];
            case INT2 -> Bytes.getShort(bytes, at);
            case INT4 -> Bytes.getInt(bytes, at);
            case UINT4 -> Bytes.getInt(bytes, at) & 0xffffffffL;
            case INT8, VAR_LONG -> Bytes.getLong(bytes, at);
            default -> throw new IllegalStateException("not an integer: " + form);
        };
    }

    static void writeNumeric(Numeric value, ByteWriter out) {
        if (value.isCompact()) {
            if (value.scale() < LONG_SCALE) {
                out.putByte(value.scale());
            } else {
                out.putByte(LONG_SCALE);
                out.putShort(value.scale());
            }
            long unscaled = value.unscaled();
            int bytes = 1 + (64 - Long.numberOfLeadingZeros(unscaled < 0 ? ~unscaled : unscaled)) / 8;
            for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.putByte((int) (unscaled >> shift));
        } else if (value.isFinite()) {
            BigDecimal decimal = value.toBigDecimal();
            out.putByte(BIG);
            out.putInt(decimal.scale());
            out.putBytes(decimal.unscaledValue().toByteArray());
        } else {
            out.putByte(value.isNaN() ? NAN : value.signum() > 0 ? INFINITY : MINUS_INFINITY);
        }
    }

    /** Whether the number is a scaled long. */
    static boolean numericIsCompact(byte[] bytes, int at) {
        return bytes[at] <= LONG_SCALE;
    }

    static int numericScale(byte[] bytes, int at) {
        return bytes[at] < LONG_SCALE ? bytes[at] : Bytes.getShort(bytes, at + 1);
    }

    static long numericUnscaled(byte[] bytes, int at, int length) {
        int from = bytes[at] < LONG_SCALE ? at + 1 : at + 3;
        long value = bytes[from];
        for (int i = from + 1; i < at + length; i++) value = value << 8 | bytes[i] & 0xff;
        return value;
    }

    static Numeric readNumeric(byte[] bytes, int at, int length) {
        if (numericIsCompact(bytes, at)) return Numeric.of(numericUnscaled(bytes, at, length), numericScale(bytes, at));
        return switch (bytes[at]) {
            case BIG -> Numeric.of(new BigDecimal(new BigInteger(bytes, at + 5, length - 5), Bytes.getInt(bytes, at + 1)));
            case NAN -> Numeric.NAN;
            case INFINITY -> Numeric.POSITIVE_INFINITY;
            case MINUS_INFINITY -> Numeric.NEGATIVE_INFINITY;
            default -> throw new IllegalStateException("damaged numeric");
        };
    }

    private void writeObject(PgType declared, Object value, ByteWriter out) {
        switch (value) {
            case PgArray array -> writeArray(array, out);
            case PgRecord record -> writeRecord(record, out);
            default -> {
                PgType type = base(declared);
                StorageForm form = StorageForm.of(type);
                if (form == StorageForm.OBJECT) TypeCodecs.of(type, types).encodeBinary(value, context, out);
                else write(form, type, value, out);
            }
        }
    }

    private Object readObject(PgType declared, byte[] bytes, int at, int length) {
        PgType type = base(declared);
        StorageForm form = StorageForm.of(type);
        if (form != StorageForm.OBJECT) return read(form, type, bytes, at, length);
        ByteReader in = new ByteReader(bytes, at, length);
        if (type.isArray()) return readArray(in);
        if (type.kind() == 'c') return readRecord(type, in);
        return TypeCodecs.of(type, types).decodeBinary(in, length, -1, context);
    }

    private void writeArray(PgArray array, ByteWriter out) {
        out.putInt(array.elementType().oid());
        out.putByte(array.dimensions());
        for (int i = 0; i < array.dimensions(); i++) {
            out.putInt(array.sizes()[i]);
            out.putInt(array.lowerBounds()[i]);
        }
        for (Object element : array.elements()) writeElement(array.elementType(), element, out);
    }

    private PgArray readArray(ByteReader in) {
        PgType elementType = require(in.getInt());
        int dimensions = in.getByte();
        int[] sizes = new int[dimensions];
        int[] bounds = new int[dimensions];
        int count = dimensions == 0 ? 0 : 1;
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = in.getInt();
            bounds[i] = in.getInt();
            count *= sizes[i];
        }
        Object[] elements = new Object[count];
        for (int i = 0; i < count; i++) elements[i] = readElement(elementType, in);
        return new PgArray(elementType, sizes, bounds, elements);
    }

    /** By the numbers of attributes, with nothing where one was dropped before: types change, stored values do not. Anonymous records go by position. */
    private void writeRecord(PgRecord record, ByteWriter out) {
        PgType declared = types.type(record.typeOid());
        List<PgType.Field> fields = declared == null ? List.of() : declared.fields();
        int count = record.values().length;
        int written = fields.isEmpty() ? count : Math.max(count, number(fields, count - 1));
        out.putShort(written);
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (int number = number(fields, i); at < number - 1; at++) {
                out.putInt(0);
                out.putInt(-1);
            }
            out.putInt(record.types().get(i).oid());
            writeElement(record.types().get(i), record.values()[i], out);
            at++;
        }
    }

    private static int number(List<PgType.Field> fields, int position) {
        int number = position < 0 || position >= fields.size() ? 0 : fields.get(position).number();
        return number == 0 ? position + 1 : number;
    }

    private PgRecord readRecord(PgType type, ByteReader in) {
        int count = in.getShort();
        List<PgType.Field> fields = type.fields();
        if (fields.isEmpty()) return anonymous(type, count, in);
        List<PgType> fieldTypes = new ArrayList<>(fields.size());
        Object[] values = new Object[fields.size()];
        for (int at = 0; at < count; at++) {
            int oid = in.getInt();
            int next = fieldTypes.size();
            if (next < values.length && number(fields, next) == at + 1) {
                fieldTypes.add(require(oid));
                values[next] = readElement(fieldTypes.getLast(), in);
            } else {
                in.skip(Math.max(0, in.getInt()));
            }
        }
        while (fieldTypes.size() < values.length) fieldTypes.add(require(fields.get(fieldTypes.size()).typeOid()));
        return new PgRecord(type.oid(), fieldTypes, fields.stream().map(PgType.Field::name).toList(), values);
    }

    private PgRecord anonymous(PgType type, int count, ByteReader in) {
        List<PgType> types = new ArrayList<>(count);
        Object[] values = new Object[count];
        for (int i = 0; i < count; i++) {
            types.add(require(in.getInt()));
            values[i] = readElement(types.getLast(), in);
        }
        return new PgRecord(type.oid(), types, List.of(), values);
    }

    private void writeElement(PgType type, @Nullable Object value, ByteWriter out) {
        int lengthAt = out.size();
        out.putInt(-1);
        if (value == null) return;
        write(StorageForm.of(type), type, value, out);
        out.setInt(lengthAt, out.size() - lengthAt - 4);
    }

    private @Nullable Object readElement(PgType type, ByteReader in) {
        int length = in.getInt();
        if (length < 0) return null;
        Object value = read(StorageForm.of(type), type, in.array(), in.position(), length);
        in.skip(length);
        return value;
    }
}
