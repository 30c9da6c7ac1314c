package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.JsonFormat;
import io.craton.core.type.Jsonb;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgArray;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading jsonb: members, elements, paths, containment, casts, printing. */
public final class JsonbFunctions {
    private JsonbFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("jsonb_object_field", (context, call, a) -> member(a[0], (String) a[1]));
        kernels.scalar("jsonb_object_field_text", (context, call, a) -> text(member(a[0], (String) a[1])));
        kernels.scalar("jsonb_array_element", (context, call, a) -> element(a[0], (Long) a[1]));
        kernels.scalar("jsonb_array_element_text", (context, call, a) -> text(element(a[0], (Long) a[1])));
        kernels.scalar("jsonb_extract_path", (context, call, a) -> path((Jsonb) a[0], (PgArray) a[1]));
        kernels.scalar("jsonb_extract_path_text", (context, call, a) -> text(path((Jsonb) a[0], (PgArray) a[1])));
        kernels.scalar("jsonb_typeof", (context, call, a) -> ((Jsonb) a[0]).typeName());
        kernels.scalar("jsonb_array_length", (context, call, a) -> {
            if (a[0] instanceof Jsonb.ArrayValue array) return (long) array.elements().size();
            throw invalid("cannot get array length of a " + (((Jsonb) a[0]).isScalar() ? "scalar" : "non-array"));
        });
        kernels.scalar("jsonb_strip_nulls", (context, call, a) -> stripNulls((Jsonb) a[0]));
        kernels.scalar("jsonb_pretty", (context, call, a) -> {
            StringBuilder out = new StringBuilder();
            pretty((Jsonb) a[0], 0, out);
            return out.toString();
        });
        kernels.scalar("jsonb_contains", (context, call, a) -> containsRoot((Jsonb) a[0], (Jsonb) a[1]));
        kernels.scalar("jsonb_contained", (context, call, a) -> containsRoot((Jsonb) a[1], (Jsonb) a[0]));
        kernels.scalar("jsonb_exists", (context, call, a) -> exists((Jsonb) a[0], (String) a[1]));
        kernels.scalar("jsonb_exists_any", (context, call, a) -> {
            for (Object key : ((PgArray) a[1]).elements()) {
                if (key != null && exists((Jsonb) a[0], (String) key)) return true;
            }
            return false;
        });
        kernels.scalar("jsonb_exists_all", (context, call, a) -> {
            for (Object key : ((PgArray) a[1]).elements()) {
                if (key != null && !exists((Jsonb) a[0], (String) key)) return false;
            }
            return true;
        });
        sets(kernels);
        casts(kernels);
    }

    private static PgException invalid(String message) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, message);
    }

    private static @Nullable Jsonb member(@Nullable Object json, String name) {
        return json instanceof Jsonb.ObjectValue object ? object.get(name) : null;
    }

    /** A scalar answers as if it were an array of one element. */
    private static @Nullable Jsonb element(@Nullable Object json, long index) {
        if (json instanceof Jsonb scalar && scalar.isScalar()) return index == 0 || index == -1 ? scalar : null;
        if (!(json instanceof Jsonb.ArrayValue array)) return null;
        long at = index < 0 ? array.elements().size() + index : index;
        return at < 0 || at >= array.elements().size() ? null : array.elements().get((int) at);
    }

    static @Nullable String text(@Nullable Jsonb json) {
        return switch (json) {
            case null -> null;
            case Jsonb.NullValue ignored -> null;
            case Jsonb.TextValue text -> text.value();
            default -> json.toString();
        };
    }

    /** A path step as an array index; null when it is no integer. */
    static @Nullable Long index(String step) {
        String digits = step.startsWith("-") || step.startsWith("+") ? step.substring(1) : step;
        if (digits.isEmpty() || digits.length() > 10 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) return null;
        long value = Long.parseLong(step);
        return value != (int) value ? null : (Long) value;
    }

    private static @Nullable Jsonb path(Jsonb json, PgArray path) {
        Jsonb at = json;
        for (Object step : path.elements()) {
            at = step == null ? null : part(at, (String) step);
            if (at == null) return null;
        }
        return at;
    }

    /** The value at a key or, counted from the end when negative, at an index; null when there is none. */
    public static @Nullable Jsonb part(Jsonb json, String step) {
        return switch (json) {
            case Jsonb.ObjectValue object -> object.get(step);
            case Jsonb.ArrayValue array -> {
                Long index = index(step);
                yield index == null ? null : element(array, index);
            }
            default -> null;
        };
    }

    private static Jsonb stripNulls(Jsonb json) {
        return switch (json) {
            case Jsonb.ObjectValue object -> {
                List<String> names = new ArrayList<>();
                List<Jsonb> values = new ArrayList<>();
                for (int i = 0; i < object.names().size(); i++) {
                    if (object.values().get(i) instanceof Jsonb.NullValue) continue;
                    names.add(object.names().get(i));
                    values.add(stripNulls(object.values().get(i)));
                }
                yield new Jsonb.ObjectValue(names, values);
            }
            case Jsonb.ArrayValue array -> new Jsonb.ArrayValue(array.elements().stream().map(JsonbFunctions::stripNulls).toList());
            default -> json;
        };
    }

    private static void pretty(Jsonb json, int level, StringBuilder out) {
        switch (json) {
            case Jsonb.ObjectValue object -> {
                out.append('{');
                for (int i = 0; i < object.names().size(); i++) {
                    line(i > 0, level + 1, out);
                    JsonFormat.appendQuoted(object.names().get(i), out);
                    out.append(": ");
                    pretty(object.values().get(i), level + 1, out);
                }
                line(false, level, out);
                out.append('}');
            }
            case Jsonb.ArrayValue array -> {
                out.append('[');
                for (int i = 0; i < array.elements().size(); i++) {
                    line(i > 0, level + 1, out);
                    pretty(array.elements().get(i), level + 1, out);
                }
                line(false, level, out);
                out.append(']');
            }
            default -> JsonFormat.append(json, out);
        }
    }

    private static void line(boolean comma, int level, StringBuilder out) {
        out.append(comma ? ",\n" : "\n").append("    ".repeat(level));
    }

    // ---- containment -----------------------------------------------------------------------------------------------

    /** At the top an array may contain a scalar. */
    private static boolean containsRoot(Jsonb whole, Jsonb part) {
        if (whole instanceof Jsonb.ArrayValue array && part.isScalar()) return array.elements().contains(part);
        return contains(whole, part);
    }

    static boolean contains(Jsonb whole, Jsonb part) {
        return switch (part) {
            case Jsonb.ObjectValue wanted -> {
                if (!(whole instanceof Jsonb.ObjectValue object)) yield false;
                for (int i = 0; i < wanted.names().size(); i++) {
                    Jsonb have = object.get(wanted.names().get(i));
                    if (have == null || !contains(have, wanted.values().get(i))) yield false;
                }
                yield true;
            }
            case Jsonb.ArrayValue wanted -> {
                if (!(whole instanceof Jsonb.ArrayValue array)) yield false;
                for (Jsonb element : wanted.elements()) {
                    if (array.elements().stream().noneMatch(have -> contains(have, element))) yield false;
                }
                yield true;
            }
            default -> whole.equals(part);
        };
    }

    private static boolean exists(Jsonb json, String key) {
        return switch (json) {
            case Jsonb.ObjectValue object -> object.get(key) != null;
            case Jsonb.ArrayValue array -> array.elements().contains(Jsonb.of(key));
            case Jsonb.TextValue text -> text.value().equals(key);
            default -> false;
        };
    }

    // ---- sets ------------------------------------------------------------------------------------------------------

    private static void sets(Kernels kernels) {
        kernels.set("jsonb_object_keys", (context, call, a) -> {
            if (a[0] instanceof Jsonb.ObjectValue object) return SetFunctions.rows(new ArrayList<>(object.names()));
            throw invalid("cannot call jsonb_object_keys on " + (a[0] instanceof Jsonb.ArrayValue ? "an array" : "a scalar"));
        });
        kernels.set("jsonb_each", (context, call, a) -> each(a[0], false));
        kernels.set("jsonb_each_text", (context, call, a) -> each(a[0], true));
        kernels.set("jsonb_array_elements", (context, call, a) -> elements(a[0], false));
        kernels.set("jsonb_array_elements_text", (context, call, a) -> elements(a[0], true));
    }

    private static Iterator<@Nullable Object[]> each(@Nullable Object json, boolean text) {
        if (!(json instanceof Jsonb.ObjectValue object)) throw invalid("cannot call jsonb_each" + (text ? "_text" : "") + " on a non-object");
        return SetFunctions.rows(object.names().size(), i -> new Object[] {
            object.names().get(i), text ? text(object.values().get(i)) : object.values().get(i)});
    }

    private static Iterator<@Nullable Object[]> elements(@Nullable Object json, boolean text) {
        if (!(json instanceof Jsonb.ArrayValue array)) {
            throw invalid("cannot extract elements from " + (((Jsonb) json).isScalar() ? "a scalar" : "an object"));
        }
        return SetFunctions.rows(array.elements().size(),
                i -> new Object[] {text ? text(array.elements().get(i)) : array.elements().get(i)});
    }

    // ---- casts -----------------------------------------------------------------------------------------------------

    private static void casts(Kernels kernels) {
        kernels.scalar("jsonb_bool", (context, call, a) -> {
            if (a[0] instanceof Jsonb.BoolValue bool) return bool.value();
            throw cannotCast(a[0], "boolean");
        });
        kernels.scalar("jsonb_numeric", (context, call, a) -> number(a[0], "numeric"));
        kernels.scalar("jsonb_int2", (context, call, a) -> number(a[0], "smallint").toLong("smallint", Short.MIN_VALUE, Short.MAX_VALUE));
        kernels.scalar("jsonb_int4", (context, call, a) -> number(a[0], "integer").toLong("integer", Integer.MIN_VALUE, Integer.MAX_VALUE));
        kernels.scalar("jsonb_int8", (context, call, a) -> number(a[0], "bigint").toLong("bigint", Long.MIN_VALUE, Long.MAX_VALUE));
        kernels.scalar("jsonb_float4", (context, call, a) -> (double) (float) number(a[0], "real").doubleValue());
        kernels.scalar("jsonb_float8", (context, call, a) -> number(a[0], "double precision").doubleValue());
    }

    private static Numeric number(@Nullable Object json, String target) {
        if (json instanceof Jsonb.NumberValue number) return number.value();
        throw cannotCast(json, target);
    }

    private static PgException cannotCast(@Nullable Object json, String target) {
        String kind = switch ((Jsonb) json) {
            case Jsonb.ArrayValue ignored -> "array";
            case Jsonb.ObjectValue ignored -> "object";
            case Jsonb.NumberValue ignored -> "numeric";
            case Jsonb other -> other.typeName();
        };
        return invalid("cannot cast jsonb " + kind + " to type " + target);
    }
}
