package io.craton.sql.expr;

import io.craton.core.type.Jsonb;
import io.craton.core.type.PgType;
import io.craton.sql.function.JsonbFunctions;
import org.jspecify.annotations.Nullable;

/** A part of a jsonb value by subscripts: keys and indexes; null where there is none or a subscript is null. */
final class JsonbElement extends Evaluator {
    private final Evaluator argument;
    private final Evaluator[] path;

    JsonbElement(PgType type, Evaluator argument, Evaluator[] path) {
        super(type);
        this.argument = argument;
        this.path = path;
    }

    @Override
    public @Nullable Object value(Scope scope, RowView row) {
        Jsonb at = (Jsonb) argument.value(scope, row);
        for (int i = 0; at != null && i < path.length; i++) {
            Object step = path[i].value(scope, row);
            at = step == null ? null : JsonbFunctions.part(at, step.toString());
        }
        return at;
    }
}
