package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.error.PgException;
import io.craton.core.type.PgType;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Kernels;
import io.craton.sql.function.ScalarKernel;
import org.jspecify.annotations.Nullable;

/** A function call through its scalar kernel: the road that every function can take. */
final class CallEvaluator extends Evaluator {
    private final ScalarKernel kernel;
    private final CallInfo info;
    private final Evaluator[] arguments;
    private final boolean strict;

    CallEvaluator(PgType type, ScalarKernel kernel, CallInfo info, Evaluator[] arguments) {
        super(type);
        this.kernel = kernel;
        this.info = info;
        this.arguments = arguments;
        this.strict = info.function().strict();
    }

    static ScalarKernel kernel(Kernels kernels, FunctionDef function) {
        ScalarKernel kernel = kernels.scalar(function);
        if (kernel == null) throw PgException.notSupported("function " + function.name());
        return kernel;
    }

    @Override
    public @Nullable Object value(Scope scope, RowView row) {
        Object[] values = new Object[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments[i].value(scope, row);
            if (strict && values[i] == null) return null;
        }
        return kernel.apply(scope.context(), info, values);
    }

    @Override
    public Vector vector(Scope scope, Batch batch) {
        Vector[] inputs = new Vector[arguments.length];
        for (int i = 0; i < inputs.length; i++) inputs[i] = arguments[i].vector(scope, batch);
        VectorBuilder builder = VectorBuilder.of(type().repr(), batch.rows());
        int[] positions = batch.positions();
        rows:
        for (int i = 0; i < batch.selected(); i++) {
            int row = positions[i];
            while (builder.length() < row) builder.appendNull();
            Object[] values = new Object[inputs.length];
            for (int k = 0; k < inputs.length; k++) {
                values[k] = inputs[k].datum(row);
                if (strict && values[k] == null) {
                    builder.appendNull();
                    continue rows;
                }
            }
            builder.append(kernel.apply(scope.context(), info, values));
        }
        while (builder.length() < batch.rows()) builder.appendNull();
        return builder.build();
    }
}
