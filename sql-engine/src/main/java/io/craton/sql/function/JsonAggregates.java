package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.JsonFormat;
import io.craton.core.type.Jsonb;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** json_agg, json_object_agg and the same for jsonb. Rows with nulls count. */
final class JsonAggregates {
    private JsonAggregates() {}

    static void register(Kernels kernels) {
        kernels.aggregate(3175, new Collecting(false, false));
        kernels.aggregate(3197, new Collecting(false, true));
        kernels.aggregate(3267, new Collecting(true, false));
        kernels.aggregate(3270, new Collecting(true, true));
    }

    private static final class State {
        final List<PgType> types;
        final StringBuilder text = new StringBuilder();
        final List<Jsonb> elements = new ArrayList<>();
        final Jsonb.Builder members = new Jsonb.Builder();
        long rows;

        State(List<PgType> types) {
            this.types = types;
        }
    }

    /** @param binary jsonb; @param object key and value arguments */
    private record Collecting(boolean binary, boolean object) implements AggregateKernel {
        @Override
        public boolean strict() {
            return false;
        }

        @Override
        public Object create(ExecContext context, CallInfo call) {
            return new State(call.argumentTypes());
        }

        @Override
        public Object add(ExecContext context, Object stateObject, @Nullable Object[] a) {
            State state = (State) stateObject;
            int before = state.text.length();
            if (object) addMember(context, state, a);
            else addElement(context, state, a[0]);
            state.rows++;
            CollectingAggregates.charge(context, 48 + 2L * (state.text.length() - before));
            return state;
        }

        private void addElement(ExecContext context, State state, @Nullable Object value) {
            PgType type = state.types.getFirst();
            if (binary) {
                state.elements.add(JsonConversion.toJsonb(context, type, value));
                return;
            }
            if (state.rows > 0) state.text.append(value instanceof PgArray || value instanceof PgRecord ? ", \n " : ", ");
            JsonConversion.append(context, type, value, false, state.text);
        }

        private void addMember(ExecContext context, State state, @Nullable Object[] a) {
            if (a[0] == null) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "field name must not be null");
            String key = JsonConversion.key(context, state.types.getFirst(), a[0]);
            if (binary) {
                state.members.put(key, JsonConversion.toJsonb(context, state.types.get(1), a[1]));
                return;
            }
            if (state.rows > 0) state.text.append(", ");
            JsonFormat.appendQuoted(key, state.text);
            state.text.append(" : ");
            JsonConversion.append(context, state.types.get(1), a[1], false, state.text);
        }

        @Override
        public @Nullable Object result(ExecContext context, CallInfo call, Object stateObject, @Nullable Object[] direct) {
            State state = (State) stateObject;
            if (state.rows == 0) return null;
            if (binary) return object ? state.members.build() : new Jsonb.ArrayValue(state.elements);
            return object ? "{ " + state.text + " }" : "[" + state.text + "]";
        }
    }
}
