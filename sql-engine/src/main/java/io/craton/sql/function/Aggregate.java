package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate put together from its parts. {@code S} is the class of its mutable state.
 *
 * @param combine merges the second state into the first and returns it; null when states do not combine
 */
record Aggregate<S>(
        boolean strict, Supplier<S> start, Step<S> step, @Nullable BinaryOperator<S> combine, Finish<S> finish)
        implements AggregateKernel {
    @FunctionalInterface
    interface Step<S> {
        void add(ExecContext context, S state, @Nullable Object[] arguments);
    }

    @FunctionalInterface
    interface Finish<S> {
        @Nullable Object result(ExecContext context, CallInfo call, S state, @Nullable Object[] direct);
    }

    /** Ignores rows with nulls. */
    static <S> Aggregate<S> of(Supplier<S> start, Step<S> step, @Nullable BinaryOperator<S> combine, Finish<S> finish) {
        return new Aggregate<>(true, start, step, combine, finish);
    }

    @Override
    public Object create(ExecContext context, CallInfo call) {
        return start.get();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object add(ExecContext context, Object state, @Nullable Object[] arguments) {
        step.add(context, (S) state, arguments);
        return state;
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Object combine(ExecContext context, Object left, Object right) {
        return combine == null ? null : combine.apply((S) left, (S) right);
    }

    @Override
    public boolean combines() {
        return combine != null;
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Object result(ExecContext context, CallInfo call, Object state, @Nullable Object[] direct) {
        return finish.result(context, call, (S) state, direct);
    }
}
