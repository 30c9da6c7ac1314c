package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.HashMap;
import java.util.Map;

/** An enum: the datum is the oid of the label, both forms are the label. */
final class EnumCodec implements TypeCodec {
    private final PgType type;
    private final Map<Long, String> labels = new HashMap<>();
    private final Map<String, PgType.EnumLabel> byName = new HashMap<>();

    EnumCodec(PgType type) {
        this.type = type;
        for (PgType.EnumLabel label : type.labels()) {
            long oid = label.oid() & 0xffffffffL;
            labels.put(oid, label.label());
            byName.put(label.label(), label);
        }
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        String label = labels.get(value);
        if (label == null) throw TypeErrors.invalidBinary("invalid internal value for enum: " + value);
        out.putUtf8(label);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        encodeText(value, context, out);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        PgType.EnumLabel label = byName.get(text);
        if (label == null) {
            throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input value for enum " + type.name() + ": \"" + text + "\"");
        }
        label.requireCommitted(type);
        return label.oid() & 0xffffffffL;
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return decodeText(in.getUtf8(length), typmod, context);
    }
}
