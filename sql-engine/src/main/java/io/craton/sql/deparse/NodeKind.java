package io.craton.sql.deparse;

import io.craton.sql.analyze.Findings;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;

/** What a scalar is in PostgreSQL's query tree: parentheses depend on it. */
enum NodeKind {
    VARIABLE, CONSTANT, SUBSCRIPT, FIELD, ARRAY, ROW, COALESCE, EXTREME, NULL_IF, VALUE_FUNCTION, AGGREGATE, GROUPING, WINDOW, CASE, CALL,
    SQL_SYNTAX, IMPLICIT_CAST, EXPLICIT_CAST, DOMAIN, RELABEL, OPERATOR, ANY_ALL, ROW_COMPARE, SUBQUERY, NULL_TEST, TRUTH_TEST, DISTINCT, NOT, AND,
    OR, COLLATE;

    static NodeKind of(Scalar scalar, Findings findings) {
        if (findings.variable(scalar) != null) return VARIABLE;
        if (findings.aggregate(scalar) != null) return AGGREGATE;
        if (findings.window(scalar) != null) return WINDOW;
        if (findings.grouping(scalar) != null) return GROUPING;
        return switch (scalar) {
            case Scalar.Constant _, Scalar.Parameter _, Scalar.CaseOperand _, Scalar.DefaultMarker _ -> CONSTANT;
            case Scalar.Column _, Scalar.OuterColumn _ -> VARIABLE;
            case Scalar.Element _, Scalar.ElementAssignment _ -> SUBSCRIPT;
            case Scalar.Field _, Scalar.FieldAssignment _ -> FIELD;
            case Scalar.ArrayValue _ -> ARRAY;
            case Scalar.RowValue _ -> ROW;
            case Scalar.Coalesce _ -> COALESCE;
            case Scalar.Extreme _ -> EXTREME;
            case Scalar.NullIf _ -> NULL_IF;
            case Scalar.SessionValue _, Scalar.CursorKey _ -> VALUE_FUNCTION;
            case Scalar.Case _ -> CASE;
            case Scalar.Call call -> ofCall(call, findings);
            case Scalar.DomainCheck _ -> DOMAIN;
            case Scalar.Relabel _, Scalar.CoerceViaIo _, Scalar.ArrayCoercion _ -> RELABEL;
            case Scalar.AnyAll _ -> ANY_ALL;
            case Scalar.RowCompare _ -> ROW_COMPARE;
            case Scalar.Exists _, Scalar.ScalarSubquery _, Scalar.RowSubquery _, Scalar.ArraySubquery _, Scalar.QuantifiedSubquery _ -> SUBQUERY;
            case Scalar.IsNull _ -> NULL_TEST;
            case Scalar.TruthTest _ -> TRUTH_TEST;
            case Scalar.Distinct distinct -> distinct.negated() ? NOT : DISTINCT;
            case Scalar.Not _ -> NOT;
            case Scalar.Logical logical -> logical.kind() == Scalar.Logic.AND ? AND : OR;
            case Scalar.Collate collate -> collate.explicit() ? COLLATE : of(collate.argument(), findings);
        };
    }

    private static NodeKind ofCall(Scalar.Call call, Findings findings) {
        if (findings.operator(call) != null) return OPERATOR;
        if (findings.call(call) == null) return findings.explicit(call) ? EXPLICIT_CAST : IMPLICIT_CAST;
        boolean syntax = findings.origin(call) instanceof Expr.FunctionCall written && written.syntax() == Expr.CallSyntax.SQL_SYNTAX;
        return syntax ? SQL_SYNTAX : CALL;
    }

    boolean cast() {
        return this == IMPLICIT_CAST || this == EXPLICIT_CAST;
    }

    /** Prints like a function, so that it needs no parentheses in an index or FROM. */
    boolean functionLike() {
        return switch (this) {
            case CALL, SQL_SYNTAX, NULL_IF, COALESCE, EXTREME, VALUE_FUNCTION -> true;
            default -> false;
        };
    }
}
