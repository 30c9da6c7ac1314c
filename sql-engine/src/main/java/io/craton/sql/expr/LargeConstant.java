package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.Footprint;
import io.craton.core.type.PgArray;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** A value of constants alone that is too large for plans, which are kept: it is there while somebody uses it, and computed again for who comes later. */
final class LargeConstant extends Evaluator {
    private static final long BYTES_MAX = 64 << 10;
    /** Lists of keys are looked at when a plan is made. */
    private static final long ARRAY_BYTES_MAX = 1 << 20;

    private final Evaluator source;
    private volatile WeakReference<Vector> kept;

    LargeConstant(Evaluator source, Object value) {
        super(source.type());
        this.source = source;
        this.kept = new WeakReference<>(vectorOf(value));
    }

    static boolean isLarge(@Nullable Object value) {
        return Footprint.of(value) > (value instanceof PgArray ? ARRAY_BYTES_MAX : BYTES_MAX);
    }

    private Vector vectorOf(@Nullable Object value) {
        VectorBuilder builder = VectorBuilder.of(type().repr(), 1);
        builder.append(value);
        return builder.build();
    }

    private Vector single(Scope scope) {
        Vector known = kept.get();
        if (known != null) return known;
        Vector again = vectorOf(source.value(scope, RowView.EMPTY));
        kept = new WeakReference<>(again);
        return again;
    }

    @Override
    public @Nullable Object value(Scope scope, RowView row) {
        return single(scope).datum(0);
    }

    @Override
    public Vector vector(Scope scope, Batch batch) {
        return new ConstantVector(single(scope), batch.rows());
    }
}
