package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.SortKey;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** LIMIT, OFFSET and FETCH (transformLimitClause). Immutable. */
record LimitClause(@Nullable Scalar offset, @Nullable Scalar count, boolean withTies) {
    private static final LimitClause NONE = new LimitClause(null, null, false);

    static LimitClause analyze(SelectStatement.@Nullable Limit limit, Scope scope, Analysis analysis) {
        if (limit == null) return NONE;
        Scalar offset = bound(limit.offset(), ExpressionKind.OFFSET, scope, analysis);
        Scalar count = bound(limit.count(), ExpressionKind.LIMIT, scope, analysis);
        if (limit.withTies() && limit.count() instanceof Expr.NullLiteral) {
            throw PgError.error(SqlState.INVALID_ROW_COUNT_IN_LIMIT_CLAUSE,
                    "row count cannot be null in FETCH FIRST ... WITH TIES clause").exception();
        }
        return new LimitClause(offset, count, limit.withTies());
    }

    private static @Nullable Scalar bound(@Nullable Expr expr, ExpressionKind kind, Scope scope, Analysis analysis) {
        if (expr == null) return null;
        Scalar value = analysis.expressions.analyze(expr, scope, kind);
        int position = Positions.of(expr);
        value = analysis.coercions.toSpecific(value, PgTypes.INT8, kind.clause(), position);
        if (ContainsColumns.in(value)) {
            throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, "argument of " + kind.clause() + " must not contain variables")
                    .withPosition(position).exception();
        }
        if (analysis.findings != null) analysis.findings.clause(expr, value);
        return value;
    }

    boolean present() {
        return offset != null || count != null;
    }

    Relation apply(Relation relation, List<SortKey> keys) {
        return offset == null && count == null ? relation
                : new Relation.Limit(relation, offset, count, withTies, withTies ? keys : List.of());
    }
}
