package io.craton.sql.procedure;

import io.craton.sql.exec.ExecContext;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The caller's context with other parameters: values of USING, arguments of an SQL function, variables as they were when a cursor was opened. */
record ParameterContext(ExecContext caller, IntFunction<@Nullable Object> parameters) implements CallerContext {
    ParameterContext(ExecContext caller, @Nullable Object[] values) {
        this(caller, index -> values[index]);
    }

    @Override
    public @Nullable Object parameter(int index) {
        return parameters.apply(index);
    }
}
