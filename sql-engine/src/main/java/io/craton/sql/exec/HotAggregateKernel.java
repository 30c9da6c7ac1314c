package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgType;
import io.craton.sql.function.AggregateKernel;
import io.craton.sql.function.CallInfo;
import org.jspecify.annotations.Nullable;

/** A vector accumulator behind the kernel interface, for calls with DISTINCT, ORDER BY or a window frame. */
public final class HotAggregateKernel implements AggregateKernel {
    private static final int[] FIRST_GROUP = {0};
    private final CallInfo info;

    private HotAggregateKernel(CallInfo info) {
        this.info = info;
    }

    /** Only for calls that are {@link AggregateSpec#hot}. */
    public static AggregateKernel of(CallInfo info) {
        return new HotAggregateKernel(info);
    }

    @Override
    public boolean strict() {
        return true;
    }

    @Override
    public Object create(ExecContext context, CallInfo call) {
        Accumulator accumulator = java.util.Objects.requireNonNull(AggregateSpec.fast(info));
        accumulator.ensure(1);
        return accumulator;
    }

    @Override
    public Object add(ExecContext context, Object state, @Nullable Object[] arguments) {
        Vector[] vectors = new Vector[arguments.length];
        for (int i = 0; i < vectors.length; i++) {
            PgType type = info.argumentTypes().get(i);
            vectors[i] = ConstantVector.of(type.repr(), arguments[i], 1);
        }
        ((Accumulator) state).add(Batch.of(vectors, 1), FIRST_GROUP, vectors);
        return state;
    }

    @Override
    public @Nullable Object result(ExecContext context, CallInfo call, Object state, @Nullable Object[] direct) {
        return ((Accumulator) state).result(0);
    }
}
