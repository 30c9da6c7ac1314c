package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a source, read as far as somebody has asked for and kept, which any number of readers share. One thread. */
final class LazyRows {
    private final RowSource source;
    private final StoredRows rows;
    private final boolean whole;
    private boolean started;
    private boolean ended;

    /** @param whole read to the end as soon as anything is asked for */
    LazyRows(RowSource source, Scope scope, List<Relation.Field> fields, boolean whole) {
        this.whole = whole;
        this.source = source;
        this.rows = new StoredRows(scope, fields);
    }

    /** Rows from number {@code from} on, some of them; null when there are no more. */
    @Nullable Batch from(long from) {
        while (from >= rows.rows() && !ended) read();
        if (from >= rows.rows()) return null;
        Batch page = rows.page((int) (from / StoredRows.PAGE_ROWS));
        int first = (int) (from % StoredRows.PAGE_ROWS);
        return first == 0 ? page : page.slice(first, page.rows() - first);
    }

    /** Few rows first, for a LIMIT above; then more. */
    private void read() {
        if (!started) {
            started = true;
            source.open();
        }
        long enough = whole ? Long.MAX_VALUE : rows.rows() == 0 ? 1 : rows.rows() + Batch.SIZE;
        while (rows.rows() < enough) {
            Batch batch = source.next();
            if (batch == null) {
                ended = true;
                source.close();
                break;
            }
            rows.add(batch);
        }
    }

    /** Reads to the end. */
    void finish() {
        while (!ended) read();
    }

    void forget() {
        if (started && !ended) source.close();
        rows.release();
        started = false;
        ended = false;
    }
}
