package io.craton.sql.procedure;

import io.craton.core.type.Footprint;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that a set-returning call collects, one datum each. They count against the statement's memory. One thread. */
final class ResultRows {
    private static final int ROW_BYTES = 64;

    private final List<@Nullable Object[]> rows = new ArrayList<>();

    void add(ExecContext context, @Nullable Object datum) {
        context.retain(ROW_BYTES + Footprint.of(datum));
        rows.add(new Object[] {datum});
    }

    Iterator<@Nullable Object[]> iterator() {
        return rows.iterator();
    }
}
