package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.BitString;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.sql.exec.ExecContext;
import java.io.ByteArrayOutputStream;
import java.util.Comparator;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** min and max of every type, boolean and bit-wise aggregates, string_agg. */
final class ValueAggregates {
    private ValueAggregates() {}

    /** One value, null before the first row. */
    private static final class Holder {
        @Nullable Object value;

        void fold(Object next, BinaryOperator<Object> operator) {
            value = value == null ? next : operator.apply(value, next);
        }
    }

    static void register(Kernels kernels) {
        for (AggregateRow row : BuiltinCatalog.aggregates()) {
            FunctionDef function = BuiltinCatalog.function(row.functionOid());
            if (function == null) continue;
            boolean range = java.util.Set.of("range_intersect_agg", "range_agg").contains(function.name());
            if (function.name().equals("max") && !range) kernels.aggregate(function.oid(), new Extreme(1, kernels.collators()));
            if (function.name().equals("min") && !range) kernels.aggregate(function.oid(), new Extreme(-1, kernels.collators()));
        }
        fold(kernels, (a, b) -> (Boolean) a && (Boolean) b, 2517, 2519);
        fold(kernels, (a, b) -> (Boolean) a || (Boolean) b, 2518);
        fold(kernels, (a, b) -> (Long) a & (Long) b, 2236, 2238, 2240);
        fold(kernels, (a, b) -> (Long) a | (Long) b, 2237, 2239, 2241);
        fold(kernels, (a, b) -> (Long) a ^ (Long) b, 6164, 6165, 6166);
        fold(kernels, (a, b) -> bits((BitString) a, (BitString) b, '&'), 2242);
        fold(kernels, (a, b) -> bits((BitString) a, (BitString) b, '|'), 2243);
        fold(kernels, (a, b) -> bits((BitString) a, (BitString) b, '#'), 6167);
        kernels.aggregate(3538, new Aggregate<>(false, TextJoin::new, TextJoin::add, null,
                (context, call, s, direct) -> s.text == null ? null : s.text.toString()));
        kernels.aggregate(3545, new Aggregate<>(false, BytesJoin::new, BytesJoin::add, null,
                (context, call, s, direct) -> s.bytes == null ? null : s.bytes.toByteArray()));
    }

    private static void fold(Kernels kernels, BinaryOperator<Object> operator, int... oids) {
        Aggregate<Holder> aggregate = Aggregate.of(Holder::new, (context, s, a) -> s.fold(a[0], operator), (l, r) -> {
            if (r.value != null) l.fold(r.value, operator);
            return l;
        }, (context, call, s, direct) -> s.value);
        for (int oid : oids) kernels.aggregate(oid, aggregate);
    }

    /** min (sign -1) and max (sign 1) by the type's order. */
    private record Extreme(int sign, Collators collators) implements AggregateKernel {
        private static final class State {
            final Comparator<Object> order;
            @Nullable Object value;

            State(Comparator<Object> order) {
                this.order = order;
            }
        }

        @Override
        public boolean strict() {
            return true;
        }

        @Override
        public Object create(ExecContext context, CallInfo call) {
            PgType type = call.argumentTypes().getFirst();
            if (type.repr() != Repr.TEXT || CollationTable.byBytes(call.collation())) return new State((left, right) -> DatumComparator.compare(type, left, right));
            Comparator<String> texts = collators.of(call.collation(), context.catalog());
            return new State((left, right) -> texts.compare((String) left, (String) right));
        }

        @Override
        public Object add(ExecContext context, Object state, @Nullable Object[] arguments) {
            State extreme = (State) state;
            Object next = arguments[0];
            if (extreme.value == null || Integer.signum(extreme.order.compare(next, extreme.value)) == sign) {
                extreme.value = next;
            }
            return state;
        }

        @Override
        public Object combine(ExecContext context, Object left, Object right) {
            Object other = ((State) right).value;
            return other == null ? left : add(context, left, new Object[] {other});
        }

        @Override
        public boolean combines() {
            return true;
        }

        @Override
        public @Nullable Object result(ExecContext context, CallInfo call, Object state, @Nullable Object[] direct) {
            return ((State) state).value;
        }
    }

    private static Object bits(BitString left, BitString right, char operator) {
        if (left.length() != right.length()) {
            String name = operator == '&' ? "AND" : operator == '|' ? "OR" : "XOR";
            throw new PgException(SqlState.STRING_DATA_LENGTH_MISMATCH, "cannot " + name + " bit strings of different sizes");
        }
        byte[] result = new byte[left.bytes().length];
        for (int i = 0; i < result.length; i++) {
            int a = left.bytes()[i];
            int b = right.bytes()[i];
            result[i] = (byte) (operator == '&' ? a & b : operator == '|' ? a | b : a ^ b);
        }
        return new BitString(left.length(), result);
    }

    /** A null value adds nothing; a null delimiter is none; the first value's delimiter is not used. */
    private static final class TextJoin {
        @Nullable StringBuilder text;

        static void add(ExecContext context, TextJoin state, @Nullable Object[] a) {
            if (a[0] == null) return;
            String value = (String) a[0];
            if (state.text == null) state.text = new StringBuilder();
            else if (a[1] != null) state.text.append((String) a[1]);
            state.text.append(value);
            CollectingAggregates.charge(context, value.length());
        }
    }

    private static final class BytesJoin {
        @Nullable ByteArrayOutputStream bytes;

        static void add(ExecContext context, BytesJoin state, @Nullable Object[] a) {
            if (a[0] == null) return;
            byte[] value = (byte[]) a[0];
            if (state.bytes == null) state.bytes = new ByteArrayOutputStream();
            else if (a[1] != null) state.bytes.writeBytes((byte[]) a[1]);
            state.bytes.writeBytes(value);
            CollectingAggregates.charge(context, value.length);
        }
    }
}
