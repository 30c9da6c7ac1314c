package io.craton.sql.copy;

import io.craton.core.session.ResultSink;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodec;
import io.craton.core.type.TypeCodecs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows of COPY TO in one of the three formats, a CopyData message each. One statement. */
final class CopyWriter {
    private final ResultSink sink;
    private final CopyOptions options;
    private final TypeCodec[] codecs;
    private final boolean[] forceQuote;
    private final FormatContext format;
    private final byte[] nullText;
    private final ByteWriter value = new ByteWriter(256);

    CopyWriter(ResultSink sink, CopyOptions options, List<String> names, List<PgType> types, FormatContext format) {
        this.sink = sink;
        this.options = options;
        this.format = format;
        this.codecs = types.stream().map(type -> TypeCodecs.of(type, format.types())).toArray(TypeCodec[]::new);
        this.forceQuote = new boolean[types.size()];
        for (int i = 0; i < forceQuote.length; i++) {
            forceQuote[i] = options.forceQuote() == null || options.forceQuote().contains(names.get(i));
        }
        this.nullText = options.nullText().getBytes(StandardCharsets.UTF_8);
    }

    void begin(List<String> names) {
        if (options.format() == CopyOptions.Format.BINARY) {
            ByteWriter out = sink.beginCopyData();
            out.putBytes(BinaryFields.SIGNATURE);
            out.putInt(0);
            out.putInt(0);
            sink.endCopyData();
        } else if (options.header() != CopyOptions.Header.NONE) {
            ByteWriter out = sink.beginCopyData();
            for (int i = 0; i < names.size(); i++) {
                if (i > 0) out.putByte(options.delimiter());
                value.clear();
                value.putUtf8(names.get(i));
                if (options.format() == CopyOptions.Format.CSV) csv(out, false, names.size() == 1);
                else text(out);
            }
            out.putByte('\n');
            sink.endCopyData();
        }
    }

    void row(@Nullable Object[] row) {
        ByteWriter out = sink.beginCopyData();
        if (options.format() == CopyOptions.Format.BINARY) {
            binary(row, out);
        } else {
            for (int i = 0; i < row.length; i++) {
                if (i > 0) out.putByte(options.delimiter());
                Object datum = row[i];
                if (datum == null) {
                    out.putBytes(nullText);
                    continue;
                }
                value.clear();
                codecs[i].encodeText(datum, format, value);
                if (options.format() == CopyOptions.Format.CSV) csv(out, forceQuote[i], row.length == 1);
                else text(out);
            }
            out.putByte('\n');
        }
        sink.endCopyData();
    }

    void end() {
        if (options.format() == CopyOptions.Format.BINARY) {
            sink.beginCopyData().putShort(-1);
            sink.endCopyData();
        }
    }

    private void binary(@Nullable Object[] row, ByteWriter out) {
        out.putShort(row.length);
        for (int i = 0; i < row.length; i++) {
            if (row[i] == null) {
                out.putInt(-1);
                continue;
            }
            int at = out.size();
            out.putInt(0);
            codecs[i].encodeBinary(row[i], format, out);
            out.setInt(at, out.size() - at - 4);
        }
    }

    private void text(ByteWriter out) {
        byte[] bytes = value.array();
        int size = value.size();
        for (int i = 0; i < size; i++) {
            byte b = bytes[i];
            switch (b) {
                case '\\' -> escaped(out, '\\');
                case '\n' -> escaped(out, 'n');
                case '\r' -> escaped(out, 'r');
                case '\t' -> escaped(out, 't');
                case '\b' -> escaped(out, 'b');
                case '\f' -> escaped(out, 'f');
                case 11 -> escaped(out, 'v');
                default -> {
                    if (b == options.delimiter()) out.putByte('\\');
                    out.putByte(b);
                }
            }
        }
    }

    private static void escaped(ByteWriter out, char c) {
        out.putByte('\\');
        out.putByte(c);
    }

    private void csv(ByteWriter out, boolean force, boolean single) {
        byte[] bytes = value.array();
        int size = value.size();
        boolean quote = force || java.util.Arrays.equals(bytes, 0, size, nullText, 0, nullText.length)
                || single && size == 2 && bytes[0] == '\\' && bytes[1] == '.';
        for (int i = 0; i < size && !quote; i++) {
            byte b = bytes[i];
            quote = b == options.delimiter() || b == options.quote() || b == '\n' || b == '\r';
        }
        if (!quote) {
            out.putBytes(bytes, 0, size);
            return;
        }
        out.putByte(options.quote());
        for (int i = 0; i < size; i++) {
            if (bytes[i] == options.quote() || bytes[i] == options.escape()) out.putByte(options.escape());
            out.putByte(bytes[i]);
        }
        out.putByte(options.quote());
    }
}
