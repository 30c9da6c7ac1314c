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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between datums and the wire: rows of utility statements and kept cursors out, parameters in. Stateless. */
final class DatumEncoder {
    private DatumEncoder() {}

    static void row(ResultSink sink, List<PgType> types, short[] formats, @Nullable Object[] row, FormatContext context) {
        ByteWriter out = sink.beginRow(types.size());
        try {
            for (int i = 0; i < types.size(); i++) {
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
                values[i] = codec.decodeText(bytes, offset, length, -1, context);
            }
        }
        return values;
    }

    private static io.craton.core.error.PgException badBinary(int index) {
        return new io.craton.core.error.PgException(io.craton.core.error.SqlState.INVALID_BINARY_REPRESENTATION,
                "incorrect binary data format in bind parameter " + (index + 1));
    }
}
