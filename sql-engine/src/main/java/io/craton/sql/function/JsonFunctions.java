package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.JsonFormat;
import io.craton.core.type.Jsonb;
import io.craton.core.type.PgArray;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.CompositionFunctions.Argument;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions and operators of json, whose text is kept as written, and the constructors of json and jsonb. */
final class JsonFunctions {
    private JsonFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("json_object_field", (context, call, a) -> JsonSlices.member((String) a[0], (String) a[1]));
        kernels.scalar("json_object_field_text", (context, call, a) -> JsonSlices.text(JsonSlices.member((String) a[0], (String) a[1])));
        kernels.scalar("json_array_element", (context, call, a) -> JsonSlices.element((String) a[0], (Long) a[1]));
        kernels.scalar("json_array_element_text", (context, call, a) -> JsonSlices.text(JsonSlices.element((String) a[0], (Long) a[1])));
        kernels.scalar("json_extract_path", (context, call, a) -> path((String) a[0], (PgArray) a[1]));
        kernels.scalar("json_extract_path_text", (context, call, a) -> JsonSlices.text(path((String) a[0], (PgArray) a[1])));
        kernels.scalar("json_typeof", (context, call, a) -> typeName((String) a[0]));
        kernels.scalar("json_array_length", (context, call, a) -> (long) JsonSlices.elements(requireArray((String) a[0])).size());
        kernels.scalar("json_strip_nulls", (context, call, a) -> {
            StringBuilder out = new StringBuilder();
            stripNulls((String) a[0], out);
            return out.toString();
        });
        kernels.set("json_object_keys", (context, call, a) -> {
            char kind = JsonSlices.kind((String) a[0]);
            if (kind != '{') throw invalid("cannot call json_object_keys on " + (kind == '[' ? "an array" : "a scalar"));
            return SetFunctions.rows(new ArrayList<>(JsonSlices.members((String) a[0]).stream().map(JsonSlices.Member::name).toList()));
        });
        kernels.set("json_each", (context, call, a) -> each((String) a[0], false));
        kernels.set("json_each_text", (context, call, a) -> each((String) a[0], true));
        kernels.set("json_array_elements", (context, call, a) -> elements((String) a[0], false));
        kernels.set("json_array_elements_text", (context, call, a) -> elements((String) a[0], true));
        constructors(kernels);
    }

    private static PgException invalid(String message) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, message);
    }

    private static @Nullable String path(String json, PgArray path) {
        String at = json;
        for (Object step : path.elements()) {
            if (step == null || at == null) return null;
            if (JsonSlices.kind(at) == '{') {
                at = JsonSlices.member(at, (String) step);
            } else {
                Long index = JsonbFunctions.index((String) step);
                at = index == null ? null : JsonSlices.element(at, index);
            }
        }
        return at;
    }

    private static String typeName(String json) {
        return switch (JsonSlices.kind(json)) {
            case '{' -> "object";
            case '[' -> "array";
            case '"' -> "string";
            case 'n' -> "null";
            case 't' -> "boolean";
            default -> "number";
        };
    }

    private static String requireArray(String json) {
        char kind = JsonSlices.kind(json);
        if (kind != '[') throw invalid("cannot get array length of a " + (kind == '{' ? "non-array" : "scalar"));
        return json;
    }

    private static void stripNulls(String json, StringBuilder out) {
        switch (JsonSlices.kind(json)) {
            case '{' -> {
                out.append('{');
                boolean first = true;
                for (JsonSlices.Member member : JsonSlices.members(json)) {
                    if (JsonSlices.kind(member.value()) == 'n') continue;
                    if (!first) out.append(',');
                    first = false;
                    JsonFormat.appendQuoted(member.name(), out);
                    out.append(':');
                    stripNulls(member.value(), out);
                }
                out.append('}');
            }
            case '[' -> {
                out.append('[');
                boolean first = true;
                for (String element : JsonSlices.elements(json)) {
                    if (!first) out.append(',');
                    first = false;
                    stripNulls(element, out);
                }
                out.append(']');
            }
            case '"' -> JsonFormat.appendQuoted(JsonSlices.unescape(json), out);
            default -> out.append(json.trim());
        }
    }

    private static Iterator<@Nullable Object[]> each(String json, boolean text) {
        char kind = JsonSlices.kind(json);
        if (kind == '[') throw invalid("cannot deconstruct an array as an object");
        if (kind != '{') throw invalid("cannot deconstruct a scalar");
        List<JsonSlices.Member> members = JsonSlices.members(json);
        return SetFunctions.rows(members.size(), i -> new Object[] {
            members.get(i).name(), text ? JsonSlices.text(members.get(i).value()) : members.get(i).value()});
    }

    private static Iterator<@Nullable Object[]> elements(String json, boolean text) {
        char kind = JsonSlices.kind(json);
        if (kind != '[') {
            throw invalid("cannot call json_array_elements" + (text ? "_text" : "") + " on a " + (kind == '{' ? "non-array" : "scalar"));
        }
        List<String> elements = JsonSlices.elements(json);
        return SetFunctions.rows(elements.size(), i -> new Object[] {text ? JsonSlices.text(elements.get(i)) : elements.get(i)});
    }

    // ---- constructors ----------------------------------------------------------------------------------------------

    private static void constructors(Kernels kernels) {
        kernels.scalar("to_json", (context, call, a) -> JsonConversion.toJson(context, call.argumentTypes().getFirst(), a[0], false));
        kernels.scalar("to_jsonb", (context, call, a) -> JsonConversion.toJsonb(context, call.argumentTypes().getFirst(), a[0]));
        for (String source : new String[] {"row_to_json", "array_to_json"}) {
            kernels.scalar(source, (context, call, a) -> JsonConversion.toJson(context, call.argumentTypes().getFirst(), a[0], false));
            kernels.scalar(source + "_pretty",
                    (context, call, a) -> JsonConversion.toJson(context, call.argumentTypes().getFirst(), a[0], (Boolean) a[1]));
        }
        kernels.scalar("json_build_array", (context, call, a) ->
                call.variadicArray() && a[0] == null ? null : array(context, CompositionFunctions.arguments(context, call, a, 0)));
        kernels.scalar("json_build_array_noargs", (context, call, a) -> "[]");
        kernels.scalar("jsonb_build_array", (context, call, a) -> {
            if (call.variadicArray() && a[0] == null) return null;
            List<Jsonb> elements = new ArrayList<>();
            for (Argument argument : CompositionFunctions.arguments(context, call, a, 0)) {
                elements.add(JsonConversion.toJsonb(context, argument.type(), argument.value()));
            }
            return new Jsonb.ArrayValue(elements);
        });
        kernels.scalar("jsonb_build_array_noargs", (context, call, a) -> Jsonb.EMPTY_ARRAY);
        kernels.scalar("json_build_object", (context, call, a) ->
                call.variadicArray() && a[0] == null ? null : object(context, CompositionFunctions.arguments(context, call, a, 0)));
        kernels.scalar("json_build_object_noargs", (context, call, a) -> "{}");
        kernels.scalar("jsonb_build_object", (context, call, a) ->
                call.variadicArray() && a[0] == null ? null : objectB(context, CompositionFunctions.arguments(context, call, a, 0)));
        kernels.scalar("jsonb_build_object_noargs", (context, call, a) -> Jsonb.EMPTY_OBJECT);
        kernels.scalar("json_object", (context, call, a) -> objectText(pairs((PgArray) a[0])));
        kernels.scalar("json_object_two_arg", (context, call, a) -> objectText(pairs((PgArray) a[0], (PgArray) a[1])));
        kernels.scalar("jsonb_object", (context, call, a) -> objectValue(pairs((PgArray) a[0])));
        kernels.scalar("jsonb_object_two_arg", (context, call, a) -> objectValue(pairs((PgArray) a[0], (PgArray) a[1])));
    }

    private static String array(ExecContext context, List<Argument> arguments) {
        StringBuilder out = new StringBuilder("[");
        for (Argument argument : arguments) {
            if (out.length() > 1) out.append(", ");
            JsonConversion.append(context, argument.type(), argument.value(), false, out);
        }
        return out.append(']').toString();
    }

    private static void requirePairs(List<Argument> arguments, String function) {
        if (arguments.size() % 2 != 0) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "argument list must have even number of elements")
                    .withHint("The arguments of " + function + "() must consist of alternating keys and values.").exception();
        }
    }

    private static String object(ExecContext context, List<Argument> arguments) {
        requirePairs(arguments, "json_build_object");
        StringBuilder out = new StringBuilder("{");
        for (int i = 0; i < arguments.size(); i += 2) {
            Argument key = arguments.get(i);
            if (key.value() == null) {
                throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "argument " + (i + 1) + " cannot be null")
                        .withHint("Object keys should be text.").exception();
            }
            if (i > 0) out.append(", ");
            JsonFormat.appendQuoted(JsonConversion.key(context, key.type(), key.value()), out);
            out.append(" : ");
            JsonConversion.append(context, arguments.get(i + 1).type(), arguments.get(i + 1).value(), false, out);
        }
        return out.append('}').toString();
    }

    private static Jsonb objectB(ExecContext context, List<Argument> arguments) {
        requirePairs(arguments, "jsonb_build_object");
        Jsonb.Builder object = new Jsonb.Builder();
        for (int i = 0; i < arguments.size(); i += 2) {
            Argument key = arguments.get(i);
            if (key.value() == null) throw invalid("argument " + (i + 1) + ": key must not be null");
            object.put(JsonConversion.key(context, key.type(), key.value()),
                    JsonConversion.toJsonb(context, arguments.get(i + 1).type(), arguments.get(i + 1).value()));
        }
        return object.build();
    }

    private record Pair(String key, @Nullable String value) {}

    private static List<Pair> pairs(PgArray array) {
        List<Pair> pairs = new ArrayList<>();
        switch (array.dimensions()) {
            case 0 -> { }
            case 1 -> {
                if (array.elements().length % 2 != 0) throw subscript("array must have even number of elements");
            }
            case 2 -> {
                if (array.sizes()[1] != 2) throw subscript("array must have two columns");
            }
            default -> throw subscript("wrong number of array subscripts");
        }
        for (int i = 0; i < array.elements().length; i += 2) pairs.add(pair(array.elements()[i], array.elements()[i + 1]));
        return pairs;
    }

    private static List<Pair> pairs(PgArray keys, PgArray values) {
        if (keys.dimensions() > 1 || values.dimensions() > 1) throw subscript("wrong number of array subscripts");
        if (keys.elements().length != values.elements().length) throw subscript("mismatched array dimensions");
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < keys.elements().length; i++) pairs.add(pair(keys.elements()[i], values.elements()[i]));
        return pairs;
    }

    private static Pair pair(@Nullable Object key, @Nullable Object value) {
        if (key == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "null value not allowed for object key");
        return new Pair((String) key, (String) value);
    }

    private static PgException subscript(String message) {
        return new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR, message);
    }

    private static String objectText(List<Pair> pairs) {
        StringBuilder out = new StringBuilder("{");
        for (Pair pair : pairs) {
            if (out.length() > 1) out.append(", ");
            JsonFormat.appendQuoted(pair.key, out);
            out.append(" : ");
            if (pair.value == null) out.append("null");
            else JsonFormat.appendQuoted(pair.value, out);
        }
        return out.append('}').toString();
    }

    private static Jsonb objectValue(List<Pair> pairs) {
        Jsonb.Builder object = new Jsonb.Builder();
        for (Pair pair : pairs) object.put(pair.key, pair.value == null ? Jsonb.NULL : Jsonb.of(pair.value));
        return object.build();
    }
}
