package io.craton.core.type;

/**
 * Text and binary forms of one type, both ways, exactly PostgreSQL's. Stateless. Encoders append the bytes of one
 * value without a length; nulls never reach a codec. Errors are PostgreSQL's (22P02, 22007, 22008, 22003, 22P03, ...).
 */
public interface TypeCodec {
    /** Appends the text form (UTF-8). */
    void encodeText(Object value, FormatContext context, ByteWriter out);

    /** Appends the binary form. */
    void encodeBinary(Object value, FormatContext context, ByteWriter out);

    /** Parses the text form; {@code typmod} is applied as the type's input function does (length, precision), -1 for none. */
    Object decodeText(String text, int typmod, FormatContext context);

    /** Reads the binary form, which is exactly {@code length} bytes of {@code in}. */
    Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context);

    /** As {@link #encodeText} for types of {@link Repr#LONG} and {@link Repr#BOOL} without boxing. */
    default void encodeTextLong(long value, FormatContext context, ByteWriter out) {
        encodeText(value, context, out);
    }

    /** As {@link #encodeBinary} without boxing. */
    default void encodeBinaryLong(long value, FormatContext context, ByteWriter out) {
        encodeBinary(value, context, out);
    }

    /** As {@link #decodeText(String, int, FormatContext)} from UTF-8 bytes; 22021 for bytes that are not UTF-8. */
    default Object decodeText(byte[] bytes, int offset, int length, int typmod, FormatContext context) {
        return decodeText(Utf8.decode(bytes, offset, length), typmod, context);
    }

    /** As {@link #decodeText} for types of {@link Repr#LONG} and {@link Repr#BOOL} without boxing. */
    default long decodeTextLong(byte[] bytes, int offset, int length, int typmod, FormatContext context) {
        Object value = decodeText(bytes, offset, length, typmod, context);
        return value instanceof Boolean truth ? truth ? 1 : 0 : (Long) value;
    }

    /** As {@link #decodeBinary} for types of {@link Repr#LONG} and {@link Repr#BOOL} without boxing. */
    default long decodeBinaryLong(ByteReader in, int length, int typmod, FormatContext context) {
        Object value = decodeBinary(in, length, typmod, context);
        return value instanceof Boolean truth ? truth ? 1 : 0 : (Long) value;
    }
}
