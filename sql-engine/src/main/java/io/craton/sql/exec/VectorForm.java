package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.BytesVector;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.DoubleVector;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.NumericVector;
import io.craton.core.batch.ObjectVector;
import io.craton.core.batch.Vector;
import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeCodec;
import io.craton.core.type.TypeCodecs;
import org.jspecify.annotations.Nullable;

/**
 * Batches as bytes, for files that only the statement reads that wrote them:
 *
 * <pre>
 * column   kind 1 | for all but NONE: null bits? 1 [8 per 64 rows] | values
 * NONE     every value is null
 * LONGS    8 each                     DOUBLES  8 each
 * SCALED   scale 4 | 8 each           BYTES    length 4 each | bytes
 * OBJECTS  length 4 (-1 null), the type's binary form; each
 * </pre>
 */
final class VectorForm {
    private enum Kind { NONE, LONGS, DOUBLES, SCALED, BYTES, OBJECTS }

    private static final Kind[] KINDS = Kind.values();

    private final PgType[] types;
    private final TypeCodec[] codecs;
    private final FormatContext format;

    VectorForm(PgType[] types, FormatContext format) {
        this.types = types;
        this.format = format;
        this.codecs = new TypeCodec[types.length];
        for (int i = 0; i < types.length; i++) codecs[i] = TypeCodecs.of(types[i], format.types());
    }

    int width() {
        return types.length;
    }

    /** The selected rows. */
    void write(Batch batch, ByteWriter out) {
        int[] positions = batch.positions();
        for (int i = 0; i < types.length; i++) write(i, batch.columns()[i], positions, batch.selected(), out);
    }

    private void write(int column, Vector vector, int[] positions, int count, ByteWriter out) {
        if (vector instanceof ConstantVector constant && constant.mayHaveNulls()) {
            out.putByte(Kind.NONE.ordinal());
            return;
        }
        Vector rows = vector.gather(positions, count).flat();
        switch (rows) {
            case LongVector longs -> {
                head(Kind.LONGS, longs.nulls(), out);
                for (int i = 0; i < count; i++) out.putLong(longs.values()[i]);
            }
            case DoubleVector doubles -> {
                head(Kind.DOUBLES, doubles.nulls(), out);
                for (int i = 0; i < count; i++) out.putLong(Double.doubleToRawLongBits(doubles.values()[i]));
            }
            case NumericVector numbers -> {
                head(Kind.SCALED, numbers.nulls(), out);
                out.putInt(numbers.scale());
                for (int i = 0; i < count; i++) out.putLong(numbers.values()[i]);
            }
            case BytesVector bytes -> {
                head(Kind.BYTES, bytes.nulls(), out);
                for (int i = 0; i < count; i++) out.putInt(bytes.lengths()[i]);
                for (int i = 0; i < count; i++) out.putBytes(bytes.heap(), bytes.starts()[i], bytes.lengths()[i]);
            }
            default -> {
                head(Kind.OBJECTS, null, out);
                for (int i = 0; i < count; i++) object(column, rows.datum(i), out);
            }
        }
    }

    private static void head(Kind kind, long @Nullable [] nulls, ByteWriter out) {
        out.putByte(kind.ordinal());
        if (kind == Kind.OBJECTS) return;
        out.putByte(nulls == null ? 0 : nulls.length);
        if (nulls != null) for (long bits : nulls) out.putLong(bits);
    }

    private void object(int column, @Nullable Object datum, ByteWriter out) {
        int start = out.size();
        out.putInt(-1);
        if (datum == null) return;
        codecs[column].encodeBinary(datum, format, out);
        out.setInt(start, out.size() - start - 4);
    }

    Batch read(ByteReader in, int rows) {
        Vector[] columns = new Vector[types.length];
        for (int i = 0; i < columns.length; i++) columns[i] = read(i, in, rows);
        return Batch.of(columns, rows);
    }

    private Vector read(int column, ByteReader in, int rows) {
        Repr repr = types[column].repr();
        Kind kind = KINDS[in.getByte()];
        if (kind == Kind.NONE) return ConstantVector.of(repr, null, rows);
        long[] nulls = kind == Kind.OBJECTS ? null : nulls(in, rows);
        return switch (kind) {
            case LONGS -> new LongVector(repr, longs(in, rows), rows, nulls);
            case DOUBLES -> {
                double[] values = new double[rows];
                for (int i = 0; i < rows; i++) values[i] = Double.longBitsToDouble(in.getLong());
                yield new DoubleVector(values, rows, nulls);
            }
            case SCALED -> {
                int scale = in.getInt();
                yield new NumericVector(longs(in, rows), scale, rows, nulls);
            }
            case BYTES -> bytes(repr, in, rows, nulls);
            default -> {
                Object[] values = new Object[rows];
                for (int i = 0; i < rows; i++) {
                    int length = in.getInt();
                    if (length >= 0) values[i] = codecs[column].decodeBinary(in, length, -1, format);
                }
                yield new ObjectVector(repr, values, rows);
            }
        };
    }

    private static long @Nullable [] nulls(ByteReader in, int rows) {
        if (in.getByte() == 0) return null;
        long[] nulls = Nulls.create(rows);
        for (int i = 0; i < nulls.length; i++) nulls[i] = in.getLong();
        return nulls;
    }

    private static long[] longs(ByteReader in, int rows) {
        long[] values = new long[rows];
        for (int i = 0; i < rows; i++) values[i] = in.getLong();
        return values;
    }

    private static Vector bytes(Repr repr, ByteReader in, int rows, long @Nullable [] nulls) {
        int[] lengths = new int[rows];
        int[] starts = new int[rows];
        int size = 0;
        for (int i = 0; i < rows; i++) {
            lengths[i] = in.getInt();
            starts[i] = size;
            size += lengths[i];
        }
        return new BytesVector(repr, in.getBytes(size), starts, lengths, rows, nulls);
    }
}
