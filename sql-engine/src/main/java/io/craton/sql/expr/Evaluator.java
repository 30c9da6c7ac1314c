package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.PgType;
import org.jspecify.annotations.Nullable;

/**
 * A compiled expression. Stateless and shared. {@link #value} is the scalar twin, {@link #vector} the batch form; both give the same values and
 * the same errors, and errors belong to selected rows only.
 */
public abstract class Evaluator {
    private final PgType type;

    protected Evaluator(PgType type) {
        this.type = type;
    }

    public final PgType type() {
        return type;
    }

    /** The value for one row. */
    public abstract @Nullable Object value(Scope scope, RowView row);

    /** Values for the batch's selected positions, at the same positions; other positions hold anything. */
    public Vector vector(Scope scope, Batch batch) {
        VectorBuilder builder = VectorBuilder.of(type.repr(), batch.rows());
        RowView.OfBatch row = new RowView.OfBatch(batch);
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) {
            while (builder.length() < positions[i]) builder.appendNull();
            row.position = positions[i];
            builder.append(value(scope, row));
        }
        while (builder.length() < batch.rows()) builder.appendNull();
        return builder.build();
    }

    /** For boolean expressions: writes the selected positions for which it is true and returns their number. */
    public int select(Scope scope, Batch batch, int[] result) {
        Vector vector = vector(scope, batch);
        int[] positions = batch.positions();
        int count = 0;
        for (int i = 0; i < batch.selected(); i++) {
            int row = positions[i];
            if (!vector.isNull(row) && vector.longAt(row) != 0) result[count++] = row;
        }
        return count;
    }

    /** The value when it is the same for all rows and times, else null. */
    public @Nullable ConstantEvaluator constant() {
        return null;
    }
}
