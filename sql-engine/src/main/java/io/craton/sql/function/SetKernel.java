package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A set-returning function: rows of one datum each, or of the OUT columns (then each element is as long as the columns are many). */
@FunctionalInterface
public interface SetKernel {
    Iterator<@Nullable Object[]> open(ExecContext context, CallInfo call, @Nullable Object[] arguments);
}
