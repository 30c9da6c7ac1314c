package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.sql.kernel.CompareKernels;
import io.craton.sql.kernel.Comparison;
import org.jspecify.annotations.Nullable;

/** A date compared with a timestamp without time zone that is the same for all rows of a batch: days with days. Other forms go row by row. */
final class DateTimestampCompare extends Evaluator {
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final Comparison comparison;
    private final Evaluator date;
    private final Evaluator timestamp;
    private final Evaluator rowwise;

    /** @param rowwise the comparison by its function */
    DateTimestampCompare(Comparison comparison, Evaluator date, Evaluator timestamp, Evaluator rowwise) {
        super(PgTypes.BOOL);
        this.comparison = comparison;
        this.date = date;
        this.timestamp = timestamp;
        this.rowwise = rowwise;
    }

    @Override
    public @Nullable Object value(Scope scope, RowView row) {
        return rowwise.value(scope, row);
    }

    @Override
    public Vector vector(Scope scope, Batch batch) {
        int[] passed = new int[batch.selected()];
        LongVector days = days(scope, batch);
        Long moment = moment(scope, batch);
        if (days == null || moment == null) return rowwise.vector(scope, batch);
        long[] values = new long[batch.rows()];
        int count = select(days, moment, batch, passed);
        for (int i = 0; i < count; i++) values[passed[i]] = 1;
        return new LongVector(Repr.BOOL, values, batch.rows(), days.nulls());
    }

    @Override
    public int select(Scope scope, Batch batch, int[] result) {
        LongVector days = days(scope, batch);
        Long moment = moment(scope, batch);
        return days == null || moment == null ? rowwise.select(scope, batch, result) : select(days, moment, batch, result);
    }

    private @Nullable LongVector days(Scope scope, Batch batch) {
        return date.vector(scope, batch).flat() instanceof LongVector days ? days : null;
    }

    /** A finite moment, or null. */
    private @Nullable Long moment(Scope scope, Batch batch) {
        Vector vector = timestamp.vector(scope, batch);
        if (!(vector instanceof ConstantVector) || vector.mayHaveNulls()) return null;
        long moment = vector.longAt(0);
        return moment == Long.MAX_VALUE || moment == Long.MIN_VALUE ? null : (Long) moment;
    }

    /** A day that is not the moment's is less or greater as a whole; the moment's own begins at it or is less. Infinite dates are far outside. */
    private int select(LongVector days, long moment, Batch batch, int[] result) {
        long day = Math.floorDiv(moment, MICROS_PER_DAY);
        int mask = comparison.mask;
        if (Math.floorMod(moment, MICROS_PER_DAY) != 0) mask = mask & 5 | (mask & 1) << 1;
        return CompareKernels.longs(days.values(), day, days.nulls(), mask, batch.positions(), batch.selected(), result);
    }
}
