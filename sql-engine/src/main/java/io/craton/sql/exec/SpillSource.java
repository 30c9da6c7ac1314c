package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.RowSource;
import org.jspecify.annotations.Nullable;

/** A written spill file as a source; closing it deletes the file. */
final class SpillSource implements RowSource {
    private final SpillFile file;
    private int at;

    SpillSource(SpillFile file) {
        this.file = file;
    }

    @Override
    public void open() {
        at = 0;
    }

    @Override
    public @Nullable Batch next() {
        return at < file.batches() ? file.read(at++) : null;
    }

    @Override
    public void close() {
        file.close();
    }
}
