package io.craton.sql.procedure;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RunningQuery;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a query that a loop takes one by one, while the loop's body does what it likes. Close it. */
final class OpenRows implements AutoCloseable {
    private static final int ROW_BYTES = 64;

    private final @Nullable RunningQuery query;
    private final ExecContext context;
    private final boolean readOnly;
    /** What was left when the transaction ended; null while the query runs. */
    private @Nullable Deque<@Nullable Object[]> kept;
    private @Nullable Object @Nullable [] taken;

    OpenRows(RunningQuery query, ExecContext context, boolean readOnly) {
        this.query = query;
        this.context = context;
        this.readOnly = readOnly;
    }

    /** Rows that are there already. */
    OpenRows(List<@Nullable Object[]> rows, ExecContext context) {
        this.query = null;
        this.context = context;
        this.readOnly = true;
        this.kept = new ArrayDeque<>(rows);
    }

    /** The next row, or null. */
    @Nullable Object @Nullable [] next() {
        if (kept != null) return kept.poll();
        taken = null;
        java.util.Objects.requireNonNull(query).run(row -> taken = row, 1);
        return taken;
    }

    /** The transaction is about to end: the rest of the rows is kept. */
    void keep() {
        if (kept != null || query == null) return;
        if (!readOnly) {
            throw new PgException(SqlState.INVALID_TRANSACTION_TERMINATION,
                    "cannot perform transaction commands inside a cursor loop that is not read-only");
        }
        Deque<@Nullable Object[]> rest = new ArrayDeque<>();
        query.run(row -> {
            context.retain(ROW_BYTES + 32L * row.length);
            rest.add(row);
        }, 0);
        kept = rest;
        query.close();
    }

    @Override
    public void close() {
        if (query != null) query.close();
    }
}
