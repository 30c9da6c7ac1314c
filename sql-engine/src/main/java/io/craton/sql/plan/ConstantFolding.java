package io.craton.sql.plan;

import io.craton.sql.analyze.TreeRewriter;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.Relations;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in place of immutable calls over constants, and comparisons in place of negated ones, so that whoever looks at the tree (estimates, access paths, EXPLAIN)
 * sees them. What fails stays: the error belongs to the row that needs the value, if one does. One planning.
 */
public final class ConstantFolding {
    private final ExpressionCompiler compiler;
    private final TreeRewriter rewriter = new TreeRewriter((node, depth) -> value(node), (node, depth) -> node instanceof Relation.FunctionScan ? node : null);

    /** @param compiler folds what it compiles */
    public ConstantFolding(ExpressionCompiler compiler) {
        this.compiler = compiler;
    }

    public Relation fold(Relation relation) {
        if (!Relations.any(relation, part -> computable(part) || opposite(part) != null)) return relation;
        return rewriter.rewrite(relation, 0);
    }

    /** {@code NOT (a < b)} as {@code a >= b}; null when it is nothing of the kind. */
    private static @Nullable Scalar opposite(Scalar scalar) {
        if (!(scalar instanceof Scalar.Not not) || !(not.argument() instanceof Scalar.Call call) || call.arguments().size() != 2) return null;
        FunctionDef function = ScalarPrinter.negated(call.function());
        return function == null ? null
                : new Scalar.Call(function, call.arguments(), call.type(), call.typmod(), call.collation(), call.position(), call.variadicArray());
    }

    private @Nullable Scalar value(Scalar scalar) {
        Scalar opposite = opposite(scalar);
        if (opposite != null) return rewriter.rewrite(opposite, 0);
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
