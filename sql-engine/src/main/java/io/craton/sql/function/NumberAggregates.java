package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Interval;
import io.craton.core.type.Numeric;
import io.craton.sql.exec.ExecContext;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** count, sum, avg and the variance family of numbers and intervals. */
final class NumberAggregates {
    private NumberAggregates() {}

    /** count(): counts rows it is given. */
    private static final class Count {
        long rows;
    }

    /** Exact sum of integers, and their number. */
    private static final class IntegerSum {
        long count;
        long sum;
        BigInteger rest = BigInteger.ZERO;

        void add(long value) {
            count++;
            long next = sum + value;
            if (((sum ^ next) & (value ^ next)) < 0) {
                rest = rest.add(BigInteger.valueOf(sum));
                sum = value;
            } else {
                sum = next;
            }
        }

        IntegerSum merge(IntegerSum other) {
            add(other.sum);
            count += other.count - 1;
            rest = rest.add(other.rest);
            return this;
        }

        Numeric total() {
            return rest.signum() == 0 ? Numeric.of(sum) : Numeric.of(rest.add(BigInteger.valueOf(sum)));
        }
    }

    private static final class NumericSum {
        long count;
        Numeric sum = Numeric.ZERO;

        void add(Numeric value) {
            sum = count++ == 0 ? value : sum.add(value);
        }

        NumericSum merge(NumericSum other) {
            if (other.count > 0) sum = count == 0 ? other.sum : sum.add(other.sum);
            count += other.count;
            return this;
        }
    }

    /** Sums of numbers and of their squares, exact: those of long numbers may leave numeric's range on the way. */
    private static final class NumericMoments {
        long count;
        private Numeric sum = Numeric.ZERO;
        private Numeric squares = Numeric.ZERO;
        private BigDecimal longSum = BigDecimal.ZERO;
        private BigDecimal longSquares = BigDecimal.ZERO;

        void add(Numeric value) {
            count++;
            if (value.isFinite() && !value.isCompact()) {
                BigDecimal exact = value.toBigDecimal();
                longSum = longSum.add(exact);
                longSquares = longSquares.add(exact.multiply(exact));
                return;
            }
            sum = sum.add(value);
            squares = squares.add(value.multiply(value));
        }

        NumericMoments merge(NumericMoments other) {
            count += other.count;
            sum = sum.add(other.sum);
            squares = squares.add(other.squares);
            longSum = longSum.add(other.longSum);
            longSquares = longSquares.add(other.longSquares);
            return this;
        }

        boolean finite() {
            return sum.isFinite();
        }

        /** count times the sum of the squares, less the square of the sum. */
        BigDecimal deviation() {
            BigDecimal total = sum.toBigDecimal().add(longSum);
            return squares.toBigDecimal().add(longSquares).multiply(BigDecimal.valueOf(count)).subtract(total.multiply(total));
        }
    }

    /** Sums of intervals. */
    private static final class IntervalSum {
        long count;
        long months;
        long days;
        long micros;

        void add(Interval value) {
            count++;
            months = inRange(months + value.months());
            days = inRange(days + value.days());
            try {
                micros = Math.addExact(micros, value.micros());
            } catch (ArithmeticException e) {
                throw intervalRange();
            }
        }

        private static long inRange(long value) {
            if (value != (int) value) throw intervalRange();
            return value;
        }

        IntervalSum merge(IntervalSum other) {
            long total = count + other.count;
            if (other.count > 0) add(new Interval((int) other.months, (int) other.days, other.micros));
            count = total;
            return this;
        }

        Interval total() {
            return new Interval((int) months, (int) days, micros);
        }
    }

    private static PgException intervalRange() {
        return new PgException(SqlState.DATETIME_VALUE_OUT_OF_RANGE, "interval out of range");
    }

    static void register(Kernels kernels) {
        Aggregate<Count> count = Aggregate.of(Count::new, (context, s, a) -> s.rows++, (l, r) -> {
            l.rows += r.rows;
            return l;
        }, (context, call, s, direct) -> s.rows);
        for (int oid : new int[] {2147, 2803, 2818}) kernels.aggregate(oid, count);
        for (int oid : new int[] {2100, 2101, 2102}) kernels.aggregate(oid, integers(NumberAggregates::average));
        kernels.aggregate(2107, integers((context, call, s, direct) -> s.count == 0 ? null : s.total()));
        for (int oid : new int[] {2108, 2109}) kernels.aggregate(oid, integers(NumberAggregates::longSum));
        kernels.aggregate(2112, integers(NumberAggregates::longSum));
        kernels.aggregate(2103, numerics((context, call, s, direct) -> s.count == 0 ? null : s.sum.divide(Numeric.of(s.count))));
        kernels.aggregate(2114, numerics((context, call, s, direct) -> s.count == 0 ? null : s.sum));
        kernels.aggregate(2106, intervals((context, call, s, direct) -> s.count == 0 ? null : divide(s.total(), s.count)));
        kernels.aggregate(2113, intervals((context, call, s, direct) -> s.count == 0 ? null : s.total()));
        variances(kernels, new int[] {2148, 2149, 2150, 2641, 2642, 2643}, 2153, 2646, true, false);
        variances(kernels, new int[] {2154, 2155, 2156, 2712, 2713, 2714}, 2159, 2717, true, true);
        variances(kernels, new int[] {2718, 2719, 2720}, 2723, 0, false, false);
        variances(kernels, new int[] {2724, 2725, 2726}, 2729, 0, false, true);
    }

    private static Aggregate<IntegerSum> integers(Aggregate.Finish<IntegerSum> finish) {
        return Aggregate.of(IntegerSum::new, (context, s, a) -> s.add((Long) a[0]), IntegerSum::merge, finish);
    }

    private static Aggregate<NumericSum> numerics(Aggregate.Finish<NumericSum> finish) {
        return Aggregate.of(NumericSum::new, (context, s, a) -> s.add((Numeric) a[0]), NumericSum::merge, finish);
    }

    private static Aggregate<IntervalSum> intervals(Aggregate.Finish<IntervalSum> finish) {
        return Aggregate.of(IntervalSum::new, (context, s, a) -> s.add((Interval) a[0]), IntervalSum::merge, finish);
    }

    private static @Nullable Object average(ExecContext context, CallInfo call, IntegerSum s, @Nullable Object[] direct) {
        return s.count == 0 ? null : s.total().divide(Numeric.of(s.count));
    }

    private static @Nullable Object longSum(ExecContext context, CallInfo call, IntegerSum s, @Nullable Object[] direct) {
        if (s.count == 0) return null;
        BigInteger total = s.rest.add(BigInteger.valueOf(s.sum));
        if (total.bitLength() > 63) throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "bigint out of range");
        return total.longValue();
    }

    private static void variances(Kernels kernels, int[] integers, int numeric, int numericAlias, boolean sample, boolean root) {
        Aggregate.Finish<NumericMoments> finish = (context, call, s, direct) -> variance(s, sample, root);
        for (int oid : integers) {
            kernels.aggregate(oid, Aggregate.of(NumericMoments::new, (context, s, a) -> s.add(Numeric.of((Long) a[0])),
                    NumericMoments::merge, finish));
        }
        Aggregate<NumericMoments> numerics =
                Aggregate.of(NumericMoments::new, (context, s, a) -> s.add((Numeric) a[0]), NumericMoments::merge, finish);
        kernels.aggregate(numeric, numerics);
        if (numericAlias != 0) kernels.aggregate(numericAlias, numerics);
    }

    private static @Nullable Object variance(NumericMoments s, boolean sample, boolean root) {
        if (s.count == 0 || sample && s.count == 1) return null;
        if (!s.finite()) return Numeric.NAN;
        BigDecimal deviation = s.deviation();
        if (deviation.signum() <= 0) return Numeric.ZERO;
        Numeric variance = Numeric.quotient(deviation, BigDecimal.valueOf(s.count).multiply(BigDecimal.valueOf(sample ? s.count - 1 : s.count)));
        return root ? squareRoot(variance) : variance;
    }

    /** Square root with the scale of its argument. */
    private static Numeric squareRoot(Numeric value) {
        int scale = value.scale();
        BigInteger scaled = value.toBigDecimal().movePointRight(2 * scale + 2).toBigInteger();
        BigInteger root = scaled.sqrt();
        return Numeric.of(new BigDecimal(root, scale + 1).setScale(scale, java.math.RoundingMode.HALF_UP));
    }

    /** Interval arithmetic carries fractions of months to days and of days to time, as PostgreSQL does. */
    static Interval divide(Interval span, double factor) {
        return scale(span.months() / factor, span.days() / factor, span.micros() / factor);
    }

    static Interval multiply(Interval span, double factor) {
        return scale(span.months() * factor, span.days() * factor, span.micros() * factor);
    }

    private static Interval scale(double months, double days, double micros) {
        int wholeMonths = (int) months;
        int wholeDays = (int) days;
        double restDays = Math.rint((months - wholeMonths) * 30 * 1_000_000) / 1_000_000;
        double restSeconds = (days - wholeDays + restDays - (int) restDays) * 86_400;
        restSeconds = Math.rint(restSeconds * 1_000_000) / 1_000_000;
        if (Math.abs(restSeconds) >= 86_400) {
            wholeDays += (int) (restSeconds / 86_400);
            restSeconds -= (int) (restSeconds / 86_400) * 86_400;
        }
        wholeDays += (int) restDays;
        return new Interval(wholeMonths, wholeDays, (long) Math.rint(micros + restSeconds * 1_000_000));
    }
}
