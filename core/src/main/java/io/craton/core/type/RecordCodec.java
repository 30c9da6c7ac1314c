package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;

/** Composite types and anonymous records. Binary: number of fields; oid, length and bytes of each. */
final class RecordCodec implements TypeCodec {
    private final PgType type;

    RecordCodec(PgType type) {
        this.type = type;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        PgRecord row = (PgRecord) value;
        out.putByte('(');
        for (int i = 0; i < row.values().length; i++) {
            if (i > 0) out.putByte(',');
            Object field = row.values()[i];
            if (field == null) continue;
            int start = out.size();
            TypeCodecs.of(row.types().get(i), context.types()).encodeText(field, context, out);
            quote(out, start);
        }
        out.putByte(')');
    }

    private static void quote(ByteWriter out, int start) {
        int length = out.size() - start;
        boolean needed = length == 0;
        for (int i = start; i < start + length && !needed; i++) {
            byte b = out.array()[i];
            needed = b == '"' || b == '\\' || b == '(' || b == ')' || b == ',' || Ascii.isSpace(b);
        }
        if (!needed) return;
        byte[] plain = new byte[length];
        System.arraycopy(out.array(), start, plain, 0, length);
        out.truncate(start);
        out.putByte('"');
        for (byte b : plain) {
            if (b == '"' || b == '\\') out.putByte(b);
            out.putByte(b);
        }
        out.putByte('"');
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        PgRecord row = (PgRecord) value;
        out.putInt(row.values().length);
        for (int i = 0; i < row.values().length; i++) {
            PgType fieldType = row.types().get(i);
            out.putInt(fieldType.oid());
            Object field = row.values()[i];
            if (field == null) {
                out.putInt(-1);
                continue;
            }
            int at = out.size();
            out.putInt(0);
            TypeCodecs.of(fieldType, context.types()).encodeBinary(field, context, out);
            out.setInt(at, out.size() - at - 4);
        }
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        requireComposite();
        List<PgType.Field> fields = type.fields();
        Object[] values = new Object[fields.size()];
        int at = 0;
        while (at < text.length() && Ascii.isSpace(text.charAt(at))) at++;
        if (at >= text.length() || text.charAt(at) != '(') throw malformed(text, "Missing left parenthesis.");
        at++;
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                if (at >= text.length() || text.charAt(at) != ',') throw malformed(text, "Too few columns.");
                at++;
            }
            if (at < text.length() && (text.charAt(at) == ',' || text.charAt(at) == ')')) continue;
            StringBuilder out = new StringBuilder();
            boolean quoted = false;
            while (quoted || at >= text.length() || text.charAt(at) != ',' && text.charAt(at) != ')') {
                if (at >= text.length()) throw malformed(text, "Unexpected end of input.");
                char c = text.charAt(at++);
                if (c == '\\') {
                    if (at >= text.length()) throw malformed(text, "Unexpected end of input.");
                    out.append(text.charAt(at++));
                } else if (c == '"') {
                    if (!quoted) {
                        quoted = true;
                    } else if (at < text.length() && text.charAt(at) == '"') {
                        out.append('"');
                        at++;
                    } else {
                        quoted = false;
                    }
                } else {
                    out.append(c);
                }
            }
            PgType.Field field = fields.get(i);
            values[i] = TypeCodecs.of(resolve(field, context), context.types()).decodeText(out.toString(), field.typmod(), context);
        }
        if (at >= text.length()) throw malformed(text, "Unexpected end of input.");
        if (text.charAt(at) != ')') throw malformed(text, "Too many columns.");
        at++;
        while (at < text.length() && Ascii.isSpace(text.charAt(at))) at++;
        if (at < text.length()) throw malformed(text, "Junk after right parenthesis.");
        return record(values, context);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        requireComposite();
        List<PgType.Field> fields = type.fields();
        int count = in.getInt();
        if (count != fields.size()) {
            throw new PgException(SqlState.DATATYPE_MISMATCH, "wrong number of columns: " + count + ", expected " + fields.size());
        }
        Object[] values = new Object[count];
        for (int i = 0; i < count; i++) {
            int oid = in.getInt();
            PgType.Field field = fields.get(i);
            if (oid != field.typeOid()) {
                throw new PgException(SqlState.DATATYPE_MISMATCH, "binary data has type " + Integer.toUnsignedString(oid)
                        + " instead of expected " + Integer.toUnsignedString(field.typeOid()) + " in record column " + (i + 1));
            }
            int size = in.getInt();
            if (size == -1) continue;
            if (size < 0 || size > in.remaining()) throw TypeErrors.invalidBinary("insufficient data left in message");
            ByteReader part = new ByteReader(in.array(), in.position(), size);
            values[i] = TypeCodecs.of(resolve(field, context), context.types()).decodeBinary(part, size, field.typmod(), context);
            if (part.remaining() != 0) throw TypeErrors.invalidBinary("improper binary format in record column " + (i + 1));
            in.skip(size);
        }
        return record(values, context);
    }

    private void requireComposite() {
        if (type.oid() == TypeOid.RECORD) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "input of anonymous composite types is not implemented");
        }
    }

    private PgRecord record(Object[] values, FormatContext context) {
        List<PgType> types = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (PgType.Field field : type.fields()) {
            types.add(resolve(field, context));
            names.add(field.name());
        }
        return new PgRecord(type.oid(), types, names, values);
    }

    private static PgType resolve(PgType.Field field, FormatContext context) {
        PgType found = context.types().type(field.typeOid());
        if (found == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "type with OID " + field.typeOid() + " does not exist");
        return found;
    }

    private static PgException malformed(String text, String detail) {
        return PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "malformed record literal: \"" + text + "\"").withDetail(detail).exception();
    }
}
