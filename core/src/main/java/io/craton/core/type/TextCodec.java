package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** Character types and everything that is kept as its text: the forms are the UTF-8 bytes; the kind says what a typmod or limit does. */
final class TextCodec implements TypeCodec {
    /** What reading a value does to it. */
    enum Kind { PLAIN, VARCHAR, BPCHAR, NAME }

    private static final int NAME_BYTES_MAX = 63;

    private final Kind kind;

    TextCodec(Kind kind) {
        this.kind = kind;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putUtf8((String) value);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putUtf8((String) value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return switch (kind) {
            case PLAIN -> text;
            case VARCHAR -> varchar(text, typmod, false);
            case BPCHAR -> bpchar(text, typmod, false);
            case NAME -> name(text);
        };
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int start = in.position();
        in.skip(length);
        return decodeText(Utf8.decode(in.array(), start, length), typmod, context);
    }

    /** Cut to the limit; only blanks may be cut unless the cast is explicit. */
    static String varchar(String text, int typmod, boolean explicit) {
        int limit = typmod - 4;
        if (typmod < 4 || text.length() <= limit) return text;
        int characters = text.codePointCount(0, text.length());
        return characters <= limit ? text : cut(text, limit, "character varying", explicit);
    }

    /** Cut or padded with blanks to the length. */
    static String bpchar(String text, int typmod, boolean explicit) {
        int limit = typmod - 4;
        if (typmod < 4) return text;
        int characters = text.codePointCount(0, text.length());
        if (characters <= limit) return characters == limit ? text : text + " ".repeat(limit - characters);
        return cut(text, limit, "character", explicit);
    }

    private static String cut(String text, int limit, String type, boolean explicit) {
        int end = text.offsetByCodePoints(0, limit);
        if (!explicit) {
            for (int i = end; i < text.length(); i++) {
                if (text.charAt(i) != ' ') {
                    throw new PgException(SqlState.STRING_DATA_RIGHT_TRUNCATION, "value too long for type " + type + "(" + limit + ")");
                }
            }
        }
        return text.substring(0, end);
    }

    /** Cut to at most 63 bytes at a character's end. */
    static String name(String text) {
        if (text.length() * 3 <= NAME_BYTES_MAX || Utf8.length(text) <= NAME_BYTES_MAX) return text;
        int bytes = 0;
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > NAME_BYTES_MAX) break;
            at += Character.charCount(point);
        }
        return text.substring(0, at);
    }
}
