package io.craton.sql.exec;

import io.craton.sql.expr.Scope;
import io.craton.sql.function.AggregateKernel;
import io.craton.sql.function.WindowView;
import org.jspecify.annotations.Nullable;

/** One call's values for the rows of one partition, asked for from the first row to the last. One thread. */
final class WindowCallRun {
    private static final Object[] NO_ARGUMENTS = {};

    private final Scope scope;
    private final WindowSpec.Call call;
    private final WindowPartition partition;
    private final WindowView view;
    private final int argumentsAt;
    private final int filterAt;
    private boolean begun;
    private @Nullable Object state;
    private int from;
    private int to;
    private @Nullable Object value;
    private boolean known;

    /**
     * @param argumentsAt column of the partition's rows where the arguments begin
     * @param filterAt column of the filter's value, -1 without one
     */
    WindowCallRun(Scope scope, WindowSpec.Call call, WindowPartition partition, int argumentsAt, int filterAt) {
        this.scope = scope;
        this.call = call;
        this.partition = partition;
        this.view = partition.view(argumentsAt);
        this.argumentsAt = argumentsAt;
        this.filterAt = filterAt;
    }

    @Nullable Object value(int row) {
        partition.moveTo(row);
        return call.window() != null ? call.window().value(scope.context(), call.info(), view) : aggregate();
    }

    /** A frame that only grows keeps its state; others are computed anew when they change. */
    private @Nullable Object aggregate() {
        AggregateKernel kernel = java.util.Objects.requireNonNull(call.aggregate());
        int start = partition.frameStart();
        int end = partition.frameEnd();
        boolean grows = begun && !partition.excludes() && start == from && end >= to;
        if (!grows) {
            state = kernel.create(scope.context(), call.info());
            begun = true;
            from = start;
            to = start;
            known = false;
        }
        for (int other = to; other < end; other++) {
            if ((other & 1023) == 1023) scope.context().checkInterrupts();
            known = false;
            if (partition.excludes() && partition.excluded(other)) continue;
            if (filterAt >= 0 && !Boolean.TRUE.equals(partition.datum(other, filterAt))) continue;
            add(kernel, other);
        }
        to = end;
        if (!known) value = kernel.result(scope.context(), call.info(), state, NO_ARGUMENTS);
        known = true;
        return value;
    }

    private void add(AggregateKernel kernel, int row) {
        Object[] values = new Object[call.arguments().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = partition.datum(row, argumentsAt + i);
            if (values[i] == null && kernel.strict()) return;
        }
        state = kernel.add(scope.context(), state, values);
    }
}
