package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Datums;
import io.craton.sql.expr.Scope;
import io.craton.sql.function.AggregateKernel;
import io.craton.sql.function.AggregateRow;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.CallInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Any aggregate through its kernel, with DISTINCT and ORDER BY. */
final class KernelAccumulator extends Accumulator {
    private static final Object[] NONE = new Object[0];

    private final Scope scope;
    private final AggregateKernel kernel;
    private final CallInfo info;
    private final PgType[] types;
    private final boolean distinct;
    private final @Nullable SortOrder order;
    private final int argumentCount;
    private @Nullable Object[] states = new Object[16];
    private @Nullable List<Object[]>[] pending;
    private @Nullable Set<Object>[] seen;
    private final boolean hypothetical;
    private @Nullable Object[][] direct = new Object[0][];
    private final boolean sortDistinct;
    /** Kernels whose states keep all their arguments. */
    private static final Set<String> COLLECTORS = Set.of("array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "xmlagg");
    private static final int VALUE_BYTES = 56;
    private final boolean collects;
    private long held;

    /**
     * Arguments of {@link #add} are the call's arguments followed by the sort keys.
     *
     * @param order over the sort keys
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    KernelAccumulator(Scope scope, AggregateKernel kernel, CallInfo info, PgType[] types, boolean distinct,
            @Nullable SortOrder order) {
        this.scope = scope;
        this.kernel = kernel;
        this.info = info;
        this.types = types;
        this.distinct = distinct;
        this.order = order;
        this.argumentCount = types.length;
        AggregateRow row = info.function().builtIn() ? BuiltinCatalog.aggregate(info.function().oid())
                : scope.context().session().names().aggregate(info.function().oid());
        this.hypothetical = row != null && row.kind() == 'h';
        this.pending = new List[16];
        this.seen = new Set[16];
        this.collects = info.function().namespace() == 11 && COLLECTORS.contains(info.function().name());
        this.sortDistinct = distinct && order == null && types.length >= 1;
    }

    /** The direct arguments of a group: constant within it. */
    void direct(int group, @Nullable Object[] values) {
        if (group >= direct.length) direct = Arrays.copyOf(direct, Math.max(states.length, group + 1));
        direct[group] = values;
    }

    private @Nullable Object[] direct(int group) {
        return group < direct.length && direct[group] != null ? direct[group] : NONE;
    }

    @Override
    void ensure(int groups) {
        if (groups <= states.length) return;
        int capacity = Math.max(groups, states.length * 2);
        states = Arrays.copyOf(states, capacity);
        pending = Arrays.copyOf(pending, capacity);
        seen = Arrays.copyOf(seen, capacity);
    }

    @Override
    void add(Batch batch, int[] groups, Vector[] arguments) {
        int[] positions = batch.positions();
        boolean strict = kernel.strict();
        rows:
        for (int i = 0; i < batch.selected(); i++) {
            int row = positions[i];
            int group = groups[row];
            if (group < 0) continue;
            Object[] values = new Object[arguments.length];
            for (int k = 0; k < values.length; k++) {
                values[k] = arguments[k].datum(row);
                if (strict && k < argumentCount && values[k] == null) continue rows;
            }
            if (distinct && !firstOf(group, values)) continue;
            if (distinct || collects) held += VALUE_BYTES;
            if (order != null || sortDistinct) {
                if (pending[group] == null) pending[group] = new ArrayList<>();
                pending[group].add(values);
                held += VALUE_BYTES * (1L + values.length);
            } else {
                feed(group, values);
            }
        }
    }

    private boolean firstOf(int group, Object[] values) {
        if (seen[group] == null) seen[group] = new HashSet<>();
        if (argumentCount == 1) {
            Object key = Datums.key(types[0], values[0]);
            return seen[group].add(key == null ? this : key);
        }
        List<Object> key = new ArrayList<>();
        for (int i = 0; i < argumentCount; i++) key.add(Datums.key(types[i], values[i]));
        return seen[group].add(key);
    }

    private void feed(int group, Object[] values) {
        Object state = states[group];
        if (state == null) state = kernel.create(scope.context(), info);
        Object[] arguments = values.length == argumentCount ? values : Arrays.copyOf(values, argumentCount);
        states[group] = kernel.add(scope.context(), state, arguments);
    }

    @Override
    @Nullable Object result(int group) {
        List<Object[]> rows = pending[group];
        if (rows != null) {
            if (order != null) {
                rows.sort((left, right) -> {
                    for (int i = 0; i < order.size(); i++) {
                        int sign = order.compare(scope, i, left[argumentCount + i], right[argumentCount + i]);
                        if (sign != 0) return sign;
                    }
                    return 0;
                });
            } else {
                rows.sort((left, right) -> naturally(left, right));
            }
            if (hypothetical) feedPlaces(group, rows);
            else for (Object[] values : rows) feed(group, values);
            pending[group] = null;
        }
        Object state = states[group];
        if (state == null) state = states[group] = kernel.create(scope.context(), info);
        return kernel.result(scope.context(), info, state, direct(group));
    }

    @Override
    void merge(Accumulator other, int[] groups, int count) {
        throw new IllegalStateException("states of " + info.function().name() + " are not merged");
    }

    @Override
    long bytes() {
        return 32L * states.length + held;
    }

    /** A hypothetical-set aggregate gets, instead of the values, where each row stands to the hypothetical one. */
    private void feedPlaces(int group, List<Object[]> rows) {
        Object[] wanted = direct(group);
        Object state = states[group] == null ? kernel.create(scope.context(), info) : states[group];
        Object[] before = null;
        for (Object[] values : rows) {
            int place = 0;
            boolean differs = before == null;
            for (int i = 0; i < order.size() && (place == 0 || !differs); i++) {
                Object key = values[argumentCount + i];
                if (place == 0) place = Integer.signum(order.compare(scope, i, key, wanted[i]));
                if (!differs) differs = order.compare(scope, i, before[argumentCount + i], key) != 0;
            }
            state = kernel.add(scope.context(), state, new Object[] {(long) place, differs});
            before = values;
        }
        states[group] = state;
    }

    /** PostgreSQL sorts to find distinct values, so they arrive in order, nulls last. */
    private int naturally(Object[] left, Object[] right) {
        for (int i = 0; i < argumentCount; i++) {
            if (left[i] == null || right[i] == null) {
                if (left[i] == right[i]) continue;
                return left[i] == null ? 1 : -1;
            }
            int sign = io.craton.core.type.DatumComparator.compare(types[i], left[i], right[i]);
            if (sign != 0) return sign;
        }
        return 0;
    }
}
