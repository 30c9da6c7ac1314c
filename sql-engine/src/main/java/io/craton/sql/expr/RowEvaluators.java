package io.craton.sql.expr;

import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.kernel.Comparison;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ROW(..), fields of composites and comparison of rows. */
final class RowEvaluators {
    private RowEvaluators() {}

    static final class Build extends Evaluator {
        private final Evaluator[] fields;
        private final List<PgType> types;
        private final List<String> names;

        Build(PgType type, Evaluator[] fields, List<String> names) {
            super(type);
            this.fields = fields;
            this.types = java.util.Arrays.stream(fields).map(Evaluator::type).toList();
            this.names = names;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object[] values = new Object[fields.length];
            for (int i = 0; i < values.length; i++) values[i] = fields[i].value(scope, row);
            return new PgRecord(type().oid(), types, names, values);
        }
    }

    static final class Field extends Evaluator {
        private final Evaluator argument;
        private final int index;

        Field(PgType type, Evaluator argument, int index) {
            super(type);
            this.argument = argument;
            this.index = index;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return argument.value(scope, row) instanceof PgRecord record && index < record.values().length
                    ? record.values()[index]
                    : null;
        }
    }

    static final class Assign extends Evaluator {
        private final Evaluator target;
        private final int index;
        private final Evaluator value;
        private final List<PgType> types;

        Assign(PgType type, Evaluator target, int index, Evaluator value, List<PgType> types) {
            super(type);
            this.target = target;
            this.index = index;
            this.value = value;
            this.types = types;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object[] values = target.value(scope, row) instanceof PgRecord record
                    ? java.util.Arrays.copyOf(record.values(), types.size())
                    : new Object[types.size()];
            values[index] = value.value(scope, row);
            return new PgRecord(type().oid(), types, type().fields().stream().map(PgType.Field::name).toList(), values);
        }
    }

    /** Row comparison by the first pair that differs; null when that pair cannot be compared. */
    static final class Compare extends Evaluator {
        private final Comparison comparison;
        private final Evaluator[] left;
        private final Evaluator[] right;
        private final DatumOrder[] orders;

        Compare(Comparison comparison, Evaluator[] left, Evaluator[] right, DatumOrder[] orders) {
            super(PgTypes.BOOL);
            this.comparison = comparison;
            this.left = left;
            this.right = right;
            this.orders = orders;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            for (int i = 0; i < left.length; i++) {
                Object a = left[i].value(scope, row);
                Object b = right[i].value(scope, row);
                if (a == null || b == null) return null;
                int sign = orders[i].compare(scope, a, b);
                if (sign != 0) return comparison.test(sign);
            }
            return comparison.test(0);
        }
    }
}
