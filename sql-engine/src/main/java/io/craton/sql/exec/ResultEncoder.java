package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.BytesVector;
import io.craton.core.batch.Vector;
import io.craton.core.session.ResultSink;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeCodec;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.logical.Relation;
import java.util.List;

/** Rows of batches as DataRow values. One query, one thread. */
final class ResultEncoder {
    private final TypeCodec[] codecs;
    private final Repr[] reprs;
    private final boolean[] binary;
    private final FormatContext format;

    ResultEncoder(List<Relation.Field> fields, short[] formats, FormatContext format) {
        int count = fields.size();
        this.codecs = new TypeCodec[count];
        this.reprs = new Repr[count];
        this.binary = new boolean[count];
        this.format = format;
        for (int i = 0; i < count; i++) {
            PgType type = fields.get(i).type();
            codecs[i] = TypeCodecs.of(type, format.types());
            reprs[i] = type.repr();
            binary[i] = formats.length > 0 && (formats.length == 1 ? formats[0] : formats[i]) == 1;
        }
    }

    /** Text and bytes columns in plain form, so that their bytes can be copied. */
    Batch prepare(Batch batch) {
        Vector[] columns = batch.columns().clone();
        for (int i = 0; i < codecs.length; i++) if (reprs[i] == Repr.TEXT) columns[i] = columns[i].flat();
        return batch.with(columns);
    }

    void write(Batch batch, int row, ResultSink sink) {
        ByteWriter out = sink.beginRow(codecs.length);
        try {
            for (int i = 0; i < codecs.length; i++) value(batch.columns()[i], i, row, out);
        } catch (RuntimeException e) {
            sink.abandonRow();
            throw e;
        }
        sink.endRow();
    }

    private void value(Vector column, int i, int row, ByteWriter out) {
        if (column.isNull(row)) {
            out.putInt(-1);
            return;
        }
        int start = out.size();
        out.putInt(0);
        switch (reprs[i]) {
            case BOOL, LONG -> {
                if (binary[i]) codecs[i].encodeBinaryLong(column.longAt(row), format, out);
                else codecs[i].encodeTextLong(column.longAt(row), format, out);
            }
            case TEXT -> {
                BytesVector bytes = (BytesVector) column;
                out.putBytes(bytes.heap(), bytes.starts()[row], bytes.lengths()[row]);
            }
            default -> {
                Object datum = java.util.Objects.requireNonNull(column.datum(row));
                if (binary[i]) codecs[i].encodeBinary(datum, format, out);
                else codecs[i].encodeText(datum, format, out);
            }
        }
        out.setInt(start, out.size() - start - 4);
    }
}
