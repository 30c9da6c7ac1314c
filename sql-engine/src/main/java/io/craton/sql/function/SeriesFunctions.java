package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Numeric;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** generate_series over integers and numeric. */
final class SeriesFunctions {
    private SeriesFunctions() {}

    static void register(Kernels kernels) {
        for (String name : new String[] {"int4", "int8"}) {
            long max = name.equals("int4") ? Integer.MAX_VALUE : Long.MAX_VALUE;
            long min = -max - 1;
            kernels.set("generate_series_" + name, (context, call, a) -> integers((Long) a[0], (Long) a[1], 1, min, max));
            kernels.set("generate_series_step_" + name,
                    (context, call, a) -> integers((Long) a[0], (Long) a[1], (Long) a[2], min, max));
        }
        kernels.set("generate_series_numeric", (context, call, a) -> numerics((Numeric) a[0], (Numeric) a[1], Numeric.ONE));
        kernels.set("generate_series_step_numeric",
                (context, call, a) -> numerics((Numeric) a[0], (Numeric) a[1], (Numeric) a[2]));
    }

    static PgException zeroStep() {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, "step size cannot equal zero");
    }

    private static Iterator<@Nullable Object[]> integers(long start, long stop, long step, long min, long max) {
        if (step == 0) throw zeroStep();
        return new LongSeries(start, stop, step > 0, value -> {
            long next = value + step;
            boolean wrapped = ((value ^ next) & (step ^ next)) < 0 || next < min || next > max;
            return wrapped ? value : next;
        });
    }

    private static Iterator<@Nullable Object[]> numerics(Numeric start, Numeric stop, Numeric step) {
        requireFinite(start, "start value");
        requireFinite(stop, "stop value");
        requireFinite(step, "step size");
        if (step.signum() == 0) throw zeroStep();
        return new Iterator<>() {
            private @Nullable Numeric next = start;

            @Override
            public boolean hasNext() {
                return next != null && (step.signum() > 0 ? next.compareTo(stop) <= 0 : next.compareTo(stop) >= 0);
            }

            @Override
            public @Nullable Object[] next() {
                if (!hasNext()) throw new NoSuchElementException();
                Numeric value = Objects.requireNonNull(next);
                next = value.compareTo(stop) == 0 ? null : value.add(step); // beyond the stop numeric may end
                return new Object[] {value};
            }
        };
    }

    private static void requireFinite(Numeric value, String what) {
        if (value.isFinite()) return;
        throw new PgException(SqlState.INVALID_PARAMETER_VALUE, what + " cannot be " + (value.isNaN() ? "NaN" : "infinity"));
    }

    /** Longs from start to stop; the step function answers the next value, or the same one when there is none. */
    static final class LongSeries implements Iterator<@Nullable Object[]> {
        private final long stop;
        private final boolean rising;
        private final LongUnaryOperator step;
        private long next;
        private boolean ended;

        LongSeries(long start, long stop, boolean rising, LongUnaryOperator step) {
            this.next = start;
            this.stop = stop;
            this.rising = rising;
            this.step = step;
        }

        @Override
        public boolean hasNext() {
            return !ended && (rising ? next <= stop : next >= stop);
        }

        @Override
        public @Nullable Object[] next() {
            if (!hasNext()) throw new NoSuchElementException();
            long value = next;
            next = step.applyAsLong(value);
            ended = rising ? next <= value : next >= value;
            return new Object[] {value};
        }
    }
}
