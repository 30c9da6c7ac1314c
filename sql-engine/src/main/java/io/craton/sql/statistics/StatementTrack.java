package io.craton.sql.statistics;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A plan's way to the counters of its statement, found once. Any thread. */
public final class StatementTrack {
    private enum Wanted { UNKNOWN, YES, NO }

    private volatile Wanted wanted = Wanted.UNKNOWN;
    private volatile @Nullable StatementCounters counters;

    /** Whether the statement is to be measured. @param asked decides it, the first time */
    public boolean on(BooleanSupplier asked) {
        Wanted now = wanted;
        if (now == Wanted.UNKNOWN) wanted = now = asked.getAsBoolean() ? Wanted.YES : Wanted.NO;
        return now == Wanted.YES;
    }

    /** @param found finds the counters, where they are not known or no longer shown */
    public void add(long nanos, long rows, Supplier<StatementCounters> found) {
        StatementCounters known = counters;
        if (known == null || known.dropped) counters = known = found.get();
        known.add(nanos, rows);
    }
}
