package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate over datums; hot ones have vector twins in the executor. A state is owned by one group and one thread.
 * {@code strict} aggregates (as pg_aggregate's transition function says) never see a row with a null argument.
 *
 * <p>The caller removes duplicates for DISTINCT and sorts for ORDER BY and WITHIN GROUP, so that ordered-set aggregates see their rows in order
 * (without direct arguments; rows whose argument is null are left out). Hypothetical-set aggregates are fed, in sort order, two datums for each row instead
 * of its values: how the row compares with the hypothetical one of the direct arguments ({@code Long} -1, 0 or 1), and whether it differs from the row
 * before it ({@code Boolean}).
 */
public interface AggregateKernel {
    boolean strict();

    /** A fresh state. */
    Object create(ExecContext context, CallInfo call);

    /** Adds one row; returns the state to keep (which may be the same object). */
    Object add(ExecContext context, Object state, @Nullable Object[] arguments);

    /** Merges two states, as parallel aggregation and spilling do; null when this aggregate cannot. */
    default @Nullable Object combine(ExecContext context, Object left, Object right) {
        return null;
    }

    /** Whether {@link #combine} works. */
    default boolean combines() {
        return false;
    }

    /** The result for a state; {@code direct} are the direct arguments of ordered-set aggregates. Must not change the state (moving windows ask again). */
    @Nullable Object result(ExecContext context, CallInfo call, Object state, @Nullable Object[] direct);
}
