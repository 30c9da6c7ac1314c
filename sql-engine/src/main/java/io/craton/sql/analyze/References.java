package io.craton.sql.analyze;

import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a raw query names a WITH query in its FROM clauses, subqueries included; inner WITH queries of the same name hide it. */
final class References {
    private References() {}

    static boolean to(String name, SelectStatement query) {
        return position(name, query) > 0;
    }

    /** Position of the first reference, 0 when there is none. */
    static int position(String name, @Nullable SelectStatement query) {
        if (query == null) return 0;
        if (query.with() != null) {
            for (SelectStatement.CommonTable table : query.with().tables()) {
                Statement.Optimizable inner = table.query();
                int found = inner instanceof SelectStatement select ? position(name, select) : 0;
                if (found > 0) return found;
                if (table.name().equals(name)) return 0;
            }
        }
        return switch (query.body()) {
            case SelectStatement.SetOperationBody body -> first(position(name, body.left()), position(name, body.right()));
            case SelectStatement.ValuesBody body -> {
                int found = 0;
                for (List<Expr> row : body.rows()) for (Expr expr : row) found = first(found, inExpr(name, expr));
                yield found;
            }
            case SelectStatement.SelectBody body -> {
                int found = 0;
                for (FromItem item : body.from()) found = first(found, inFrom(name, item));
                for (SelectStatement.Target target : body.targets()) found = first(found, inExpr(name, target.value()));
                found = first(found, inExpr(name, body.where()));
                yield first(found, inExpr(name, body.having()));
            }
        };
    }

    private static int first(int left, int right) {
        return left > 0 ? left : right;
    }

    private static int inFrom(String name, FromItem item) {
        return switch (item) {
            case FromItem.RelationItem relation -> relation.relation().parts().size() == 1 && relation.relation().name().equals(name)
                    ? Math.max(1, relation.position()) : 0;
            case FromItem.SubqueryItem subquery -> position(name, subquery.query());
            case FromItem.JoinItem join -> first(first(inFrom(name, join.left()), inFrom(name, join.right())), inExpr(name, join.condition()));
            case FromItem.FunctionItem function -> {
                int found = 0;
                for (FromItem.FunctionSource source : function.functions()) found = first(found, inExpr(name, source.function()));
                yield found;
            }
            case FromItem.XmlTableItem xml -> 0;
        };
    }

    private static int inExpr(String name, @Nullable Expr expr) {
        if (expr == null) return 0;
        return switch (expr) {
            case Expr.SubLink link -> first(position(name, link.query()), inExpr(name, link.test()));
            case Expr.OperatorCall n -> first(inExpr(name, n.left()), inExpr(name, n.right()));
            case Expr.BoolExpr n -> any(name, n.arguments());
            case Expr.Not n -> inExpr(name, n.argument());
            case Expr.NullTest n -> inExpr(name, n.argument());
            case Expr.BooleanTest n -> inExpr(name, n.argument());
            case Expr.FunctionCall n -> first(any(name, n.arguments()), inExpr(name, n.filter()));
            case Expr.TypeCast n -> inExpr(name, n.argument());
            case Expr.Collate n -> inExpr(name, n.argument());
            case Expr.Coalesce n -> any(name, n.arguments());
            case Expr.MinMax n -> any(name, n.arguments());
            case Expr.NullIf n -> first(inExpr(name, n.left()), inExpr(name, n.right()));
            case Expr.DistinctFrom n -> first(inExpr(name, n.left()), inExpr(name, n.right()));
            case Expr.Like n -> first(inExpr(name, n.argument()), inExpr(name, n.pattern()));
            case Expr.Between n -> first(inExpr(name, n.argument()), first(inExpr(name, n.low()), inExpr(name, n.high())));
            case Expr.InList n -> first(inExpr(name, n.argument()), any(name, n.items()));
            case Expr.QuantifiedComparison n -> first(inExpr(name, n.left()), inExpr(name, n.array()));
            case Expr.ArrayExpr n -> any(name, n.elements());
            case Expr.RowExpr n -> any(name, n.fields());
            case Expr.Indirection n -> inExpr(name, n.argument());
            case Expr.NamedArgument n -> inExpr(name, n.value());
            case Expr.Case n -> {
                int found = first(inExpr(name, n.operand()), inExpr(name, n.otherwise()));
                for (Expr.When when : n.whens()) found = first(found, first(inExpr(name, when.condition()), inExpr(name, when.result())));
                yield found;
            }
            default -> 0;
        };
    }

    private static int any(String name, List<Expr> expressions) {
        int found = 0;
        for (Expr expr : expressions) found = first(found, inExpr(name, expr));
        return found;
    }
}
