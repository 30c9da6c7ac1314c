package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Jsonb;
import io.craton.core.type.PgArray;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** New jsonb values out of old ones: concatenation, deletion, jsonb_set, jsonb_insert. */
public final class JsonbChanges {
    private JsonbChanges() {}

    private enum Change { SET, INSERT_BEFORE, INSERT_AFTER, DELETE }

    static void register(Kernels kernels) {
        kernels.scalar("jsonb_concat", (context, call, a) -> concat((Jsonb) a[0], (Jsonb) a[1]));
        kernels.scalar("jsonb_delete", (context, call, a) -> deleteKeys((Jsonb) a[0], List.of((String) a[1])));
        kernels.scalar("jsonb_delete_array", (context, call, a) -> {
            List<String> keys = new ArrayList<>();
            for (Object key : ((PgArray) a[1]).elements()) {
                if (key != null) keys.add((String) key);
            }
            return deleteKeys((Jsonb) a[0], keys);
        });
        kernels.scalar("jsonb_delete_idx", (context, call, a) -> deleteIndex((Jsonb) a[0], (Long) a[1]));
        kernels.scalar("jsonb_delete_path", (context, call, a) -> deletePath((Jsonb) a[0], (PgArray) a[1]));
        kernels.scalar("jsonb_set", (context, call, a) -> set((Jsonb) a[0], (PgArray) a[1], (Jsonb) a[2], (Boolean) a[3]));
        kernels.scalar("jsonb_set_lax", JsonbChanges::setLax);
        kernels.scalar("jsonb_insert", (context, call, a) -> insert((Jsonb) a[0], (PgArray) a[1], (Jsonb) a[2], (Boolean) a[3]));
    }

    private static PgException invalid(String message) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, message);
    }

    private static Jsonb concat(Jsonb left, Jsonb right) {
        if (left instanceof Jsonb.ObjectValue a && right instanceof Jsonb.ObjectValue b) {
            Jsonb.Builder merged = new Jsonb.Builder();
            for (int i = 0; i < a.names().size(); i++) merged.put(a.names().get(i), a.values().get(i));
            for (int i = 0; i < b.names().size(); i++) merged.put(b.names().get(i), b.values().get(i));
            return merged.build();
        }
        List<Jsonb> elements = new ArrayList<>(asElements(left));
        elements.addAll(asElements(right));
        return new Jsonb.ArrayValue(elements);
    }

    private static List<Jsonb> asElements(Jsonb json) {
        return json instanceof Jsonb.ArrayValue array ? array.elements() : List.of(json);
    }

    private static Jsonb deleteKeys(Jsonb json, List<String> keys) {
        return switch (json) {
            case Jsonb.ObjectValue object -> {
                List<String> names = new ArrayList<>();
                List<Jsonb> values = new ArrayList<>();
                for (int i = 0; i < object.names().size(); i++) {
                    if (keys.contains(object.names().get(i))) continue;
                    names.add(object.names().get(i));
                    values.add(object.values().get(i));
                }
                yield new Jsonb.ObjectValue(names, values);
            }
            case Jsonb.ArrayValue array -> new Jsonb.ArrayValue(array.elements().stream()
                    .filter(element -> !(element instanceof Jsonb.TextValue text && keys.contains(text.value()))).toList());
            default -> throw invalid("cannot delete from scalar");
        };
    }

    private static Jsonb deleteIndex(Jsonb json, long index) {
        return switch (json) {
            case Jsonb.ObjectValue ignored -> throw invalid("cannot delete from object using integer index");
            case Jsonb.ArrayValue array -> {
                long at = index < 0 ? array.elements().size() + index : index;
                if (at < 0 || at >= array.elements().size()) yield array;
                List<Jsonb> kept = new ArrayList<>(array.elements());
                kept.remove((int) at);
                yield new Jsonb.ArrayValue(kept);
            }
            default -> throw invalid("cannot delete from scalar");
        };
    }

    private static void requireFlat(PgArray path) {
        if (path.dimensions() > 1) throw new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR, "wrong number of array subscripts");
    }

    private static Jsonb deletePath(Jsonb json, PgArray path) {
        requireFlat(path);
        if (json.isScalar()) throw invalid("cannot delete path in scalar");
        return isEmpty(json) || path.elements().length == 0 ? json : change(json, path.elements(), 0, null, Change.DELETE, false);
    }

    private static boolean isEmpty(Jsonb json) {
        return json instanceof Jsonb.ArrayValue array && array.elements().isEmpty()
                || json instanceof Jsonb.ObjectValue object && object.names().isEmpty();
    }

    /** jsonb_set: also what assignment to a subscript does. */
    public static Jsonb set(Jsonb json, PgArray path, Jsonb value, boolean create) {
        requireFlat(path);
        if (json.isScalar()) throw invalid("cannot set path in scalar");
        if (isEmpty(json) && !create || path.elements().length == 0) return json;
        return change(json, path.elements(), 0, value, Change.SET, create);
    }

    private static Jsonb insert(Jsonb json, PgArray path, Jsonb value, boolean after) {
        requireFlat(path);
        if (json.isScalar()) throw invalid("cannot set path in scalar");
        if (path.elements().length == 0) return json;
        return change(json, path.elements(), 0, value, after ? Change.INSERT_AFTER : Change.INSERT_BEFORE, true);
    }

    private static @Nullable Object setLax(ExecContext context, CallInfo call, @Nullable Object[] a) {
        if (a[0] == null || a[1] == null || a[3] == null) return null;
        if (a[4] == null) {
            throw invalid("null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"");
        }
        if (a[2] != null) return set((Jsonb) a[0], (PgArray) a[1], (Jsonb) a[2], (Boolean) a[3]);
        return switch ((String) a[4]) {
            case "raise_exception" -> throw PgError.error(SqlState.NULL_VALUE_NOT_ALLOWED, "JSON value must not be null")
                    .withDetail("Exception was raised because null_value_treatment is \"raise_exception\".")
                    .withHint("To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.")
                    .exception();
            case "use_json_null" -> set((Jsonb) a[0], (PgArray) a[1], Jsonb.NULL, (Boolean) a[3]);
            case "delete_key" -> deletePath((Jsonb) a[0], (PgArray) a[1]);
            case "return_target" -> a[0];
            default -> throw invalid(
                    "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"");
        };
    }

    private static Jsonb change(Jsonb json, @Nullable Object[] path, int level, @Nullable Jsonb value, Change change, boolean create) {
        if (path[level] == null) {
            throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "path element at position " + (level + 1) + " is null");
        }
        return switch (json) {
            case Jsonb.ObjectValue object -> changeObject(object, path, level, value, change, create);
            case Jsonb.ArrayValue array -> changeArray(array, path, level, value, change, create);
            default -> json;
        };
    }

    private static Jsonb changeObject(Jsonb.ObjectValue object, @Nullable Object[] path, int level, @Nullable Jsonb value, Change change,
            boolean create) {
        String name = (String) path[level];
        boolean last = level == path.length - 1;
        Jsonb old = object.get(name);
        if (old == null) {
            return last && create && change != Change.DELETE ? with(object, name, value) : object;
        }
        if (!last) return with(object, name, change(old, path, level + 1, value, change, create));
        if (change == Change.DELETE) return deleteKeys(object, List.of(name));
        if (change != Change.SET) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "cannot replace existing key")
                    .withHint("Try using the function jsonb_set to replace key value.").exception();
        }
        return with(object, name, value);
    }

    private static Jsonb with(Jsonb.ObjectValue object, String name, @Nullable Jsonb value) {
        Jsonb.Builder builder = new Jsonb.Builder();
        for (int i = 0; i < object.names().size(); i++) builder.put(object.names().get(i), object.values().get(i));
        return builder.put(name, value).build();
    }

    private static Jsonb changeArray(Jsonb.ArrayValue array, @Nullable Object[] path, int level, @Nullable Jsonb value, Change change,
            boolean create) {
        Long step = JsonbFunctions.index((String) path[level]);
        if (step == null) {
            throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION,
                    "path element at position " + (level + 1) + " is not an integer: \"" + path[level] + "\"");
        }
        int size = array.elements().size();
        long index = step < 0 ? size + step : step;
        boolean last = level == path.length - 1;
        List<Jsonb> elements = new ArrayList<>(array.elements());
        if (index < 0 || index >= size) {
            if (!last || !create || change == Change.DELETE) return array;
            elements.add(index < 0 ? 0 : size, value);
            return new Jsonb.ArrayValue(elements);
        }
        int at = (int) index;
        if (!last) {
            elements.set(at, change(elements.get(at), path, level + 1, value, change, create));
        } else {
            switch (change) {
                case DELETE -> elements.remove(at);
                case SET -> elements.set(at, value);
                case INSERT_BEFORE -> elements.add(at, value);
                case INSERT_AFTER -> elements.add(at + 1, value);
            }
        }
        return new Jsonb.ArrayValue(elements);
    }
}
