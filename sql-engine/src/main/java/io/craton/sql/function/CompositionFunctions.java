package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts made of values and taken apart: concat, quote_*, string_to_array, array_to_string, num_nulls. */
final class CompositionFunctions {
    private CompositionFunctions() {}

    /** One argument of a VARIADIC "any" function. */
    record Argument(PgType type, @Nullable Object value) {
        String text(ExecContext context) {
            return CompositionFunctions.text(context, type, value);
        }
    }

    static void register(Kernels kernels) {
        kernels.scalar("text_concat", (context, call, a) ->
                call.variadicArray() && a[0] == null ? null : join(context, null, arguments(context, call, a, 0)));
        kernels.scalar("text_concat_ws", (context, call, a) ->
                a[0] == null || call.variadicArray() && a[1] == null ? null : join(context, (String) a[0], arguments(context, call, a, 1)));
        kernels.scalar("sql:2003", (context, call, a) -> (String) a[0] + castText(context, call.argumentTypes().get(1), a[1]));
        kernels.scalar("sql:2004", (context, call, a) -> castText(context, call.argumentTypes().get(0), a[0]) + a[1]);
        kernels.scalar("quote_ident", (context, call, a) -> context.format().names().identifier((String) a[0]));
        kernels.scalar("quote_literal", (context, call, a) -> Quoting.literal((String) a[0]));
        kernels.scalar("sql:1285", (context, call, a) -> Quoting.literal(text(context, call.argumentTypes().getFirst(), a[0])));
        kernels.scalar("quote_nullable", (context, call, a) -> a[0] == null ? "NULL" : Quoting.literal((String) a[0]));
        kernels.scalar("sql:1290", (context, call, a) ->
                a[0] == null ? "NULL" : Quoting.literal(text(context, call.argumentTypes().getFirst(), a[0])));
        kernels.scalar("parse_ident", (context, call, a) ->
                PgArray.of(PgTypes.TEXT, Quoting.parseIdentifier((String) a[0], (Boolean) a[1]).toArray()));
        kernels.scalar("text_to_array", (context, call, a) -> toArray(context, a[0], a[1], null));
        kernels.scalar("text_to_array_null", (context, call, a) -> toArray(context, a[0], a[1], (String) a[2]));
        kernels.set("text_to_table", (context, call, a) -> SetFunctions.rows(split(context, a[0], a[1], null)));
        kernels.set("text_to_table_null", (context, call, a) -> SetFunctions.rows(split(context, a[0], a[1], (String) a[2])));
        kernels.scalar("array_to_text", (context, call, a) -> fromArray(context, (PgArray) a[0], (String) a[1], null));
        kernels.scalar("array_to_text_null", (context, call, a) ->
                a[0] == null || a[1] == null ? null : fromArray(context, (PgArray) a[0], (String) a[1], (String) a[2]));
        kernels.scalar("pg_num_nulls", (context, call, a) -> countNulls(context, call, a, true));
        kernels.scalar("pg_num_nonnulls", (context, call, a) -> countNulls(context, call, a, false));
        FormatString.register(kernels);
    }

    static String text(ExecContext context, PgType type, Object value) {
        return TypeCodecs.toText(type, value, context.format());
    }

    /** As a cast to text: true and false in full, character without its padding. */
    private static String castText(ExecContext context, PgType type, Object value) {
        if (value instanceof Boolean) return value.toString();
        String text = text(context, type, value);
        return type.oid() == TypeOid.BPCHAR ? text.replaceFirst(" +$", "") : text;
    }

    /** Arguments from {@code first} on; those of a VARIADIC array one by one, none for a null array. */
    static List<Argument> arguments(ExecContext context, CallInfo call, @Nullable Object[] a, int first) {
        List<Argument> list = new ArrayList<>();
        if (call.variadicArray()) {
            if (a[first] == null) return list;
            PgArray array = (PgArray) a[first];
            for (Object element : array.elements()) list.add(new Argument(array.elementType(), element));
            return list;
        }
        for (int i = first; i < a.length; i++) list.add(new Argument(call.argumentTypes().get(i), a[i]));
        return list;
    }

    private static @Nullable Object join(ExecContext context, @Nullable String separator, List<Argument> arguments) {
        StringBuilder result = new StringBuilder();
        boolean first = true;
        for (Argument argument : arguments) {
            if (argument.value() == null) continue;
            if (!first && separator != null) result.append(separator);
            first = false;
            result.append(argument.text(context));
        }
        return result.toString();
    }

    private static @Nullable Object countNulls(ExecContext context, CallInfo call, @Nullable Object[] a, boolean nulls) {
        if (call.variadicArray() && a[0] == null) return null;
        long count = 0;
        for (Argument argument : arguments(context, call, a, 0)) {
            if (argument.value() == null == nulls) count++;
        }
        return count;
    }

    private static @Nullable Object toArray(ExecContext context, @Nullable Object text, @Nullable Object separator, @Nullable String nullText) {
        List<@Nullable Object> parts = split(context, text, separator, nullText);
        return text == null ? null : PgArray.of(PgTypes.TEXT, parts.toArray());
    }

    /** A null separator cuts between all characters, an empty one nowhere. */
    private static List<@Nullable Object> split(ExecContext context, @Nullable Object input, @Nullable Object separator, @Nullable String nullText) {
        if (input == null || ((String) input).isEmpty()) return Collections.emptyList();
        try (Parts parts = new Parts(context)) {
            split((String) input, (String) separator, nullText, parts);
            return parts.list();
        }
    }

    private static void split(String text, @Nullable String cut, @Nullable String nullText, Parts parts) {
        if (cut == null) {
            for (int i = 0; i < text.length(); ) {
                int width = Character.charCount(text.codePointAt(i));
                add(parts, text.substring(i, i + width), nullText);
                i += width;
            }
            return;
        }
        int from = 0;
        for (int at = cut.isEmpty() ? -1 : text.indexOf(cut); at >= 0; at = text.indexOf(cut, from)) {
            add(parts, text.substring(from, at), nullText);
            from = at + cut.length();
        }
        add(parts, text.substring(from), nullText);
    }

    private static void add(Parts parts, String part, @Nullable String nullText) {
        parts.add(part.equals(nullText) ? null : part);
    }

    private static Object fromArray(ExecContext context, PgArray array, String separator, @Nullable String nullText) {
        StringBuilder result = new StringBuilder();
        boolean first = true;
        for (Object element : array.elements()) {
            if (element == null && nullText == null) continue;
            if (!first) result.append(separator);
            first = false;
            result.append(element == null ? nullText : text(context, array.elementType(), element));
        }
        return result.toString();
    }

    static PgException invalidParameter(String message) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, message);
    }
}
