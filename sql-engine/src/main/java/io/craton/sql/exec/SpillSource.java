package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.RowSource;
import org.jspecify.annotations.Nullable;

/** A written spill file as a source, read once; closing it deletes the file. */
final class SpillSource implements RowSource {
    private final SpillFile file;
    private boolean opened;

    SpillSource(SpillFile file) {
        this.file = file;
    }

    @Override
    public void open() {
        if (!opened) file.rewind();
        opened = true;
    }

    @Override
    public @Nullable Batch next() {
        return file.read();
    }

    @Override
    public void close() {
        file.close();
    }
}
