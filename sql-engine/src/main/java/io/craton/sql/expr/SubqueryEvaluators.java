package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Footprint;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Subqueries in expressions. A run keeps its operators in the scope and starts them anew for each row; what does not depend on the row
 * at hand is computed once for as long as the rows around stay the same.
 */
final class SubqueryEvaluators {
    private SubqueryEvaluators() {}

    /** A subquery that can be run for a row. {@code steady}: it does not look at the row in whose scope it stands. */
    record Runner(Subquery plan, boolean steady) {
        private final class Run {
            final Scope child;
            final RowSource source;
            long epoch = -1;
            @Nullable Object cached;

            Run(Scope scope) {
                child = scope.child();
                source = plan.source(child);
                scope.statement().own(source);
            }
        }

        private Run run(Scope scope) {
            return scope.state(plan, () -> new Run(scope));
        }

        /** Runs it and gives the rows to {@code reader}. */
        @Nullable Object read(Scope scope, RowView row, Function<RowSource, @Nullable Object> reader) {
            Run run = run(scope);
            if (steady && run.epoch == scope.epoch()) return run.cached;
            run.child.enter(row);
            run.source.open();
            Object result = reader.apply(run.source);
            run.source.close();
            if (steady) {
                run.cached = result;
                run.epoch = scope.epoch();
            }
            return result;
        }
    }

    static final class Exists extends Evaluator {
        private final Runner runner;

        Exists(Runner runner) {
            super(PgTypes.BOOL);
            this.runner = runner;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return runner.read(scope, row, source -> source.next() != null);
        }
    }

    private static @Nullable Object[] singleRow(RowSource source, int width) {
        Object[] result = new Object[width];
        boolean seen = false;
        for (Batch batch = source.next(); batch != null; batch = source.next()) {
            if (seen || batch.selected() > 1) {
                throw new PgException(SqlState.CARDINALITY_VIOLATION, "more than one row returned by a subquery used as an expression");
            }
            seen = true;
            result = batch.row(batch.positions()[0]);
        }
        return seen ? result : null;
    }

    static final class SingleValue extends Evaluator {
        private final Runner runner;

        SingleValue(PgType type, Runner runner) {
            super(type);
            this.runner = runner;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return runner.read(scope, row, source -> {
                Object[] single = singleRow(source, 1);
                return single == null ? null : single[0];
            });
        }
    }

    static final class SingleRow extends Evaluator {
        private final Runner runner;
        private final List<PgType> types;

        SingleRow(PgType type, Runner runner, List<PgType> types) {
            super(type);
            this.runner = runner;
            this.types = types;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return runner.read(scope, row, source -> {
                Object[] single = singleRow(source, types.size());
                return new PgRecord(type().oid(), types, List.of(), single == null ? new Object[types.size()] : single);
            });
        }
    }

    static final class Array extends Evaluator {
        /** Of a small value and its places in the list and the array. */
        private static final int VALUE_BYTES = 40;

        private final Runner runner;
        private final PgType elementType;

        Array(PgType type, PgType elementType, Runner runner) {
            super(type);
            this.runner = runner;
            this.elementType = elementType;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return runner.read(scope, row, source -> {
                List<Object> values = new ArrayList<>();
                long charged = 0;
                try {
                    for (Batch batch = source.next(); batch != null; batch = source.next()) {
                        int from = values.size();
                        int[] positions = batch.positions();
                        for (int i = 0; i < batch.selected(); i++) values.add(batch.columns()[0].datum(positions[i]));
                        long more = bytesOf(values.subList(from, values.size()));
                        charged += more;
                        scope.context().retain(more);
                    }
                    if (type().elementOid() == elementType.oid()) return PgArray.of(elementType, values.toArray());
                    return ArrayEvaluators.nest(values);
                } finally {
                    scope.context().charge(-charged);
                }
            });
        }

        private static long bytesOf(List<Object> values) {
            long sum = (long) VALUE_BYTES * values.size();
            for (Object value : values) sum += Footprint.of(value);
            return sum;
        }
    }

    /** {@code left op ANY/ALL (subquery)}: rows of an independent subquery are kept; plain equality over them uses a hash set. */
    static final class Quantified extends Evaluator {
        private final boolean all;
        private final Evaluator[] left;
        private final Runner runner;
        private final Evaluator comparison;
        private final PgType @Nullable [] hashTypes;

        /** @param hashTypes types of the subquery's columns when {@code comparison} is plain equality of all of them, else null */
        Quantified(boolean all, Evaluator[] left, Runner runner, Evaluator comparison, PgType @Nullable [] hashTypes) {
            super(PgTypes.BOOL);
            this.all = all;
            this.left = left;
            this.runner = runner;
            this.comparison = comparison;
            this.hashTypes = hashTypes;
        }

        private record Rows(List<Object[]> rows, @Nullable Set<Object> keys, List<Object[]> withNulls) {}

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object[] values = new Object[left.length];
            boolean hasNull = false;
            for (int i = 0; i < values.length; i++) {
                values[i] = left[i].value(scope, row);
                hasNull |= values[i] == null;
            }
            if (!runner.steady) {
                return runner.read(scope, row, source -> walk(scope, values, source));
            }
            Rows rows = (Rows) runner.read(scope, row, this::materialize);
            if (rows.keys != null && !hasNull) {
                if (rows.keys.contains(hashKey(values))) return true;
                return test(scope, values, rows.withNulls);
            }
            return test(scope, values, rows.rows);
        }

        private @Nullable Object walk(Scope scope, Object[] values, RowSource source) {
            boolean unknown = false;
            for (Batch batch = source.next(); batch != null; batch = source.next()) {
                int[] positions = batch.positions();
                for (int i = 0; i < batch.selected(); i++) {
                    Object result = compare(scope, values, batch.row(positions[i]));
                    if (result == null) unknown = true;
                    else if ((Boolean) result != all) return !all;
                }
            }
            return unknown ? null : (Object) all;
        }

        private Rows materialize(RowSource source) {
            List<Object[]> rows = new ArrayList<>();
            List<Object[]> withNulls = new ArrayList<>();
            Set<Object> keys = hashTypes == null || all ? null : new HashSet<>();
            for (Batch batch = source.next(); batch != null; batch = source.next()) {
                int[] positions = batch.positions();
                rows:
                for (int i = 0; i < batch.selected(); i++) {
                    Object[] datums = batch.row(positions[i]);
                    rows.add(datums);
                    if (keys == null) continue;
                    for (Object datum : datums) {
                        if (datum == null) {
                            withNulls.add(datums);
                            continue rows;
                        }
                    }
                    keys.add(hashKey(datums));
                }
            }
            return new Rows(rows, keys, withNulls);
        }

        private Object hashKey(Object[] values) {
            if (values.length == 1) return Datums.key(hashTypes[0], values[0]);
            List<Object> key = new ArrayList<>(values.length);
            for (int i = 0; i < values.length; i++) key.add(Datums.key(hashTypes[i], values[i]));
            return key;
        }

        private @Nullable Object test(Scope scope, Object[] values, List<Object[]> rows) {
            boolean unknown = false;
            for (Object[] candidate : rows) {
                Object result = compare(scope, values, candidate);
                if (result == null) unknown = true;
                else if ((Boolean) result != all) return !all;
            }
            return unknown ? null : (Object) all;
        }

        private @Nullable Object compare(Scope scope, Object[] values, Object[] candidate) {
            return comparison.value(scope, RowView.joined(RowView.of(values), values.length, RowView.of(candidate)));
        }
    }
}
