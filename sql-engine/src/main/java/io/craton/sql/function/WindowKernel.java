package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import org.jspecify.annotations.Nullable;

/**
 * A window function (pg_proc kind w): the value of the view's current row. Stateless; aggregates used as window functions go through
 * {@link AggregateKernel} instead.
 */
@FunctionalInterface
public interface WindowKernel {
    @Nullable Object value(ExecContext context, CallInfo call, WindowView view);
}
