package io.craton.sql.plan;

import io.craton.sql.analyze.TreeRewriter;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.Relations;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in place of immutable calls over constants, so that whoever looks at the tree (estimates, access paths, EXPLAIN) sees them. What fails stays: the error
 * belongs to the row that needs the value, if one does. One planning.
 */
public final class ConstantFolding {
    private final ExpressionCompiler compiler;

    /** @param compiler folds what it compiles */
    public ConstantFolding(ExpressionCompiler compiler) {
        this.compiler = compiler;
    }

    public Relation fold(Relation relation) {
        if (!Relations.any(relation, ConstantFolding::computable)) return relation;
        return new TreeRewriter((node, depth) -> value(node), (node, depth) -> node instanceof Relation.FunctionScan ? node : null).rewrite(relation, 0);
    }

    private @Nullable Scalar value(Scalar scalar) {
        if (!computable(scalar)) return null;
        Evaluator evaluator = compiler.compile(scalar);
        return evaluator.constant() == null ? null : new Scalar.Constant(evaluator.constant().value(), scalar.type(), scalar.typmod());
    }

    /** More than a constant, and made of constants alone. */
    private static boolean computable(Scalar scalar) {
        return switch (scalar) {
            case Scalar.Call call -> call.function().volatility() == 'i' && !call.function().returnsSet() && !call.function().routine()
                    && call.arguments().stream().allMatch(ConstantFolding::known);
            case Scalar.ArrayValue array -> array.elements().stream().allMatch(ConstantFolding::known);
            case Scalar.Relabel relabel -> computable(relabel.argument());
            default -> false;
        };
    }

    private static boolean known(Scalar scalar) {
        return scalar instanceof Scalar.Constant || scalar instanceof Scalar.Relabel relabel && known(relabel.argument()) || computable(scalar);
    }
}
