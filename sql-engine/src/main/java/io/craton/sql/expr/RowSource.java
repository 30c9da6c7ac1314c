package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import org.jspecify.annotations.Nullable;

/** Rows of a running plan node or subquery. One thread. {@link #open} may be called again to start anew. */
public interface RowSource extends AutoCloseable {
    void open();

    /** The next rows (never an empty batch), or null at the end. Vectors stay valid for ever. */
    @Nullable Batch next();

    @Override
    void close();
}
