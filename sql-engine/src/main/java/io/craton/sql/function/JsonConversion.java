package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.FormatContext;
import io.craton.core.type.JsonFormat;
import io.craton.core.type.Jsonb;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of any type as json and jsonb: to_json's rules. */
final class JsonConversion {
    private JsonConversion() {}

    static String toJson(ExecContext context, PgType type, Object value, boolean pretty) {
        StringBuilder out = new StringBuilder();
        append(context, type, value, pretty, out);
        return out.toString();
    }

    static void append(ExecContext context, PgType declared, @Nullable Object value, boolean pretty, StringBuilder out) {
        if (value == null) {
            out.append("null");
            return;
        }
        PgType type = base(context, declared);
        switch (value) {
            case Boolean bool -> out.append(bool ? "true" : "false");
            case Jsonb json -> JsonFormat.append(json, out);
            case PgArray array -> appendArray(context, array, pretty, out);
            case PgRecord row -> appendRow(context, row, pretty, out);
            default -> {
                String text = text(context, type, value);
                if (type.oid() == TypeOid.JSON || number(type) && finite(text)) out.append(text);
                else JsonFormat.appendQuoted(text, out);
            }
        }
    }

    private static PgType base(ExecContext context, PgType declared) {
        PgType type = declared;
        while (type.kind() == 'd') {
            PgType next = context.format().types().type(type.baseTypeOid());
            if (next == null) break;
            type = next;
        }
        return type;
    }

    private static boolean number(PgType type) {
        return switch (type.oid()) {
            case TypeOid.INT2, TypeOid.INT4, TypeOid.INT8, TypeOid.FLOAT4, TypeOid.FLOAT8, TypeOid.NUMERIC -> true;
            default -> false;
        };
    }

    private static boolean finite(String number) {
        char last = number.charAt(number.length() - 1);
        return last >= '0' && last <= '9';
    }

    /** The text form, dates and timestamps as ISO 8601 whatever the session's style. */
    private static String text(ExecContext context, PgType type, Object value) {
        return switch (type.oid()) {
            case TypeOid.DATE, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ -> {
                FormatContext f = context.format();
                FormatContext iso = new FormatContext("ISO", f.dateOrder(), f.intervalStyle(), f.zone(), f.byteaHex(), f.extraFloatDigits(),
                        f.types(), f.names(), f.nowMicros());
                String text = TypeCodecs.toText(type, value, iso).replaceFirst("(?<=\\d) (?=\\d)", "T");
                yield type.oid() == TypeOid.TIMESTAMPTZ ? text.replaceFirst("([+-]\\d\\d)(?=$| BC)", "$1:00") : text;
            }
            default -> CompositionFunctions.text(context, type, value);
        };
    }

    private static void appendArray(ExecContext context, PgArray array, boolean pretty, StringBuilder out) {
        if (array.dimensions() == 0) {
            out.append("[]");
            return;
        }
        appendDimension(context, array, 0, new int[1], pretty, out);
    }

    private static void appendDimension(ExecContext context, PgArray array, int dimension, int[] next, boolean pretty, StringBuilder out) {
        out.append('[');
        for (int i = 0; i < array.sizes()[dimension]; i++) {
            if (i > 0) out.append(pretty && dimension == 0 ? ",\n " : ",");
            if (dimension + 1 < array.dimensions()) appendDimension(context, array, dimension + 1, next, false, out);
            else append(context, array.elementType(), array.elements()[next[0]++], false, out);
        }
        out.append(']');
    }

    private static void appendRow(ExecContext context, PgRecord row, boolean pretty, StringBuilder out) {
        out.append('{');
        List<String> names = names(context, row);
        for (int i = 0; i < row.values().length; i++) {
            if (i > 0) out.append(pretty ? ",\n " : ",");
            JsonFormat.appendQuoted(names.get(i), out);
            out.append(':');
            append(context, row.types().get(i), row.values()[i], false, out);
        }
        out.append('}');
    }

    static List<String> names(ExecContext context, PgRecord row) {
        if (row.names().size() == row.values().length) return row.names();
        PgType type = context.format().types().type(row.typeOid());
        if (type != null && type.fields().size() == row.values().length) return type.fields().stream().map(PgType.Field::name).toList();
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= row.values().length; i++) names.add("f" + i);
        return names;
    }

    static Jsonb toJsonb(ExecContext context, PgType declared, @Nullable Object value) {
        if (value == null) return Jsonb.NULL;
        PgType type = base(context, declared);
        return switch (value) {
            case Boolean bool -> Jsonb.of(bool);
            case Jsonb json -> json;
            case Numeric number -> number.isFinite() ? Jsonb.of(number) : Jsonb.of(number.toString());
            case Long number when number(type) -> Jsonb.of(Numeric.of(number));
            case PgArray array -> array.dimensions() == 0 ? Jsonb.EMPTY_ARRAY : toJsonb(context, array, 0, new int[1]);
            case PgRecord row -> {
                Jsonb.Builder object = new Jsonb.Builder();
                List<String> names = names(context, row);
                for (int i = 0; i < row.values().length; i++) {
                    object.put(names.get(i), toJsonb(context, row.types().get(i), row.values()[i]));
                }
                yield object.build();
            }
            default -> {
                String text = text(context, type, value);
                if (type.oid() == TypeOid.JSON) yield Jsonb.parse(text);
                yield number(type) && finite(text) ? Jsonb.of(Numeric.parse(text)) : Jsonb.of(text);
            }
        };
    }

    private static Jsonb toJsonb(ExecContext context, PgArray array, int dimension, int[] next) {
        List<Jsonb> elements = new ArrayList<>();
        for (int i = 0; i < array.sizes()[dimension]; i++) {
            elements.add(dimension + 1 < array.dimensions() ? toJsonb(context, array, dimension + 1, next)
                    : toJsonb(context, array.elementType(), array.elements()[next[0]++]));
        }
        return new Jsonb.ArrayValue(elements);
    }

    /** A value as an object key: scalars only. */
    static String key(ExecContext context, PgType type, Object value) {
        if (value instanceof PgArray || value instanceof PgRecord || value instanceof Jsonb || type.oid() == TypeOid.JSON) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "key value must be scalar, not array, composite, or json");
        }
        return value instanceof Boolean bool ? bool ? "true" : "false" : text(context, type, value);
    }
}
