package io.craton.sql.expr;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Jsonb;
import io.craton.core.type.PgType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assignment to a part of a jsonb value (jsonb_subscript_assign): the new whole value. Missing objects and arrays on the way are made, gaps in arrays filled with
 * null; a scalar on the way is an error.
 */
final class JsonbAssignment extends Evaluator {
    private final Evaluator target;
    private final Evaluator[] path;
    private final Evaluator value;
    private final boolean startsWithIndex;

    /** @param startsWithIndex the first subscript is an integer, so that a null target becomes an array */
    JsonbAssignment(PgType type, Evaluator target, Evaluator[] path, Evaluator value, boolean startsWithIndex) {
        super(type);
        this.target = target;
        this.path = path;
        this.value = value;
        this.startsWithIndex = startsWithIndex;
    }

    @Override
    public Object value(Scope scope, RowView row) {
        Jsonb whole = (Jsonb) target.value(scope, row);
        String[] steps = new String[path.length];
        for (int i = 0; i < steps.length; i++) {
            Object step = path[i].value(scope, row);
            if (step == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "jsonb subscript in assignment must not be null");
            steps[i] = step.toString();
        }
        Jsonb assigned = (Jsonb) value.value(scope, row);
        if (assigned == null) assigned = Jsonb.NULL;
        if (whole == null) whole = startsWithIndex ? new Jsonb.ArrayValue(List.of()) : new Jsonb.ObjectValue(List.of(), List.of());
        return set(whole, steps, 0, assigned);
    }

    private static Jsonb set(Jsonb json, String[] steps, int level, Jsonb value) {
        if (level == steps.length) return value;
        return switch (json) {
            case Jsonb.ObjectValue object -> {
                Jsonb old = object.get(steps[level]);
                Jsonb.Builder builder = new Jsonb.Builder();
                for (int i = 0; i < object.names().size(); i++) builder.put(object.names().get(i), object.values().get(i));
                yield builder.put(steps[level], old == null ? made(steps, level + 1, value) : set(old, steps, level + 1, value)).build();
            }
            case Jsonb.ArrayValue array -> inArray(array, steps, level, value);
            default -> throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "cannot replace existing key")
                    .withDetail("The path assumes key is a composite object, but it is a scalar value.").exception();
        };
    }

    private static Jsonb inArray(Jsonb.ArrayValue array, String[] steps, int level, Jsonb value) {
        Integer step = index(steps[level]);
        if (step == null) {
            throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION,
                    "path element at position " + (level + 1) + " is not an integer: \"" + steps[level] + "\"");
        }
        List<Jsonb> elements = new ArrayList<>(array.elements());
        if (step < 0 && -(long) step > elements.size()) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE,
                    "path element at position " + (level + 1) + " is out of range: " + step);
        }
        int at = step < 0 ? elements.size() + step : step;
        if (at < elements.size()) {
            elements.set(at, set(elements.get(at), steps, level + 1, value));
        } else {
            elements.addAll(Collections.nCopies(at - elements.size(), Jsonb.NULL));
            elements.add(made(steps, level + 1, value));
        }
        return new Jsonb.ArrayValue(elements);
    }

    /** The value inside the objects and arrays that the rest of the path asks for. */
    private static Jsonb made(String[] steps, int from, Jsonb value) {
        Jsonb result = value;
        for (int i = steps.length - 1; i >= from; i--) {
            Integer index = index(steps[i]);
            if (index == null) {
                result = new Jsonb.Builder().put(steps[i], result).build();
            } else {
                List<Jsonb> elements = new ArrayList<>(Collections.nCopies(Math.max(index, 0), Jsonb.NULL));
                elements.add(result);
                result = new Jsonb.ArrayValue(elements);
            }
        }
        return result;
    }

    private static @Nullable Integer index(String step) {
        try {
            return Integer.valueOf(step.strip());
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
