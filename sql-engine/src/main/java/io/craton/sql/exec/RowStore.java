package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.BytesVector;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.DictionaryVector;
import io.craton.core.batch.NumericVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Repr;
import io.craton.sql.expr.RowSource;
import io.craton.sql.logical.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows kept by a breaker in columns, numbered from 0, charged to the statement. One thread. */
final class RowStore {
    private final ExecContext context;
    private final Repr[] reprs;
    /** By column; null as long as all its rows are null, as in columns that nobody reads. */
    private final @Nullable VectorBuilder[] builders;
    private Vector @Nullable [] columns;
    private int rows;
    private long charged;

    RowStore(ExecContext context, Repr[] reprs) {
        this.context = context;
        this.reprs = reprs;
        this.builders = new VectorBuilder[reprs.length];
    }

    static Repr[] reprs(List<Relation.Field> fields) {
        return fields.stream().map(field -> field.type().repr()).toArray(Repr[]::new);
    }

    int rows() {
        return rows;
    }

    /** What is charged for them. */
    long bytes() {
        return charged;
    }

    /** Appends the selected rows; true while the memory budget holds. */
    boolean tryAdd(Batch batch) {
        int[] positions = batch.positions();
        long bytes = 0;
        for (int i = 0; i < builders.length; i++) {
            Vector column = batch.columns()[i];
            if (builders[i] == null && column instanceof ConstantVector constant && constant.mayHaveNulls()) continue;
            builder(i).append(column, positions, batch.selected());
            bytes += width(column, batch);
        }
        rows += batch.selected();
        columns = null;
        charged += bytes;
        return context.charge(bytes);
    }

    /** The column's builder, with a null for each row so far if it is new. */
    private VectorBuilder builder(int column) {
        VectorBuilder builder = builders[column];
        if (builder == null) {
            builders[column] = builder = VectorBuilder.of(reprs[column], 64);
            for (int i = 0; i < rows; i++) builder.appendNull();
        }
        return builder;
    }

    private static long width(Vector column, Batch batch) {
        return switch (column.repr()) {
            case BOOL, LONG, DOUBLE -> 8L * batch.selected();
            case TEXT, BYTES -> 12L * batch.selected() + text(column, batch);
            case NUMERIC -> (column instanceof NumericVector ? 8L : 48L) * batch.selected();
            case OBJECT -> 48L * batch.selected();
        };
    }

    /** Bytes of the selected texts. */
    private static long text(Vector column, Batch batch) {
        int[] positions = batch.positions();
        long bytes = 0;
        switch (column) {
            case BytesVector texts -> {
                for (int i = 0; i < batch.selected(); i++) bytes += texts.lengths()[positions[i]];
            }
            case DictionaryVector coded when coded.dictionary() instanceof BytesVector texts -> {
                for (int i = 0; i < batch.selected(); i++) {
                    int code = coded.codes()[positions[i]];
                    if (code >= 0) bytes += texts.lengths()[code];
                }
            }
            default -> bytes = 16L * batch.selected();
        }
        return bytes;
    }

    /** Charges what belongs to the rows and is kept beside them; false when over the budget. */
    boolean charge(long bytes) {
        charged += bytes;
        return context.charge(bytes);
    }

    static PgException outOfMemory() {
        return new PgException(io.craton.core.error.PgError.error(SqlState.OUT_OF_MEMORY, "out of memory")
                .withDetail("The statement needs more memory than its budget allows.")
                .withHint("Raise craton.statement_memory, for the session, the role or the database."));
    }

    void add(@Nullable Object[] row) {
        for (int i = 0; i < builders.length; i++) if (builders[i] != null || row[i] != null) builder(i).append(row[i]);
        rows++;
        columns = null;
        charged += 32L * builders.length;
        context.retain(32L * builders.length);
    }

    /** The columns of all rows; ends adding. */
    Vector[] columns() {
        if (columns == null) {
            columns = new Vector[builders.length];
            for (int i = 0; i < builders.length; i++) {
                VectorBuilder builder = builders[i];
                if (builder == null) {
                    columns[i] = ConstantVector.of(reprs[i], null, rows);
                    continue;
                }
                columns[i] = builder.build();
            }
        }
        return columns;
    }

    /** A batch of the rows from..from+count. */
    Batch slice(int from, int count) {
        int[] positions = new int[count];
        for (int i = 0; i < count; i++) positions[i] = from + i;
        return new Batch(columns(), rows, positions, count).dense();
    }

    Batch gather(int[] numbers, int count) {
        Vector[] all = columns();
        Vector[] result = new Vector[all.length];
        for (int i = 0; i < all.length; i++) result[i] = all[i].gather(numbers, count);
        return Batch.of(result, count);
    }

    @Nullable Object[] row(int number) {
        Vector[] all = columns();
        Object[] datums = new Object[all.length];
        for (int i = 0; i < all.length; i++) datums[i] = all[i].datum(number);
        return datums;
    }

    /** Gives the memory back to the budget. */
    void release() {
        context.charge(-charged);
        charged = 0;
    }
}
