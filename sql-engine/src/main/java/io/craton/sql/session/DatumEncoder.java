package io.craton.sql.session;

import io.craton.core.session.BoundParameters;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodec;
import io.craton.core.type.TypeCodecs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between datums and the wire: rows of utility statements and kept cursors out, parameters in. Stateless. */
final class DatumEncoder {
    private DatumEncoder() {}

    static void row(ResultSink sink, List<PgType> types, short[] formats, @Nullable Object[] row, FormatContext context) {
        ByteWriter out = sink.beginRow(row.length);
        try {
            for (int i = 0; i < row.length; i++) {
                Object value = row[i];
                if (value == null) {
                    out.putInt(-1);
                    continue;
                }
                TypeCodec codec = TypeCodecs.of(types.get(i), context.types());
                int start = out.size();
                out.putInt(0);
                if (formats.length != 0 && formats[i] == 1) codec.encodeBinary(value, context, out);
                else codec.encodeText(value, context, out);
                out.setInt(start, out.size() - start - 4);
            }
        } catch (RuntimeException e) {
            sink.abandonRow();
            throw e;
        }
        sink.endRow();
    }

    static List<PgType> types(RowDescription columns, FormatContext context) {
        return columns.columns().stream().map(column -> java.util.Objects.requireNonNull(context.types().type(column.typeOid()))).toList();
    }

    static @Nullable Object[] parameters(BoundParameters bound, List<PgType> types, FormatContext context) {
        @Nullable Object[] values = new Object[types.size()];
        byte[] bytes = bound.bytes();
        for (int i = 0; i < values.length; i++) {
            int length = bound.lengths()[i];
            if (length < 0) continue;
            int offset = bound.offsets()[i];
            TypeCodec codec = TypeCodecs.of(types.get(i), context.types());
            if (bound.format(i) == 1) {
                ByteReader reader = new ByteReader(bytes, offset, length);
                values[i] = codec.decodeBinary(reader, length, -1, context);
                if (reader.remaining() != 0) throw badBinary(i);
            } else {
                values[i] = codec.decodeText(Utf8.decode(bytes, offset, length), -1, context);
            }
        }
        return values;
    }

    private static io.craton.core.error.PgException badBinary(int index) {
        return new io.craton.core.error.PgException(io.craton.core.error.SqlState.INVALID_BINARY_REPRESENTATION,
                "incorrect binary data format in bind parameter " + (index + 1));
    }

    /** Strict UTF-8, without zero bytes. */
    static final class Utf8 {
        private Utf8() {}

        static String decode(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                if (bytes[i] <= 0) return decodeStrictly(bytes, offset, length);
            }
            return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        }

        private static String decodeStrictly(byte[] bytes, int offset, int length) {
            try {
                String text = StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes, offset, length)).toString();
                int zero = text.indexOf('\0');
                if (zero >= 0) throw bad("0x00");
                return text;
            } catch (java.nio.charset.CharacterCodingException e) {
                throw bad(firstBad(bytes, offset, length));
            }
        }

        private static String firstBad(byte[] bytes, int offset, int length) {
            java.nio.charset.CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
            java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(bytes, offset, length);
            java.nio.CharBuffer out = java.nio.CharBuffer.allocate(length + 1);
            decoder.decode(in, out, true);
            int at = in.position();
            int first = bytes[at] & 0xff;
            int expected = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
            StringBuilder shown = new StringBuilder();
            for (int i = at; i < Math.min(at + expected, offset + length); i++) {
                shown.append(i > at ? " " : "").append(String.format("0x%02x", bytes[i] & 0xff));
            }
            return shown.toString();
        }

        private static io.craton.core.error.PgException bad(String sequence) {
            return new io.craton.core.error.PgException(io.craton.core.error.SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                    "invalid byte sequence for encoding \"UTF8\": " + sequence);
        }
    }
}
