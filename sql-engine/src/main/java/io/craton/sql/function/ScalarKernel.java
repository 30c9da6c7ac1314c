package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import org.jspecify.annotations.Nullable;

/**
 * A scalar function over datums. Strict functions are never called with a null. The call's types matter to polymorphic functions:
 * they find them in {@link CallInfo}.
 */
@FunctionalInterface
public interface ScalarKernel {
    @Nullable Object apply(ExecContext context, CallInfo call, @Nullable Object[] arguments);
}
