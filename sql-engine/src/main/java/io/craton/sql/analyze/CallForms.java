package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.function.AggregateRow;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.syntax.Expr;
import org.jspecify.annotations.Nullable;

/** Whether the clauses of a call (star, DISTINCT, ORDER BY, WITHIN GROUP, FILTER, OVER) suit the kind of function that it turned out to be. */
final class CallForms {
    private CallForms() {}

    static void check(Expr.FunctionCall n, FunctionDef function, CatalogView catalog) {
        String name = String.join(".", n.name());
        switch (function.kind()) {
            case 'a' -> aggregate(n, name, catalog.aggregate(function.oid()));
            case 'w' -> {
                if (n.over() == null) wrong("window function " + name + " requires an OVER clause", n);
                if (n.withinGroup()) wrong("window function " + name + " cannot have WITHIN GROUP", n);
            }
            default -> {
                if (n.star()) wrong(name + "(*) specified, but " + name + " is not an aggregate function", n);
                if (n.distinct()) wrong("DISTINCT specified, but " + name + " is not an aggregate function", n);
                if (n.withinGroup()) wrong("WITHIN GROUP specified, but " + name + " is not an aggregate function", n);
                if (!n.orderBy().isEmpty()) wrong("ORDER BY specified, but " + name + " is not an aggregate function", n);
                if (n.filter() != null) wrong("FILTER specified, but " + name + " is not an aggregate function", n);
                if (n.over() != null) {
                    wrong("OVER specified, but " + name + " is not a window function nor an aggregate function", n);
                }
            }
        }
        if (function.kind() == 'w' || n.over() != null) window(n, name, function);
    }

    private static void aggregate(Expr.FunctionCall n, String name, @Nullable AggregateRow row) {
        boolean ordered = row != null && row.kind() != 'n';
        if (ordered && !n.withinGroup()) wrong("WITHIN GROUP is required for ordered-set aggregate " + name, n);
        if (ordered && n.over() != null) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "OVER is not supported for ordered-set aggregate " + name)
                    .withPosition(n.position()).exception();
        }
        if (!ordered && n.withinGroup()) {
            wrong(name + " is not an ordered-set aggregate, so it cannot have WITHIN GROUP", n);
        }
        if (n.arguments().isEmpty() && !n.star() && !n.withinGroup()) {
            wrong(name + "(*) must be used to call a parameterless aggregate function", n);
        }
    }

    private static void window(Expr.FunctionCall n, String name, FunctionDef function) {
        if (n.distinct()) unsupported("DISTINCT is not implemented for window functions", n);
        if (function.kind() == 'w' && n.star()) wrong(name + "(*) must be used to call a parameterless aggregate function", n);
        if (!n.orderBy().isEmpty() && !n.withinGroup()) unsupported("aggregate ORDER BY is not implemented for window functions", n);
        if (n.filter() != null && function.kind() != 'a') {
            unsupported("FILTER is not implemented for non-aggregate window functions", n);
        }
    }

    private static void unsupported(String message, Expr.FunctionCall n) {
        throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, message).withPosition(n.position()).exception();
    }

    private static void wrong(String message, Expr.FunctionCall n) {
        throw PgError.error(SqlState.WRONG_OBJECT_TYPE, message).withPosition(n.position()).exception();
    }
}
