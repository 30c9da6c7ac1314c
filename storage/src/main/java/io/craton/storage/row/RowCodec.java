package io.craton.storage.row;

import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodec;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.core.type.TypeResolver;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Row images of one table: every column is reached in constant time. Immutable, any thread. Columns are counted from 0 here
 * (attribute number minus one). An image is never changed once made; its version is set by the applier in a copy.
 *
 * <pre>
 * 0   8  version: position of the entry that wrote it, 0 while uncommitted
 * 8   2  number of columns n when it was written; bit 15: end offsets are 4 bytes, not 2
 * 10  ceil(n/8)  null bits, 1 = null
 *     fixed columns in order, each at its width, null or not
 *     end offset of each variable column, counted from the end of this table
 *     variable columns
 * </pre>
 *
 * Rows written before a column was added have fewer columns: the missing ones read as the column's missing value.
 */
public final class RowCodec {
    private static final int BITS_AT = 10;
    private static final int WIDE = 0x8000;
    private static final int BYTES_MAX = 1 << 30;

    private final int columns;
    private final StorageForm[] forms;
    private final PgType[] types;
    private final @Nullable TypeCodec[] codecs;
    /** Width of all fixed columns in front of this one; one more than there are columns. */
    private final int[] fixedBefore;
    /** Number of variable columns in front of this one; one more than there are columns. */
    private final int[] variableBefore;
    private final DatumCodec datums;
    /** A whole image whose columns have their missing values. */
    private final byte[] missing;

    private RowCodec(List<ColumnDef> defs, TypeResolver resolver) {
        columns = defs.size();
        forms = new StorageForm[columns];
        types = new PgType[columns];
        codecs = new TypeCodec[columns];
        fixedBefore = new int[columns + 1];
        variableBefore = new int[columns + 1];
        datums = new DatumCodec(resolver);
        @Nullable Object[] missingValues = new Object[columns];
        for (int i = 0; i < columns; i++) {
            ColumnDef def = defs.get(i);
            PgType type = resolver.type(def.typeOid());
            if (type == null && def.dropped()) type = PgTypes.get(TypeOid.BYTEA);
            if (type == null) throw new IllegalStateException("no type " + def.typeOid() + " of column " + def.name());
            types[i] = type;
            forms[i] = StorageForm.of(type);
            fixedBefore[i + 1] = fixedBefore[i] + forms[i].width;
            variableBefore[i + 1] = variableBefore[i] + (forms[i].width == 0 ? 1 : 0);
            if (def.missingText() != null && !def.dropped()) {
                missingValues[i] = TypeCodecs.of(type, resolver).decodeText(def.missingText(), def.typmod(), datums.context());
            }
        }
        missing = encode(missingValues);
    }

    public static RowCodec of(TableDef table, TypeResolver types) {
        return new RowCodec(table.columns(), types);
    }

    public static RowCodec of(List<ColumnDef> columns, TypeResolver types) {
        return new RowCodec(columns, types);
    }

    public io.craton.core.type.Repr repr(int column) {
        return types[column].repr();
    }

    public int columns() {
        return columns;
    }

    public PgType type(int column) {
        return types[column];
    }

    /** Position of the entry that wrote this image; 0 while uncommitted. */
    public static long version(byte[] row) {
        return Bytes.getLong(row, 0);
    }

    /** Sets the version of an image that nobody else has seen yet. */
    public static void setVersion(byte[] row, long version) {
        Bytes.setLong(row, 0, version);
    }

    // ---- writing -------------------------------------------------------------------------------------------------

    /** Encodes one datum for each column. 54000 when the row is larger than a gigabyte. */
    public byte[] encode(@Nullable Object[] values) {
        ByteWriter out = new ByteWriter(BITS_AT + (columns + 7) / 8 + fixedBefore[columns] + variableBefore[columns] * 16);
        encode(values, out);
        return out.toByteArray();
    }

    /** As {@link #encode(Object[])}, into a reusable buffer, which is cleared first. */
    public void encode(@Nullable Object[] values, ByteWriter out) {
        if (!encode(values, out, 2)) encode(values, out, 4);
    }

    private boolean encode(@Nullable Object[] values, ByteWriter out, int offsetWidth) {
        out.clear();
        out.putLong(0);
        out.putShort(offsetWidth == 4 ? columns | WIDE : columns);
        int bitmap = 0;
        for (int i = 0; i < columns; i++) {
            if (values[i] == null) bitmap |= 1 << (i & 7);
            if ((i & 7) == 7 || i == columns - 1) {
                out.putByte(bitmap);
                bitmap = 0;
            }
        }
        for (int i = 0; i < columns; i++) {
            if (forms[i].width == 0) continue;
            Object value = values[i];
            if (value != null) datums.write(forms[i], types[i], value, out);
            else for (int k = 0; k < forms[i].width; k++) out.putByte(0);
        }
        int offsets = out.size();
        int variables = variableBefore[columns];
        for (int i = 0; i < variables; i++) {
            if (offsetWidth == 2) out.putShort(0);
            else out.putInt(0);
        }
        int start = out.size();
        for (int i = 0, slot = 0; i < columns; i++) {
            if (forms[i].width != 0) continue;
            Object value = values[i];
            if (value != null) datums.write(forms[i], types[i], value, out);
            int end = out.size() - start;
            if (offsetWidth == 2 && end > 0xffff) return false;
            if (end > BYTES_MAX) {
                throw new io.craton.core.error.PgException(io.craton.core.error.SqlState.PROGRAM_LIMIT_EXCEEDED, "row is too big");
            }
            if (offsetWidth == 2) out.setShort(offsets + slot * 2, end);
            else out.setInt(offsets + slot * 4, end);
            slot++;
        }
        return true;
    }

    // ---- reading one column --------------------------------------------------------------------------------------

    private static int stored(byte[] row) {
        return Bytes.getShort(row, 8) & ~WIDE & 0xffff;
    }

    /** The image that holds the column: this row, or the missing values. */
    private byte[] holder(byte[] row, int column) {
        return column < stored(row) ? row : missing;
    }

    private static int fixedStart(byte[] row) {
        return BITS_AT + (stored(row) + 7 >> 3);
    }

    public boolean isNull(byte[] row, int column) {
        byte[] holder = holder(row, column);
        return (holder[BITS_AT + (column >> 3)] & 1 << (column & 7)) != 0;
    }

    /** Value of a column of {@code Repr.LONG} or {@code BOOL} that is not null. */
    public long getLong(byte[] row, int column) {
        byte[] holder = holder(row, column);
        StorageForm form = forms[column];
        return DatumCodec.readLong(form, holder, form.width != 0 ? fixedStart(holder) + fixedBefore[column] : start(holder, column));
    }

    public boolean getBoolean(byte[] row, int column) {
        return getLong(row, column) != 0;
    }

    public double getDouble(byte[] row, int column) {
        byte[] holder = holder(row, column);
        return switch (forms[column]) {
            case FLOAT4 -> Float.intBitsToFloat(Bytes.getInt(holder, fixedStart(holder) + fixedBefore[column]));
            case FLOAT8 -> Double.longBitsToDouble(Bytes.getLong(holder, fixedStart(holder) + fixedBefore[column]));
            case VAR_DOUBLE -> Double.longBitsToDouble(Bytes.getLong(holder, start(holder, column)));
            default -> throw new IllegalStateException("not a float: " + types[column]);
        };
    }

    public Numeric getNumeric(byte[] row, int column) {
        byte[] holder = holder(row, column);
        int start = start(holder, column);
        return DatumCodec.readNumeric(holder, start, end(holder, column) - start);
    }

    /** The array that {@link #start} and {@link #end} count in: the row itself, or the missing values. */
    public byte[] bytesHolder(byte[] row, int column) {
        return holder(row, column);
    }

    /** Where the stored bytes of a column begin in its {@link #bytesHolder}: UTF-8 for text, the bytes of bytea. */
    public int start(byte[] holder, int column) {
        int stored = stored(holder);
        int fixed = BITS_AT + (stored + 7 >> 3);
        if (forms[column].width != 0) return fixed + fixedBefore[column];
        int offsets = fixed + fixedBefore[stored];
        int slot = variableBefore[column];
        boolean wide = holder[8] < 0;
        int data = offsets + variableBefore[stored] * (wide ? 4 : 2);
        if (slot == 0) return data;
        return data + (wide ? Bytes.getInt(holder, offsets + slot * 4 - 4) : Bytes.getUnsignedShort(holder, offsets + slot * 2 - 2));
    }

    public int end(byte[] holder, int column) {
        int stored = stored(holder);
        int fixed = BITS_AT + (stored + 7 >> 3);
        if (forms[column].width != 0) return fixed + fixedBefore[column] + forms[column].width;
        int offsets = fixed + fixedBefore[stored];
        int slot = variableBefore[column];
        boolean wide = holder[8] < 0;
        int data = offsets + variableBefore[stored] * (wide ? 4 : 2);
        return data + (wide ? Bytes.getInt(holder, offsets + slot * 4) : Bytes.getUnsignedShort(holder, offsets + slot * 2));
    }

    /** The datum of a column, or null. */
    public @Nullable Object datum(byte[] row, int column) {
        byte[] holder = holder(row, column);
        if ((holder[BITS_AT + (column >> 3)] & 1 << (column & 7)) != 0) return null;
        int start = start(holder, column);
        int length = forms[column].width != 0 ? forms[column].width : end(holder, column) - start;
        return datums.read(forms[column], types[column], holder, start, length);
    }

    public @Nullable Object[] datums(byte[] row) {
        @Nullable Object[] values = new Object[columns];
        for (int i = 0; i < columns; i++) values[i] = datum(row, i);
        return values;
    }

    private TypeCodec codec(int column) {
        TypeCodec codec = codecs[column];
        if (codec == null) codecs[column] = codec = TypeCodecs.of(types[column], datums.context().types());
        return codec;
    }

    /** Appends the text form of a column that is not null. */
    public void encodeText(byte[] row, int column, FormatContext context, ByteWriter out) {
        switch (types[column].repr()) {
            case LONG, BOOL -> codec(column).encodeTextLong(getLong(row, column), context, out);
            case TEXT -> copy(row, column, out);
            default -> codec(column).encodeText(datum(row, column), context, out);
        }
    }

    /** Appends the binary form of a column that is not null. */
    public void encodeBinary(byte[] row, int column, FormatContext context, ByteWriter out) {
        switch (types[column].repr()) {
            case LONG, BOOL -> codec(column).encodeBinaryLong(getLong(row, column), context, out);
            case TEXT, BYTES -> copy(row, column, out);
            default -> codec(column).encodeBinary(datum(row, column), context, out);
        }
    }

    private void copy(byte[] row, int column, ByteWriter out) {
        byte[] holder = holder(row, column);
        int start = start(holder, column);
        out.putBytes(holder, start, end(holder, column) - start);
    }

    // ---- reading many rows ---------------------------------------------------------------------------------------

    /** Column of {@code Repr.LONG} or {@code BOOL} of the first {@code count} rows. Nulls leave 0 and a clear bit in {@code validity}. */
    public void decodeLongs(byte[][] rows, int count, int column, long[] values, long[] validity) {
        StorageForm form = forms[column];
        int fixedBits = BITS_AT + (column >> 3);
        int mask = 1 << (column & 7);
        int full = BITS_AT + (columns + 7 >> 3) + fixedBefore[column];
        for (int i = 0; i < count; i++) {
            byte[] row = rows[i];
            int stored = stored(row);
            if (column >= stored) row = missing;
            if ((row[fixedBits] & mask) != 0) {
                values[i] = 0;
                validity[i >> 6] &= ~(1L << i);
                continue;
            }
            validity[i >> 6] |= 1L << i;
            int at = form.width == 0 ? start(row, column) : stored == columns ? full : fixedStart(row) + fixedBefore[column];
            values[i] = DatumCodec.readLong(form, row, at);
        }
    }

    /** Column of {@code Repr.DOUBLE}; as {@link #decodeLongs}. */
    public void decodeDoubles(byte[][] rows, int count, int column, double[] values, long[] validity) {
        for (int i = 0; i < count; i++) {
            if (isNull(rows[i], column)) {
                values[i] = 0;
                validity[i >> 6] &= ~(1L << i);
            } else {
                validity[i >> 6] |= 1L << i;
                values[i] = getDouble(rows[i], column);
            }
        }
    }

    /**
     * Stored bytes of a column of text or bytea: appended to {@code data}; row i's lie between {@code offsets[i]} and {@code offsets[i + 1]},
     * counted from where {@code data} stood at the call.
     */
    public void decodeBytes(byte[][] rows, int count, int column, ByteWriter data, int[] offsets, long[] validity) {
        int base = data.size();
        offsets[0] = 0;
        for (int i = 0; i < count; i++) {
            byte[] row = holder(rows[i], column);
            if ((row[BITS_AT + (column >> 3)] & 1 << (column & 7)) != 0) {
                validity[i >> 6] &= ~(1L << i);
            } else {
                validity[i >> 6] |= 1L << i;
                int start = start(row, column);
                data.putBytes(row, start, end(row, column) - start);
            }
            offsets[i + 1] = data.size() - base;
        }
    }

    /**
     * Column of numeric as longs of one scale. False, with {@code values} undefined, when one of them does not fit (too large, a finer
     * scale, NaN or infinite): then read datums.
     */
    public boolean decodeNumerics(byte[][] rows, int count, int column, int scale, long[] values, long[] validity) {
        for (int i = 0; i < count; i++) {
            byte[] row = holder(rows[i], column);
            if ((row[BITS_AT + (column >> 3)] & 1 << (column & 7)) != 0) {
                values[i] = 0;
                validity[i >> 6] &= ~(1L << i);
                continue;
            }
            int start = start(row, column);
            if (!DatumCodec.numericIsCompact(row, start)) return false;
            int gap = scale - DatumCodec.numericScale(row, start);
            long unscaled = DatumCodec.numericUnscaled(row, start, end(row, column) - start);
            if (gap != 0) {
                if (gap < 0 || gap > 18) return false;
                long factor = POWERS[gap];
                if (Math.multiplyHigh(unscaled, factor) != unscaled * factor >> 63) return false;
                unscaled *= factor;
            }
            values[i] = unscaled;
            validity[i >> 6] |= 1L << i;
        }
        return true;
    }

    private static final long[] POWERS = powers();

    private static long[] powers() {
        long[] powers = new long[19];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }

    // ---- schema --------------------------------------------------------------------------------------------------

    /** The text's stored form, for comparing without decoding. */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
