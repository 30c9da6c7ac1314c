package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SelectStatement.SelectBody;
import io.craton.sql.syntax.Statement;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The door for texts inside routines: statements that see variables, expressions, assignments. Stateless; safe for all threads. */
public final class RoutineAnalyzer {
    private RoutineAnalyzer() {}

    /** An expression of a routine. */
    public sealed interface Expression {
        PgType type();

        int typmod();

        /** Needs no rows: a scalar over parameters. */
        record Value(Scalar scalar) implements Expression {
            @Override
            public PgType type() {
                return scalar.type();
            }

            @Override
            public int typmod() {
                return scalar.typmod();
            }
        }

        /** The first column of a query's only row. */
        record Rows(AnalyzedStatement.Query query) implements Expression {
            @Override
            public PgType type() {
                return query.columns().isEmpty() ? io.craton.core.type.PgTypes.UNKNOWN : query.columns().getFirst().type();
            }

            @Override
            public int typmod() {
                return query.columns().isEmpty() ? -1 : query.columns().getFirst().typmod();
            }
        }
    }

    /** Where a value goes: a type, or part of a value of that type, whose present state {@code old} is. */
    public record Target(String name, PgType type, int typmod, List<Expr.Step> steps, @Nullable Scalar old) {
        public Target {
            steps = List.copyOf(steps);
        }
    }

    public static AnalyzedStatement analyze(Statement statement, CatalogView catalog, Variables variables) {
        return StatementAnalyzer.analyze(statement, catalog, List.of(), variables);
    }

    /** @param target null: as it is */
    public static Expression expression(SelectStatement select, CatalogView catalog, Variables variables, @Nullable Target target) {
        Expr single = single(select);
        if (single != null) {
            Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
            analysis.variables = variables;
            Scope scope = new Scope(analysis, null, null);
            Scalar value = analysis.expressions.analyze(single, scope, ExpressionKind.SELECT_TARGET);
            boolean plain = analysis.accesses.isEmpty() && scope.aggregates.isEmpty() && scope.windows.isEmpty() && scope.groupings.isEmpty() && !scope.sets
                    && !io.craton.sql.expr.Scalars.hasSubquery(value);
            if (plain) {
                int position = Positions.of(single);
                return new Expression.Value(target == null ? analysis.coercions.resolveUnknown(value, position)
                        : coerced(value, target, analysis, scope, position));
            }
        }
        AnalyzedStatement.Query query = StatementAnalyzer.query(select, catalog, List.of(), null, variables);
        if (target == null || query.columns().size() != 1) return new Expression.Rows(query);
        Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
        analysis.variables = variables;
        Relation.Field field = query.columns().getFirst();
        Scalar value = coerced(new Scalar.Column(0, field.type(), field.typmod()), target, analysis, new Scope(analysis, null, null), 0);
        Relation.Field result = new Relation.Field(field.name(), value.type(), value.typmod());
        Relation relation = new Relation.Project(query.relation(), List.of(value), List.of(result));
        return new Expression.Rows(new AnalyzedStatement.Query(query.tag(), relation, List.of(result), true, query.readOnly(),
                query.parameterTypes(), query.accesses(), query.momentary()));
    }

    /** A value of one type as a value of another, by the rules of assignment in routines. {@code value} is a parameter or the like. */
    public static Scalar assignment(Scalar value, PgType type, int typmod, CatalogView catalog) {
        Analysis analysis = new Analysis(catalog, List.of(), new BitSet());
        return coerced(value, new Target("", type, typmod, List.of(), null), analysis, new Scope(analysis, null, null), 0);
    }

    /** Whether a value of one type may be assigned where another is declared. */
    public static boolean assignable(PgType from, PgType to, CatalogView catalog) {
        return catalog.rules().canCoerce(from, to, CoercionContext.ASSIGNMENT);
    }

    private static Scalar coerced(Scalar value, Target target, Analysis analysis, Scope scope, int position) {
        if (!target.steps.isEmpty()) {
            return analysis.expressions.indirections().assign(java.util.Objects.requireNonNull(target.old), target.type, target.steps, 0, value,
                    position, target.name, scope, position);
        }
        PgType base = analysis.catalog.baseType(target.type);
        boolean composite = base.kind() == 'c' || base.oid() == TypeOid.RECORD;
        boolean checked = target.type.kind() == 'd' && value.type().oid() == base.oid();
        if (composite && !checked && analysis.catalog.cast(value.type().oid(), base.oid()) == null) return analysis.coercions.resolveUnknown(value, position);
        Scalar result = analysis.coercions.toTarget(value, target.type, target.typmod, CoercionContext.PLPGSQL, position);
        if (result != null) return result;
        throw PgError.error(SqlState.DATATYPE_MISMATCH, "variable \"" + target.name + "\" is of type "
                        + TypeNames.of(target.type, analysis.catalog) + " but expression is of type " + TypeNames.of(value.type(), analysis.catalog))
                .withHint("You will need to rewrite or cast the expression.").withPosition(position).exception();
    }

    /** The expression of a SELECT that has nothing else. */
    private static @Nullable Expr single(SelectStatement select) {
        boolean bare = select.with() == null && select.orderBy().isEmpty() && select.limit() == null && select.locking().isEmpty()
                && select.body() instanceof SelectBody body && body.targets().size() == 1 && body.from().isEmpty() && body.where() == null
                && body.groupBy() == null && body.having() == null && body.windows().isEmpty() && body.distinct() == SelectStatement.DistinctKind.ALL && body.distinctOn().isEmpty();
        if (!bare) return null;
        Expr value = ((SelectBody) select.body()).targets().getFirst().value();
        if (value instanceof Expr.Star) return null;
        return value instanceof Expr.Indirection indirection && indirection.steps().getLast() instanceof Expr.StarStep ? null : value;
    }
}
