package io.craton.sql.analyze;

import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;

/** Whether an item of FROM could refer to items on its left, by its form alone: then they need a {@link RowFrame} of their own. */
final class Laterals {
    private Laterals() {}

    static boolean possible(FromItem item) {
        return switch (item) {
            case FromItem.RelationItem relation -> false;
            case FromItem.SubqueryItem subquery -> subquery.lateral();
            case FromItem.XmlTableItem xml -> true;
            case FromItem.JoinItem join -> possible(join.left()) || possible(join.right());
            case FromItem.FunctionItem function -> {
                for (FromItem.FunctionSource source : function.functions()) if (!constant(source.function())) yield true;
                yield false;
            }
        };
    }

    /** A call over nothing but literals and parameters. */
    private static boolean constant(Expr expr) {
        return switch (expr) {
            case Expr.Literal literal -> true;
            case Expr.ParamRef parameter -> true;
            case Expr.CurrentValue value -> true;
            case Expr.TypeCast cast -> constant(cast.argument());
            case Expr.ArrayExpr array -> array.elements().stream().allMatch(Laterals::constant);
            case Expr.OperatorCall call -> (call.left() == null || constant(call.left())) && constant(call.right());
            case Expr.FunctionCall call -> call.arguments().stream().allMatch(Laterals::constant);
            default -> false;
        };
    }
}
