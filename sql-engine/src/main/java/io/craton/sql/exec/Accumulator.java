package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.NumericVector;
import io.craton.core.batch.Vector;
import io.craton.core.error.PgException;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.sql.kernel.ArithmeticKernels;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** States of one aggregate for all groups. Groups are numbered from 0. One thread. */
abstract class Accumulator {
    /** Makes room for so many groups. */
    abstract void ensure(int groups);

    /**
     * Adds the batch's selected rows; the group of the row at position p is {@code groups[p]}, -1 skips it.
     *
     * @param arguments the call's arguments over the batch
     */
    abstract void add(Batch batch, int[] groups, Vector[] arguments);

    abstract @Nullable Object result(int group);

    static final class Count extends Accumulator {
        private long[] counts = new long[16];

        @Override
        void ensure(int groups) {
            if (groups > counts.length) counts = Arrays.copyOf(counts, Math.max(groups, counts.length * 2));
        }

        @Override
        void add(Batch batch, int[] groups, Vector[] arguments) {
            Vector argument = arguments.length == 0 || !arguments[0].mayHaveNulls() ? null : arguments[0];
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                if (groups[row] >= 0 && (argument == null || !argument.isNull(row))) counts[groups[row]]++;
            }
        }

        @Override
        Object result(int group) {
            return counts[group];
        }
    }

    /** Sum of integers: as bigint (int2, int4) or exactly as numeric (int8), or their average as numeric. */
    static final class IntegerSum extends Accumulator {
        enum Result { BIGINT, NUMERIC, AVERAGE }

        private final Result kind;
        private long[] sums = new long[16];
        private long[] counts = new long[16];
        private BigInteger @Nullable [] carries;

        IntegerSum(Result kind) {
            this.kind = kind;
        }

        @Override
        void ensure(int groups) {
            if (groups <= sums.length) return;
            int capacity = Math.max(groups, sums.length * 2);
            sums = Arrays.copyOf(sums, capacity);
            counts = Arrays.copyOf(counts, capacity);
            if (carries != null) carries = Arrays.copyOf(carries, capacity);
        }

        @Override
        void add(Batch batch, int[] groups, Vector[] arguments) {
            LongVector argument = (LongVector) arguments[0].flat();
            long[] values = argument.values();
            boolean nulls = argument.mayHaveNulls();
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                int group = groups[row];
                if (group < 0 || nulls && argument.isNull(row)) continue;
                long before = sums[group];
                long sum = before + values[row];
                if (((before ^ sum) & (values[row] ^ sum)) < 0) {
                    if (kind == Result.BIGINT) throw ArithmeticKernels.outOfRange(8);
                    carry(group);
                    sum = values[row];
                }
                sums[group] = sum;
                counts[group]++;
            }
        }

        private void carry(int group) {
            if (carries == null) carries = new BigInteger[sums.length];
            BigInteger carried = carries[group] == null ? BigInteger.ZERO : carries[group];
            carries[group] = carried.add(BigInteger.valueOf(sums[group]));
        }

        @Override
        @Nullable Object result(int group) {
            if (counts[group] == 0) return null;
            if (kind == Result.BIGINT) return sums[group];
            BigInteger carried = carries == null ? null : carries[group];
            Numeric sum = carried == null ? Numeric.of(sums[group]) : Numeric.of(carried.add(BigInteger.valueOf(sums[group])));
            return kind == Result.NUMERIC ? sum : sum.divide(Numeric.of(counts[group]));
        }
    }

    /** Sum or average of numeric: values of one scale add up as longs with a carry, others as objects. */
    static final class NumericSum extends Accumulator {
        private static final int UNKNOWN = -1;
        private final boolean average;
        private int scale = UNKNOWN;
        private long[] longs = new long[16];
        private long[] longCounts = new long[16];
        private @Nullable BigInteger @Nullable [] carries;
        private @Nullable Numeric[] others = new Numeric[16];
        private long[] otherCounts = new long[16];

        NumericSum(boolean average) {
            this.average = average;
        }

        @Override
        void ensure(int groups) {
            if (groups <= longs.length) return;
            int capacity = Math.max(groups, longs.length * 2);
            longs = Arrays.copyOf(longs, capacity);
            longCounts = Arrays.copyOf(longCounts, capacity);
            if (carries != null) carries = Arrays.copyOf(carries, capacity);
            others = Arrays.copyOf(others, capacity);
            otherCounts = Arrays.copyOf(otherCounts, capacity);
        }

        @Override
        void add(Batch batch, int[] groups, Vector[] arguments) {
            Vector argument = arguments[0].flat();
            if (argument instanceof NumericVector numbers && (scale == UNKNOWN || scale == numbers.scale())) {
                scale = numbers.scale();
                addLongs(batch, groups, numbers);
            } else {
                addObjects(batch, groups, argument);
            }
        }

        private void addLongs(Batch batch, int[] groups, NumericVector numbers) {
            long[] values = numbers.values();
            boolean nulls = numbers.mayHaveNulls();
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                int group = groups[row];
                if (group < 0 || nulls && numbers.isNull(row)) continue;
                long before = longs[group];
                long sum = before + values[row];
                if (((before ^ sum) & (values[row] ^ sum)) < 0) {
                    carry(group);
                    sum = values[row];
                }
                longs[group] = sum;
                longCounts[group]++;
            }
        }

        private void carry(int group) {
            if (carries == null) carries = new BigInteger[longs.length];
            BigInteger carried = carries[group] == null ? BigInteger.ZERO : carries[group];
            carries[group] = carried.add(BigInteger.valueOf(longs[group]));
        }

        private void addObjects(Batch batch, int[] groups, Vector argument) {
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                int group = groups[row];
                if (group < 0) continue;
                Numeric value = (Numeric) argument.datum(row);
                if (value == null) continue;
                Numeric sum = others[group];
                others[group] = sum == null ? value : sum.add(value);
                otherCounts[group]++;
            }
        }

        @Override
        @Nullable Object result(int group) {
            long count = longCounts[group] + otherCounts[group];
            if (count == 0) return null;
            Numeric sum = others[group];
            if (longCounts[group] > 0) {
                Numeric plain = ofLongs(group);
                sum = sum == null ? plain : plain.add(sum);
            }
            return average ? sum.divide(Numeric.of(count)) : sum;
        }

        private Numeric ofLongs(int group) {
            BigInteger carried = carries == null ? null : carries[group];
            return carried == null
                    ? Numeric.of(longs[group], scale)
                    : Numeric.of(new java.math.BigDecimal(carried.add(BigInteger.valueOf(longs[group])), scale));
        }
    }

    static final class DoubleSum extends Accumulator {
        private final boolean average;
        private final boolean single;
        private double[] sums = new double[16];
        private long[] counts = new long[16];

        /** @param single the result is float4 */
        DoubleSum(boolean average, boolean single) {
            this.average = average;
            this.single = single;
        }

        @Override
        void ensure(int groups) {
            if (groups <= sums.length) return;
            int capacity = Math.max(groups, sums.length * 2);
            sums = Arrays.copyOf(sums, capacity);
            counts = Arrays.copyOf(counts, capacity);
        }

        @Override
        void add(Batch batch, int[] groups, Vector[] arguments) {
            Vector argument = arguments[0];
            boolean nulls = argument.mayHaveNulls();
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                int group = groups[row];
                if (group < 0 || nulls && argument.isNull(row)) continue;
                double value = argument.doubleAt(row);
                sums[group] = counts[group]++ == 0
                        ? value
                        : ArithmeticKernels.apply(ArithmeticKernels.Operation.ADD, sums[group], value, single);
            }
        }

        @Override
        @Nullable Object result(int group) {
            return counts[group] == 0 ? null : (Object) (average ? sums[group] / counts[group] : sums[group]);
        }
    }

    /** min or max by the type's order. */
    static final class Extreme extends Accumulator {
        private final boolean greatest;
        private final PgType type;
        private final boolean plainLong;
        private long[] longs = new long[16];
        private @Nullable Object[] values = new Object[16];
        private boolean[] seen = new boolean[16];

        Extreme(boolean greatest, PgType type) {
            this.greatest = greatest;
            this.type = type;
            this.plainLong = type.repr() == Repr.LONG && DatumComparator.signedLongs(type);
        }

        @Override
        void ensure(int groups) {
            if (groups <= seen.length) return;
            int capacity = Math.max(groups, seen.length * 2);
            longs = Arrays.copyOf(longs, capacity);
            values = Arrays.copyOf(values, capacity);
            seen = Arrays.copyOf(seen, capacity);
        }

        @Override
        void add(Batch batch, int[] groups, Vector[] arguments) {
            Vector argument = arguments[0];
            boolean nulls = argument.mayHaveNulls();
            int[] positions = batch.positions();
            if (!plainLong && argument instanceof NumericVector numbers) {
                addNumerics(batch, groups, numbers);
                return;
            }
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                int group = groups[row];
                if (group < 0 || nulls && argument.isNull(row)) continue;
                if (plainLong) {
                    long value = argument.longAt(row);
                    if (!seen[group] || (greatest ? value > longs[group] : value < longs[group])) longs[group] = value;
                } else {
                    Object value = argument.datum(row);
                    int sign = seen[group] ? DatumComparator.compare(type, value, values[group]) : 0;
                    if (!seen[group] || (greatest ? sign > 0 : sign < 0)) values[group] = value;
                }
                seen[group] = true;
            }
        }

        /** Boxes only values that take the lead. */
        private void addNumerics(Batch batch, int[] groups, NumericVector numbers) {
            long[] digits = numbers.values();
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                int group = groups[row];
                if (group < 0 || numbers.nulls() != null && numbers.isNull(row)) continue;
                if (seen[group]) {
                    Numeric best = (Numeric) values[group];
                    boolean sameScale = best.isCompact() && best.scale() == numbers.scale();
                    int sign = sameScale
                            ? Long.compare(digits[row], best.unscaled())
                            : Numeric.of(digits[row], numbers.scale()).compareTo(best);
                    if (greatest ? sign <= 0 : sign >= 0) continue;
                }
                values[group] = Numeric.of(digits[row], numbers.scale());
                seen[group] = true;
            }
        }

        @Override
        @Nullable Object result(int group) {
            return !seen[group] ? null : plainLong ? (Object) longs[group] : values[group];
        }
    }

    static PgException unknown(String name) {
        return PgException.notSupported("aggregate " + name);
    }
}
