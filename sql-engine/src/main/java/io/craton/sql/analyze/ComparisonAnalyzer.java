package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;

/** Operators and the comparison forms: rows, DISTINCT FROM, NULLIF, BETWEEN, IN, ANY and ALL over arrays. One analysis. */
final class ComparisonAnalyzer {
    private final Analysis analysis;
    private final ExpressionAnalyzer expressions;
    private final RowComparison rows;

    ComparisonAnalyzer(Analysis analysis, ExpressionAnalyzer expressions) {
        this.analysis = analysis;
        this.expressions = expressions;
        this.rows = new RowComparison(analysis);
    }

    Scalar operator(Expr.OperatorCall n, Scope scope) {
        if (n.left() == null) {
            Scalar right = expressions.analyze(n.right(), scope);
            if (n.operator().size() == 1 && n.operator().getFirst().equals("-") && right instanceof Scalar.Constant constant) {
                Scalar negated = negated(constant);
                if (negated != null) return negated;
            }
            return analysis.operators.call(n.operator(), null, 0, right, Positions.of(n.right()), n.position());
        }
        if (analysis.catalog.nullEquals() && n.operator().equals(List.of("="))) {
            Expr tested = n.left() instanceof Expr.NullLiteral ? n.right() : n.right() instanceof Expr.NullLiteral ? n.left() : null;
            if (tested != null) return expressions.analyze(new Expr.NullTest(tested, false, n.position()), scope);
        }
        if (n.left() instanceof Expr.RowExpr && n.right() instanceof Expr.SubLink link && link.kind() == Expr.SubLinkKind.SCALAR) {
            return expressions.analyze(new Expr.SubLink(Expr.SubLinkKind.ANY, n.left(), n.operator(), link.query(), n.position()), scope);
        }
        Scalar left = expressions.analyze(n.left(), scope);
        Scalar right = expressions.analyze(n.right(), scope);
        if (n.left() instanceof Expr.RowExpr && n.right() instanceof Expr.RowExpr
                && left instanceof Scalar.RowValue l && right instanceof Scalar.RowValue r) {
            return rows.compare(n.operator(), l.fields(), fieldPositions(n.left(), l), r.fields(), fieldPositions(n.right(), r), n.position());
        }
        return analysis.operators.call(n.operator(), left, Positions.of(n.left()), right, Positions.of(n.right()), n.position());
    }

    /** Where a row's fields are written; unknown when t.* inside it was expanded. */
    private static int[] fieldPositions(Expr source, Scalar.RowValue row) {
        return source instanceof Expr.RowExpr written && written.fields().size() == row.fields().size()
                ? ExpressionAnalyzer.positions(written.fields()) : new int[row.fields().size()];
    }

    /** A minus before a number is part of it: the parser of PostgreSQL does the same. */
    private static Scalar negated(Scalar.Constant constant) {
        if (constant.value() instanceof Long value && (constant.type().oid() == TypeOid.INT4 || constant.type().oid() == TypeOid.INT8)) {
            if (constant.type().oid() == TypeOid.INT8 && value == 2147483648L) {
                return new Scalar.Constant(-value, PgTypes.INT4, -1);
            }
            return value == Long.MIN_VALUE || constant.type().oid() == TypeOid.INT4 && value == Integer.MIN_VALUE ? null
                    : new Scalar.Constant(-value, constant.type(), -1);
        }
        return null;
    }

    Scalar distinct(Expr.DistinctFrom n, Scope scope) {
        if (n.right() instanceof Expr.NullLiteral) {
            return new Scalar.IsNull(expressions.analyze(n.left(), scope), !n.negated());
        }
        if (n.left() instanceof Expr.NullLiteral) {
            return new Scalar.IsNull(expressions.analyze(n.right(), scope), !n.negated());
        }
        Scalar left = expressions.analyze(n.left(), scope);
        Scalar right = expressions.analyze(n.right(), scope);
        if (n.left() instanceof Expr.RowExpr && n.right() instanceof Expr.RowExpr
                && left instanceof Scalar.RowValue l && right instanceof Scalar.RowValue r) {
            return rows.distinct(l.fields(), r.fields(), n.negated(), n.position());
        }
        return distinct(left, Positions.of(n.left()), right, Positions.of(n.right()), n.negated(), "IS DISTINCT FROM", n.position());
    }

    private Scalar distinct(Scalar left, int leftPosition, Scalar right, int rightPosition, boolean negated, String construct, int position) {
        Scalar.Call equal = equality(left, leftPosition, right, rightPosition, construct, position);
        return new Scalar.Distinct(equal.function(), equal.arguments().get(0), equal.arguments().get(1), negated);
    }

    private Scalar.Call equality(Scalar left, int leftPosition, Scalar right, int rightPosition, String construct, int position) {
        Scalar equal = analysis.operators.call(List.of("="), left, leftPosition, right, rightPosition, position);
        if (equal.type().oid() != TypeOid.BOOL) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, construct + " requires = operator to yield boolean")
                    .withPosition(position).exception();
        }
        return (Scalar.Call) equal;
    }

    Scalar nullIf(Expr.NullIf n, Scope scope) {
        Scalar left = expressions.analyze(n.left(), scope);
        Scalar right = expressions.analyze(n.right(), scope);
        Scalar.Call equal = equality(left, Positions.of(n.left()), right, Positions.of(n.right()), "NULLIF", n.position());
        Scalar first = equal.arguments().get(0);
        return new Scalar.NullIf(equal.function(), first, equal.arguments().get(1), first.type(), first.typmod());
    }

    /** BETWEEN is two comparisons; the argument appears twice, as in PostgreSQL's own tree. */
    Scalar between(Expr.Between n, Scope scope) {
        Expr plain = both(n, n.low(), n.high());
        Expr whole = plain;
        if (n.symmetric()) {
            whole = new Expr.BoolExpr(n.negated() ? Expr.Junction.AND : Expr.Junction.OR,
                    List.of(plain, both(n, n.high(), n.low())), n.position());
        }
        return expressions.analyze(whole, scope);
    }

    private static Expr both(Expr.Between n, Expr low, Expr high) {
        Expr first = new Expr.OperatorCall(List.of(n.negated() ? "<" : ">="), n.argument(), low, n.position());
        Expr second = new Expr.OperatorCall(List.of(n.negated() ? ">" : "<="), n.argument(), high, n.position());
        return new Expr.BoolExpr(n.negated() ? Expr.Junction.OR : Expr.Junction.AND, List.of(first, second), n.position());
    }

    /** IN (list): items without columns become one = ANY(array), the others comparisons of their own (transformAExprIn). */
    Scalar in(Expr.InList n, Scope scope) {
        String operator = n.negated() ? "<>" : "=";
        Scalar left = expressions.analyze(n.argument(), scope);
        int leftPosition = Positions.of(n.argument());
        List<Scalar> constants = new ArrayList<>();
        List<Expr> constantSources = new ArrayList<>();
        List<Scalar> others = new ArrayList<>();
        List<Expr> otherSources = new ArrayList<>();
        for (Expr item : n.items()) {
            Scalar value = expressions.analyze(item, scope);
            if (ContainsColumns.in(value)) {
                others.add(value);
                otherSources.add(item);
            } else {
                constants.add(value);
                constantSources.add(item);
            }
        }
        Scalar result = null;
        if (constants.size() > 1) {
            List<Scalar> candidates = new ArrayList<>();
            candidates.add(left);
            candidates.addAll(constants);
            PgType type = CommonTypes.select(candidates, new int[candidates.size()], null, analysis.rules, analysis.catalog);
            PgType array = type == null || type.oid() == TypeOid.RECORD ? null : analysis.catalog.arrayType(type);
            if (array != null && rowless(constants)) {
                List<Scalar> typed = new ArrayList<>();
                for (int i = 0; i < constants.size(); i++) {
                    typed.add(analysis.coercions.toCommon(constants.get(i), type, "IN", Positions.of(constantSources.get(i))));
                }
                result = anyAll(List.of(operator), n.negated(), left, leftPosition,
                        new Scalar.ArrayValue(typed, false, array), 0, n.position());
            } else {
                others.addAll(0, constants);
                otherSources.addAll(0, constantSources);
            }
        } else if (!constants.isEmpty()) {
            others.addFirst(constants.getFirst());
            otherSources.addFirst(constantSources.getFirst());
        }
        List<Scalar> parts = new ArrayList<>();
        if (result != null) parts.add(result);
        for (int i = 0; i < others.size(); i++) {
            Scalar other = others.get(i);
            Scalar comparison;
            if (n.argument() instanceof Expr.RowExpr && otherSources.get(i) instanceof Expr.RowExpr
                    && left instanceof Scalar.RowValue l && other instanceof Scalar.RowValue r) {
                comparison = rows.compare(List.of(operator), l.fields(), fieldPositions(n.argument(), l), r.fields(),
                        fieldPositions(otherSources.get(i), r), n.position());
            } else {
                comparison = analysis.operators.call(List.of(operator), left, leftPosition, other, Positions.of(otherSources.get(i)),
                        n.position());
            }
            parts.add(analysis.coercions.toBoolean(comparison, "IN", Positions.of(n)));
        }
        return parts.size() == 1 ? parts.getFirst()
                : new Scalar.Logical(n.negated() ? Scalar.Logic.AND : Scalar.Logic.OR, parts);
    }

    private static boolean rowless(List<Scalar> scalars) {
        for (Scalar scalar : scalars) if (scalar instanceof Scalar.RowValue) return false;
        return true;
    }

    Scalar anyAll(Expr.QuantifiedComparison n, Scope scope) {
        return anyAll(n.operator(), n.all(), expressions.analyze(n.left(), scope), Positions.of(n.left()),
                expressions.analyze(n.array(), scope), Positions.of(n.array()), n.position());
    }

    /** make_scalar_array_op. */
    Scalar anyAll(List<String> name, boolean all, Scalar left, int leftPosition, Scalar array, int arrayPosition, int position) {
        CatalogView catalog = analysis.catalog;
        PgType element;
        if (array.type().oid() == TypeOid.UNKNOWN) {
            element = PgTypes.UNKNOWN;
        } else {
            element = catalog.elementType(catalog.baseType(array.type()));
            if (element == null && (array.type().oid() == TypeOid.INT2VECTOR || array.type().oid() == TypeOid.OIDVECTOR)) {
                element = catalog.type(array.type().elementOid());
            }
            if (element == null) {
                throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "op ANY/ALL (array) requires array on right side")
                        .withPosition(position).exception();
            }
        }
        OperatorDef operator = analysis.operators.infix(name, left.type(), element, position);
        FunctionDef function = analysis.operators.function(operator, position);
        int[] declared = {operator.left(), operator.right()};
        int result = analysis.rules.polymorphism().resolve(List.of(left.type(), element), declared, operator.result(), false);
        if (result != TypeOid.BOOL) {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "op ANY/ALL (array) requires operator to yield boolean")
                    .withPosition(position).exception();
        }
        PgType elementType = catalog.requireType(declared[1]);
        PgType arrayType = Polymorphism.isPolymorphic(declared[1]) ? array.type() : catalog.arrayType(elementType);
        if (arrayType == null) {
            throw PgError.error(SqlState.UNDEFINED_OBJECT, "could not find array type for data type "
                    + TypeNames.of(elementType, catalog)).withPosition(position).exception();
        }
        Scalar typedLeft = analysis.coercions.coerce(left, catalog.requireType(declared[0]), -1, CoercionContext.IMPLICIT, leftPosition);
        Scalar typedArray = array.type().isArray() || array.type().oid() == TypeOid.UNKNOWN || array.type().kind() == 'd'
                ? analysis.coercions.coerce(array, arrayType, -1, CoercionContext.IMPLICIT, arrayPosition) : array;
        Scalar comparison = new Scalar.AnyAll(function, all, typedLeft, typedArray, Collations.of(typedLeft, typedArray, position));
        if (analysis.findings != null) analysis.findings.operator(comparison, operator);
        return comparison;
    }

    /** For ORDER BY and GROUP BY elsewhere: the equality of a type. */
    static boolean hasEquality(PgType type, CatalogView catalog) {
        return OperatorFamilies.equality(type, catalog) != null;
    }
}
