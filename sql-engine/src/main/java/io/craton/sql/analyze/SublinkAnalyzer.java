package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;

/** Subqueries in expressions (transformSubLink). One analysis. */
final class SublinkAnalyzer {
    private final Analysis analysis;
    private final ExpressionAnalyzer expressions;
    private final RowComparison rows;

    SublinkAnalyzer(Analysis analysis, ExpressionAnalyzer expressions) {
        this.analysis = analysis;
        this.expressions = expressions;
        this.rows = new RowComparison(analysis);
    }

    Scalar analyze(Expr.SubLink n, Scope scope) {
        String complaint = scope.kind.subqueryError();
        if (complaint != null) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, complaint).withPosition(n.position()).exception();
        }
        Relation relation = analysis.selects.analyze(n.query(), scope.subquery()).relation();
        List<Relation.Field> fields = relation.fields();
        return switch (n.kind()) {
            case EXISTS -> new Scalar.Exists(relation);
            case SCALAR -> {
                checkOne(fields, n.position());
                yield new Scalar.ScalarSubquery(relation, fields.getFirst().type(), fields.getFirst().typmod());
            }
            case ARRAY -> {
                checkOne(fields, n.position());
                PgType element = fields.getFirst().type();
                PgType array = analysis.catalog.arrayType(element);
                if (array == null && element.isArray()) array = element; // int2vector and oidvector are arrays and have array types
                if (array == null) {
                    throw PgError.error(SqlState.UNDEFINED_OBJECT, "could not find array type for data type "
                            + TypeNames.of(element, analysis.catalog)).withPosition(n.position()).exception();
                }
                yield new Scalar.ArraySubquery(relation, array);
            }
            case ANY, ALL -> quantified(n, relation, scope);
        };
    }

    private static void checkOne(List<Relation.Field> fields, int position) {
        if (fields.size() != 1) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "subquery must return only one column").withPosition(position).exception();
        }
    }

    private Scalar quantified(Expr.SubLink n, Relation relation, Scope scope) {
        List<Scalar> left = new ArrayList<>();
        Scalar test = expressions.analyze(n.test(), scope);
        if (n.test() instanceof Expr.RowExpr && test instanceof Scalar.RowValue row) left.addAll(row.fields());
        else left.add(test);
        List<Relation.Field> fields = relation.fields();
        if (left.size() < fields.size()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "subquery has too many columns").withPosition(n.position()).exception();
        }
        if (left.size() > fields.size()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "subquery has too few columns").withPosition(n.position()).exception();
        }
        List<Scalar> right = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            right.add(new Scalar.Column(left.size() + i, fields.get(i).type(), fields.get(i).typmod()));
        }
        List<String> operator = n.operator().isEmpty() ? List.of("=") : n.operator();
        Scalar comparison = rows.compare(operator, left, right, n.position());
        List<Scalar> typedLeft = new ArrayList<>();
        Scalar detached = detach(comparison, typedLeft);
        return new Scalar.QuantifiedSubquery(n.kind() == Expr.SubLinkKind.ALL, typedLeft, relation, detached);
    }

    /** Moves the left operands out into a list; the comparison then refers to them as the first columns of its row. */
    private static Scalar detach(Scalar comparison, List<Scalar> left) {
        return switch (comparison) {
            case Scalar.Call call -> {
                Scalar operand = call.arguments().get(0);
                left.add(operand);
                yield new Scalar.Call(call.function(), List.of(column(left.size() - 1, operand), call.arguments().get(1)), call.type(),
                        call.typmod(), call.collation(), call.position());
            }
            case Scalar.Logical logical -> {
                List<Scalar> parts = new ArrayList<>();
                for (Scalar part : logical.arguments()) parts.add(detach(part, left));
                yield new Scalar.Logical(logical.kind(), parts);
            }
            case Scalar.RowCompare compare -> {
                List<Scalar> columns = new ArrayList<>();
                for (Scalar operand : compare.left()) {
                    left.add(operand);
                    columns.add(column(left.size() - 1, operand));
                }
                yield new Scalar.RowCompare(compare.kind(), columns, compare.right(), compare.less(), compare.equal());
            }
            default -> throw new IllegalStateException("unexpected comparison " + comparison);
        };
    }

    private static Scalar column(int index, Scalar operand) {
        return new Scalar.Column(index, operand.type(), operand.typmod());
    }
}
