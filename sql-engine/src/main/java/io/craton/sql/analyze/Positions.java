package io.craton.sql.analyze;

import io.craton.sql.syntax.Expr;

/** Where an expression begins (exprLocation): an operator's position is its symbol's, but the expression starts at its left operand. */
final class Positions {
    private Positions() {}

    static int of(Expr expr) {
        return switch (expr) {
            case Expr.OperatorCall n -> n.left() == null ? leftmost(n.position(), of(n.right())) : leftmost(of(n.left()), n.position());
            case Expr.BoolExpr n -> leftmost(of(n.arguments().getFirst()), n.position());
            case Expr.NullTest n -> leftmost(of(n.argument()), n.position());
            case Expr.BooleanTest n -> leftmost(of(n.argument()), n.position());
            case Expr.TypeCast n -> leftmost(leftmost(of(n.argument()), n.type().position()), n.position());
            case Expr.Like n -> leftmost(of(n.argument()), n.position());
            case Expr.Between n -> leftmost(of(n.argument()), n.position());
            case Expr.InList n -> leftmost(of(n.argument()), n.position());
            case Expr.DistinctFrom n -> leftmost(of(n.left()), n.position());
            case Expr.QuantifiedComparison n -> leftmost(of(n.left()), n.position());
            case Expr.Indirection n -> of(n.argument());
            case Expr.Collate n -> of(n.argument());
            case Expr.SubLink n -> n.test() == null ? n.position() : leftmost(of(n.test()), n.position());
            case Expr.FunctionCall n -> {
                int position = n.position();
                for (Expr argument : n.arguments()) position = leftmost(position, of(argument));
                yield position;
            }
            default -> expr.position();
        };
    }

    private static int leftmost(int left, int right) {
        if (left == 0) return right;
        return right == 0 ? left : Math.min(left, right);
    }
}
