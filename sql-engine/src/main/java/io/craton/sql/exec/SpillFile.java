package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Scope;
import io.craton.sql.expr.StatementState;
import io.craton.sql.logical.Relation;
import io.craton.storage.io.TemporaryFile;
import io.craton.storage.io.TemporaryFolder;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Batches written to a temporary file and read back, any of them any number of times. What is written waits in a small buffer, so that a file that is hardly used is
 * never made. Deleted when closed, at the latest with the statement. One thread at a time.
 */
final class SpillFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;

    private final StatementState owner;
    private final TemporaryFolder folder;
    private final VectorForm form;
    private final ByteWriter buffer = new ByteWriter(256);
    private long[] starts = new long[8];
    private int[] rows = new int[8];
    private int batches;
    private long total;
    private long written;
    private @org.jspecify.annotations.Nullable TemporaryFile file;

    private SpillFile(StatementState owner, TemporaryFolder folder, VectorForm form) {
        this.owner = owner;
        this.folder = folder;
        this.form = form;
    }

    /** Where spilling is impossible, 53200. */
    static SpillFile create(Scope scope, List<Relation.Field> fields) {
        return create(scope, fields.stream().map(Relation.Field::type).toArray(PgType[]::new));
    }

    static SpillFile create(Scope scope, PgType[] types) {
        TemporaryFolder folder = scope.context().spillFolder();
        if (folder == null) throw RowStore.outOfMemory();
        SpillFile file = new SpillFile(scope.statement(), folder, new VectorForm(types, scope.context().format()));
        scope.statement().own(file);
        return file;
    }

    private static PgException failed(IOException e) {
        return new PgException(PgError.error(SqlState.IO_ERROR, "could not use temporary file: " + e.getMessage()), e);
    }

    int batches() {
        return batches;
    }

    /** Rows of all batches. */
    long rows() {
        return total;
    }

    int rows(int batch) {
        return rows[batch];
    }

    void write(Batch batch) {
        if (batch.selected() == 0) return;
        if (batches == rows.length) {
            starts = Arrays.copyOf(starts, batches * 2);
            rows = Arrays.copyOf(rows, batches * 2);
        }
        starts[batches] = written + buffer.size();
        rows[batches++] = batch.selected();
        total += batch.selected();
        form.write(batch, buffer);
        if (buffer.size() >= BUFFER_BYTES) flush();
    }

    private void flush() {
        try {
            if (file == null) {
                file = folder.create("spill", ".tmp");
            }
            Profile profile = (Profile) owner.profile();
            if (profile != null) profile.spilled(buffer.size());
            file.write(buffer.array(), 0, buffer.size(), written);
            written += buffer.size();
            buffer.clear();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    Batch read(int batch) {
        long start = starts[batch];
        long end = batch + 1 < batches ? starts[batch + 1] : written + buffer.size();
        if (start >= written) {
            return form.read(new ByteReader(buffer.array(), (int) (start - written), (int) (end - start)), rows[batch]);
        }
        byte[] bytes = new byte[(int) (end - start)];
        try {
            java.util.Objects.requireNonNull(file).read(bytes, start);
        } catch (IOException e) {
            throw failed(e);
        }
        return form.read(new ByteReader(bytes), rows[batch]);
    }

    @Override
    public void close() {
        owner.disown(this);
        batches = 0;
        buffer.clear();
        try {
            if (file != null) file.close();
            file = null;
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
