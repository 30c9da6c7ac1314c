package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.NumericVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
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

    /** Results of groups that follow each other. */
    Vector results(int from, int count, Repr repr) {
        VectorBuilder builder = VectorBuilder.of(repr, count);
        for (int i = 0; i < count; i++) builder.append(result(from + i));
        return builder.build();
    }

    /**
     * Adds the states of another accumulator of the same call.
     *
     * @param groups for each group of the other, the group here; room for them was made
     */
    abstract void merge(Accumulator other, int[] groups, int count);

    /** About how much memory the states take. */
    abstract long bytes();

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

        @Override
        Vector results(int from, int count, Repr repr) {
            return new LongVector(repr, Arrays.copyOfRange(counts, from, from + count), count, null);
        }

        @Override
        void merge(Accumulator other, int[] groups, int count) {
            long[] more = ((Count) other).counts;
            for (int i = 0; i < count; i++) counts[groups[i]] += more[i];
        }

        @Override
        long bytes() {
            return 8L * counts.length;
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

        @Override
        Vector results(int from, int count, Repr repr) {
            if (kind != Result.BIGINT) return super.results(from, count, repr);
            long[] nulls = null;
            for (int i = 0; i < count; i++) {
                if (counts[from + i] > 0) continue;
                if (nulls == null) nulls = Nulls.create(count);
                Nulls.set(nulls, i);
            }
            return new LongVector(repr, Arrays.copyOfRange(sums, from, from + count), count, nulls);
        }

        @Override
        void merge(Accumulator other, int[] groups, int count) {
            IntegerSum more = (IntegerSum) other;
            for (int i = 0; i < count; i++) {
                int group = groups[i];
                BigInteger carried = more.carries == null ? null : more.carries[i];
                if (carried != null) {
                    if (carries == null) carries = new BigInteger[sums.length];
                    carries[group] = carries[group] == null ? carried : carries[group].add(carried);
                }
                long before = sums[group];
                long sum = before + more.sums[i];
                if (((before ^ sum) & (more.sums[i] ^ sum)) < 0) {
                    if (kind == Result.BIGINT) throw ArithmeticKernels.outOfRange(8);
                    carry(group);
                    sum = more.sums[i];
                }
                sums[group] = sum;
                counts[group] += more.counts[i];
            }
        }

        @Override
        long bytes() {
            return 16L * sums.length + (carries == null ? 0 : 40L * carries.length);
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

        @Override
        Vector results(int from, int count, Repr repr) {
            boolean plain = !average && carries == null && scale != UNKNOWN;
            long[] nulls = null;
            for (int i = 0; plain && i < count; i++) {
                plain = otherCounts[from + i] == 0;
                if (longCounts[from + i] > 0) continue;
                if (nulls == null) nulls = Nulls.create(count);
                Nulls.set(nulls, i);
            }
            return plain ? new NumericVector(Arrays.copyOfRange(longs, from, from + count), scale, count, nulls) : super.results(from, count, repr);
        }

        @Override
        void merge(Accumulator other, int[] groups, int count) {
            NumericSum more = (NumericSum) other;
            boolean same = more.scale == UNKNOWN || scale == UNKNOWN || scale == more.scale;
            if (scale == UNKNOWN) scale = more.scale;
            for (int i = 0; i < count; i++) {
                int group = groups[i];
                if (more.longCounts[i] > 0 && same && (more.carries == null || more.carries[i] == null)) {
                    addLong(group, more.longs[i]);
                    longCounts[group] += more.longCounts[i];
                } else if (more.longCounts[i] > 0) {
                    addOther(group, more.ofLongs(i), more.longCounts[i]);
                }
                if (more.otherCounts[i] > 0) addOther(group, java.util.Objects.requireNonNull(more.others[i]), more.otherCounts[i]);
            }
        }

        private void addLong(int group, long value) {
            long before = longs[group];
            long sum = before + value;
            if (((before ^ sum) & (value ^ sum)) < 0) {
                carry(group);
                sum = value;
            }
            longs[group] = sum;
        }

        private void addOther(int group, Numeric value, long count) {
            Numeric sum = others[group];
            others[group] = sum == null ? value : sum.add(value);
            otherCounts[group] += count;
        }

        @Override
        long bytes() {
            return 36L * longs.length + (carries == null ? 0 : 40L * carries.length);
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

        @Override
        void merge(Accumulator other, int[] groups, int count) {
            DoubleSum more = (DoubleSum) other;
            for (int i = 0; i < count; i++) {
                if (more.counts[i] == 0) continue;
                int group = groups[i];
                sums[group] = counts[group] == 0 ? more.sums[i]
                        : ArithmeticKernels.apply(ArithmeticKernels.Operation.ADD, sums[group], more.sums[i], single);
                counts[group] += more.counts[i];
            }
        }

        @Override
        long bytes() {
            return 16L * sums.length;
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

        @Override
        Vector results(int from, int count, Repr repr) {
            if (!plainLong) return super.results(from, count, repr);
            long[] nulls = null;
            for (int i = 0; i < count; i++) {
                if (seen[from + i]) continue;
                if (nulls == null) nulls = Nulls.create(count);
                Nulls.set(nulls, i);
            }
            return new LongVector(repr, Arrays.copyOfRange(longs, from, from + count), count, nulls);
        }

        @Override
        void merge(Accumulator other, int[] groups, int count) {
            Extreme more = (Extreme) other;
            for (int i = 0; i < count; i++) {
                if (!more.seen[i]) continue;
                int group = groups[i];
                boolean takes;
                if (!seen[group]) takes = true;
                else if (plainLong) takes = greatest ? more.longs[i] > longs[group] : more.longs[i] < longs[group];
                else takes = (greatest ? 1 : -1) * Integer.signum(DatumComparator.compare(type, more.values[i], values[group])) > 0;
                if (!takes) continue;
                longs[group] = more.longs[i];
                values[group] = more.values[i];
                seen[group] = true;
            }
        }

        @Override
        long bytes() {
            return (plainLong ? 13L : 48L) * seen.length;
        }
    }

    static PgException unknown(String name) {
        return PgException.notSupported("aggregate " + name);
    }
}
