package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgTypes;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Sums and statistics of floating-point numbers: Youngs and Cramer's updates, so that sums of squares do not cancel. */
final class FloatAggregates {
    private FloatAggregates() {}

    private static final class Sum {
        boolean any;
        double sum;

        void add(double value, boolean single) {
            double exact = any ? sum + value : value;
            double next = single ? (float) exact : exact;
            if (Double.isInfinite(next) && !Double.isInfinite(sum) && !Double.isInfinite(value)) throw overflow();
            any = true;
            sum = next;
        }
    }

    /** Number, sum and sum of squared deviations of one variable. */
    private static final class Moments {
        double n;
        double sx;
        double sxx;

        void add(double x) {
            double oldSum = sx;
            n += 1;
            sx += x;
            if (n > 1) {
                double gap = x * n - sx;
                sxx += gap * gap / (n * (n - 1));
                if (Double.isInfinite(sx) || Double.isInfinite(sxx)) {
                    if (!Double.isInfinite(oldSum) && !Double.isInfinite(x)) throw overflow();
                    sxx = Double.NaN;
                }
            } else if (!Double.isFinite(x)) {
                sxx = Double.NaN;
            }
        }

        Moments merge(Moments other) {
            if (n == 0) return other;
            if (other.n == 0) return this;
            double gap = sx / n - other.sx / other.n;
            double total = n + other.n;
            double sum = sx + other.sx;
            double squares = sxx + other.sxx + n * other.n * gap * gap / total;
            boolean finite = Double.isFinite(sx) && Double.isFinite(other.sx);
            if (finite && (Double.isInfinite(sum) || Double.isInfinite(squares))) throw overflow();
            sxx = squares;
            sx = sum;
            n = total;
            return this;
        }
    }

    /** The same of two variables, and the sum of products of their deviations. */
    private static final class PairMoments {
        double n;
        double sx;
        double sxx;
        double sy;
        double syy;
        double sxy;

        void add(double y, double x) {
            double oldX = sx;
            double oldY = sy;
            n += 1;
            sx += x;
            sy += y;
            if (n > 1) {
                double gapX = x * n - sx;
                double gapY = y * n - sy;
                double scale = 1.0 / (n * (n - 1));
                sxx += gapX * gapX * scale;
                syy += gapY * gapY * scale;
                sxy += gapX * gapY * scale;
                checkRange(oldX, oldY, x, y);
            } else {
                if (!Double.isFinite(x)) sxx = sxy = Double.NaN;
                if (!Double.isFinite(y)) syy = sxy = Double.NaN;
            }
        }

        private void checkRange(double oldX, double oldY, double x, double y) {
            if (Double.isFinite(sx) && Double.isFinite(sxx) && Double.isFinite(sy) && Double.isFinite(syy) && Double.isFinite(sxy)) return;
            boolean overflowX = (Double.isInfinite(sx) || Double.isInfinite(sxx)) && Double.isFinite(oldX) && Double.isFinite(x);
            boolean overflowY = (Double.isInfinite(sy) || Double.isInfinite(syy)) && Double.isFinite(oldY) && Double.isFinite(y);
            if (overflowX || overflowY) throw overflow();
            if (Double.isInfinite(sxx)) sxx = Double.NaN;
            if (Double.isInfinite(syy)) syy = Double.NaN;
            if (Double.isInfinite(sxy)) sxy = Double.NaN;
        }

        PgArray array() {
            return FloatAggregates.array(n, sx, sxx, sy, syy, sxy);
        }

        PairMoments merge(PairMoments other) {
            if (n == 0) return other;
            if (other.n == 0) return this;
            double gapX = sx / n - other.sx / other.n;
            double gapY = sy / n - other.sy / other.n;
            double total = n + other.n;
            double scale = n * other.n / total;
            sxx += other.sxx + scale * gapX * gapX;
            syy += other.syy + scale * gapY * gapY;
            sxy += other.sxy + scale * gapX * gapY;
            sx += other.sx;
            sy += other.sy;
            n = total;
            return this;
        }
    }

    // ---- states as arrays, as the transition functions have them -------------------------------------------------

    private static PgArray array(double... numbers) {
        return PgArray.of(PgTypes.FLOAT8, Arrays.stream(numbers).boxed().toArray());
    }

    private static double[] numbers(PgArray state, String function, int count) {
        boolean fits = state.dimensions() == 1 && state.elements().length == count && !Arrays.asList(state.elements()).contains(null);
        if (!fits) throw new PgException(SqlState.INTERNAL_ERROR, function + ": expected " + count + "-element float8 array");
        return Arrays.stream(state.elements()).mapToDouble(each -> (Double) each).toArray();
    }

    private static Moments moments(PgArray state, String function) {
        double[] numbers = numbers(state, function, 3);
        Moments moments = new Moments();
        moments.n = numbers[0];
        moments.sx = numbers[1];
        moments.sxx = numbers[2];
        return moments;
    }

    private static PairMoments pairMoments(PgArray state, String function) {
        double[] numbers = numbers(state, function, 6);
        PairMoments pairs = new PairMoments();
        pairs.n = numbers[0];
        pairs.sx = numbers[1];
        pairs.sxx = numbers[2];
        pairs.sy = numbers[3];
        pairs.syy = numbers[4];
        pairs.sxy = numbers[5];
        return pairs;
    }

    private static PgException overflow() {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: overflow");
    }

    static void register(Kernels kernels) {
        kernels.aggregate(2110, sum(true));
        kernels.aggregate(2111, sum(false));
        for (int oid : new int[] {2104, 2105}) single(kernels, oid, 1, s -> s.sx / s.n);
        for (int oid : new int[] {2151, 2152, 2644, 2645}) single(kernels, oid, 2, s -> s.sxx / (s.n - 1));
        for (int oid : new int[] {2157, 2158, 2715, 2716}) single(kernels, oid, 2, s -> Math.sqrt(s.sxx / (s.n - 1)));
        for (int oid : new int[] {2721, 2722}) single(kernels, oid, 1, s -> s.sxx / s.n);
        for (int oid : new int[] {2727, 2728}) single(kernels, oid, 1, s -> Math.sqrt(s.sxx / s.n));
        kernels.scalar("float8_accum", (context, call, a) -> {
            Moments moments = moments((PgArray) a[0], "float8_accum");
            moments.add((Double) a[1]);
            return array(moments.n, moments.sx, moments.sxx);
        });
        kernels.scalar("float8_combine", (context, call, a) -> {
            Moments moments = moments((PgArray) a[0], "float8_combine").merge(moments((PgArray) a[1], "float8_combine"));
            return array(moments.n, moments.sx, moments.sxx);
        });
        kernels.scalar("float8_regr_accum", (context, call, a) -> {
            PairMoments pairs = pairMoments((PgArray) a[0], "float8_regr_accum");
            pairs.add((Double) a[1], (Double) a[2]);
            return pairs.array();
        });
        kernels.scalar("float8_regr_combine", (context, call, a) ->
                pairMoments((PgArray) a[0], "float8_regr_combine").merge(pairMoments((PgArray) a[1], "float8_regr_combine")).array());
        pair(kernels, 2819, 1, s -> s.sxx);
        pair(kernels, 2820, 1, s -> s.syy);
        pair(kernels, 2821, 1, s -> s.sxy);
        pair(kernels, 2822, 1, s -> s.sx / s.n);
        pair(kernels, 2823, 1, s -> s.sy / s.n);
        pair(kernels, 2824, 1, s -> s.sxx == 0 ? null : s.syy == 0 ? 1.0 : (Double) (s.sxy * s.sxy / (s.sxx * s.syy)));
        pair(kernels, 2825, 1, s -> s.sxx == 0 ? null : (Double) (s.sxy / s.sxx));
        pair(kernels, 2826, 1, s -> s.sxx == 0 ? null : (Double) ((s.sy - s.sx * s.sxy / s.sxx) / s.n));
        pair(kernels, 2827, 1, s -> s.sxy / s.n);
        pair(kernels, 2828, 2, s -> s.sxy / (s.n - 1));
        pair(kernels, 2829, 1, s -> s.sxx == 0 || s.syy == 0 ? null : (Double) (s.sxy / Math.sqrt(s.sxx * s.syy)));
    }

    private static Aggregate<Sum> sum(boolean single) {
        return Aggregate.of(Sum::new, (context, s, a) -> s.add((Double) a[0], single), (l, r) -> {
            if (r.any) l.add(r.sum, single);
            return l;
        }, (context, call, s, direct) -> s.any ? (Object) s.sum : null);
    }

    private static void single(Kernels kernels, int oid, int rowsMin, ToDoubleFunction<Moments> finish) {
        kernels.aggregate(oid, Aggregate.of(Moments::new, (context, s, a) -> s.add((Double) a[0]), Moments::merge,
                (context, call, s, direct) -> s.n < rowsMin ? null : (Object) finish.applyAsDouble(s)));
    }

    private interface PairFinish {
        @Nullable Double apply(PairMoments s);
    }

    private static void pair(Kernels kernels, int oid, int rowsMin, PairFinish finish) {
        kernels.aggregate(oid, Aggregate.of(PairMoments::new, (context, s, a) -> s.add((Double) a[0], (Double) a[1]),
                PairMoments::merge, (context, call, s, direct) -> s.n < rowsMin ? null : finish.apply(s)));
    }
}
