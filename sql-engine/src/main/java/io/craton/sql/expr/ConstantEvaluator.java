package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.PgType;
import org.jspecify.annotations.Nullable;

/** A value known when the plan was made. */
public final class ConstantEvaluator extends Evaluator {
    private final @Nullable Object value;
    private final Vector single;

    public ConstantEvaluator(PgType type, @Nullable Object value) {
        super(type);
        this.value = value;
        VectorBuilder builder = VectorBuilder.of(type.repr(), 1);
        builder.append(value);
        this.single = builder.build();
    }

    public @Nullable Object value() {
        return value;
    }

    @Override
    public @Nullable Object value(Scope scope, RowView row) {
        return value;
    }

    @Override
    public Vector vector(Scope scope, Batch batch) {
        return new ConstantVector(single, batch.rows());
    }

    @Override
    public ConstantEvaluator constant() {
        return this;
    }
}
