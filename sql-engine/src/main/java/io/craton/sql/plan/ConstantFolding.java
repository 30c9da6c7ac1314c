package io.craton.sql.plan;

import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.TreeRewriter;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.Relations;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in place of immutable calls over constants, comparisons in place of negated ones, and leaves out conditions that are decided, so that whoever looks at the tree (estimates, access paths, EXPLAIN)
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
        if (!Relations.any(relation, part -> computable(part) || opposite(part) != null || nullTest(part) != null || part instanceof Scalar.Logical logical
                && logical.arguments().stream().anyMatch(Scalar.Constant.class::isInstance))) return relation;
        return rewriter.rewrite(relation, 0);
    }

    Scalar fold(Scalar scalar) {
        return rewriter.rewrite(scalar, 0);
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
        if (scalar instanceof Scalar.Logical logical) return simplified(logical);
        if (nullTest(scalar) != null) return nullTest(scalar);
        if (!computable(scalar)) return null;
        Evaluator evaluator = compiler.compile(scalar);
        return evaluator.constant() == null ? null : new Scalar.Constant(evaluator.constant().value(), scalar.type(), scalar.typmod());
    }

    /** A part that decides makes the whole; parts that decide nothing go. */
    private Scalar simplified(Scalar.Logical logical) {
        Boolean deciding = logical.kind() == Scalar.Logic.OR;
        List<Scalar> parts = new ArrayList<>();
        for (Scalar argument : logical.arguments()) {
            Scalar part = rewriter.rewrite(argument, 0);
            if (part instanceof Scalar.Constant constant && deciding.equals(constant.value())) return part;
            if (!(part instanceof Scalar.Constant constant) || constant.value() == null) parts.add(part);
        }
        return switch (parts.size()) {
            case 0 -> new Scalar.Constant(!deciding, PgTypes.BOOL, -1);
            case 1 -> parts.getFirst();
            default -> new Scalar.Logical(logical.kind(), parts);
        };
    }

    /** IS NULL of a constant, which is no row; null for all else. */
    private static @Nullable Scalar nullTest(Scalar scalar) {
        if (!(scalar instanceof Scalar.IsNull test) || !(test.argument() instanceof Scalar.Constant constant)) return null;
        boolean row = constant.type().kind() == 'c' || constant.type().oid() == TypeOid.RECORD;
        return row ? null : new Scalar.Constant(constant.value() == null != test.negated(), PgTypes.BOOL, -1);
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
