package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;

/** Arrays of one element type. Binary: dimensions, null flag, element oid, size and lower bound of each dimension, elements with lengths. */
final class ArrayCodec implements TypeCodec {
    static final int DIMENSIONS_MAX = 6;

    private final PgType elementType;
    private final TypeCodec element;

    ArrayCodec(PgType elementType, TypeCodec element) {
        this.elementType = elementType;
        this.element = element;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        PgArray array = (PgArray) value;
        if (array.elements().length == 0) {
            out.putAscii("{}");
            return;
        }
        boolean bounds = false;
        for (int lower : array.lowerBounds()) bounds |= lower != 1;
        if (bounds) {
            for (int i = 0; i < array.dimensions(); i++) {
                out.putByte('[');
                out.putDecimal(array.lowerBounds()[i]);
                out.putByte(':');
                out.putDecimal(array.lowerBounds()[i] + array.sizes()[i] - 1);
                out.putByte(']');
            }
            out.putByte('=');
        }
        putDimension(array, 0, 0, context, out);
    }

    private int putDimension(PgArray array, int dimension, int from, FormatContext context, ByteWriter out) {
        int next = from;
        out.putByte('{');
        for (int i = 0; i < array.sizes()[dimension]; i++) {
            if (i > 0) out.putByte(elementType.delimiter());
            if (dimension + 1 < array.dimensions()) {
                next = putDimension(array, dimension + 1, next, context, out);
            } else {
                Object item = array.elements()[next++];
                if (item == null) out.putAscii("NULL");
                else putElement(item, context, out);
            }
        }
        out.putByte('}');
        return next;
    }

    private void putElement(Object item, FormatContext context, ByteWriter out) {
        int start = out.size();
        element.encodeText(item, context, out);
        int length = out.size() - start;
        if (!needsQuotes(out.array(), start, length)) return;
        byte[] plain = new byte[length];
        System.arraycopy(out.array(), start, plain, 0, length);
        out.truncate(start);
        out.putByte('"');
        for (byte b : plain) {
            if (b == '"' || b == '\\') out.putByte('\\');
            out.putByte(b);
        }
        out.putByte('"');
    }

    private boolean needsQuotes(byte[] bytes, int start, int length) {
        if (length == 0) return true;
        if (length == 4 && new String(bytes, start, 4, StandardCharsets.ISO_8859_1).equalsIgnoreCase("null")) return true;
        for (int i = start; i < start + length; i++) {
            byte b = bytes[i];
            if (b == '"' || b == '\\' || b == '{' || b == '}' || b == elementType.delimiter() || Ascii.isSpace(b)) return true;
        }
        return false;
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        PgArray array = (PgArray) value;
        boolean nulls = false;
        for (Object item : array.elements()) nulls |= item == null;
        out.putInt(array.dimensions());
        out.putInt(nulls ? 1 : 0);
        out.putInt(elementType.oid());
        for (int i = 0; i < array.dimensions(); i++) {
            out.putInt(array.sizes()[i]);
            out.putInt(array.lowerBounds()[i]);
        }
        for (Object item : array.elements()) {
            if (item == null) {
                out.putInt(-1);
                continue;
            }
            int at = out.size();
            out.putInt(0);
            element.encodeBinary(item, context, out);
            out.setInt(at, out.size() - at - 4);
        }
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return new ArrayTextReader(text, elementType, context.arrayNulls(), item -> element.decodeText(item, typmod, context)).read();
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int dimensions = in.getInt();
        if (dimensions < 0) throw TypeErrors.invalidBinary("invalid number of dimensions: " + dimensions);
        if (dimensions > DIMENSIONS_MAX) throw tooManyDimensions(dimensions);
        int flags = in.getInt();
        if (flags != 0 && flags != 1) throw TypeErrors.invalidBinary("invalid array flags");
        int oid = in.getInt();
        if (oid != elementType.oid()) {
            throw new PgException(SqlState.DATATYPE_MISMATCH, "binary data has array element type " + Integer.toUnsignedString(oid)
                    + " instead of expected " + Integer.toUnsignedString(elementType.oid()));
        }
        int[] sizes = new int[dimensions];
        int[] lowerBounds = new int[dimensions];
        long total = dimensions == 0 ? 0 : 1;
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = in.getInt();
            lowerBounds[i] = in.getInt();
            if (sizes[i] < 0) throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "array size exceeds the maximum allowed (134217727)");
            if (lowerBounds[i] + (long) sizes[i] - 1 > Integer.MAX_VALUE) {
                throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED,
                        "array lower bound is too large: " + lowerBounds[i]);
            }
            total = Math.min(total * sizes[i], Integer.MAX_VALUE);
        }
        if (total > 134217727L) throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "array size exceeds the maximum allowed (134217727)");
        if (total * 4 > in.remaining()) throw new PgException(SqlState.PROTOCOL_VIOLATION, "insufficient data left in message");
        if (total == 0) return new PgArray(elementType, new int[0], new int[0], new Object[0]);
        Object[] items = new Object[(int) total];
        for (int i = 0; i < items.length; i++) {
            int size = in.getInt();
            if (size == -1) continue;
            if (size < 0 || size > in.remaining()) throw TypeErrors.invalidBinary("insufficient data left in message");
            int start = in.position();
            ByteReader part = new ByteReader(in.array(), start, size);
            items[i] = element.decodeBinary(part, size, typmod, context);
            if (part.remaining() != 0) throw TypeErrors.invalidBinary("improper binary format in array element " + (i + 1));
            in.skip(size);
        }
        return new PgArray(elementType, sizes, lowerBounds, items);
    }

    static PgException tooManyDimensions(int dimensions) {
        return new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED,
                "number of array dimensions (" + dimensions + ") exceeds the maximum allowed (" + DIMENSIONS_MAX + ")");
    }

    static PgException malformed(String text, String detail) {
        return PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "malformed array literal: \"" + text + "\"").withDetail(detail).exception();
    }
}
