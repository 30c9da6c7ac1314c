package io.craton.sql.deparse;

import io.craton.sql.analyze.Findings;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.logical.Scalar;

/** Which operands pretty texts leave without parentheses. Stateless. */
final class Parentheses {
    private Parentheses() {}

    static boolean needed(Scalar node, Scalar parent, Findings findings) {
        NodeKind kind = NodeKind.of(node, findings);
        NodeKind around = NodeKind.of(parent, findings);
        return switch (kind) {
            case VARIABLE, CONSTANT, SUBSCRIPT, ARRAY, ROW, COALESCE, EXTREME, NULL_IF, VALUE_FUNCTION, AGGREGATE, GROUPING, WINDOW, CASE, CALL,
                    SQL_SYNTAX, IMPLICIT_CAST, EXPLICIT_CAST -> false;
            case FIELD -> around == NodeKind.FIELD;
            case DOMAIN, RELABEL -> needed(converted(node), node, findings);
            case OPERATOR -> around == NodeKind.OPERATOR ? !binds((Scalar.Call) node, (Scalar.Call) parent, findings)
                    : !delimits(around) && !junction(around);
            case SUBQUERY, NULL_TEST, TRUTH_TEST, DISTINCT -> !delimits(around) && !junction(around);
            case NOT, AND -> around != NodeKind.AND && around != NodeKind.OR && !delimits(around);
            case OR -> around != NodeKind.OR && !delimits(around);
            case ANY_ALL, ROW_COMPARE, COLLATE -> true;
        };
    }

    private static Scalar converted(Scalar node) {
        return switch (node) {
            case Scalar.DomainCheck n -> n.argument();
            case Scalar.Relabel n -> n.argument();
            case Scalar.CoerceViaIo n -> n.argument();
            case Scalar.ArrayCoercion n -> n.argument();
            case Scalar.Collate n -> n.argument();
            default -> throw new IllegalStateException(node.toString());
        };
    }

    /** The parent's own text keeps its operands apart. */
    private static boolean delimits(NodeKind parent) {
        return switch (parent) {
            case CALL, SUBSCRIPT, ARRAY, ROW, COALESCE, EXTREME, NULL_IF, AGGREGATE, GROUPING, WINDOW, CASE -> true;
            default -> false;
        };
    }

    private static boolean junction(NodeKind parent) {
        return parent == NodeKind.AND || parent == NodeKind.OR || parent == NodeKind.NOT;
    }

    /** Arithmetic inside arithmetic that binds as tightly without parentheses. */
    private static boolean binds(Scalar.Call node, Scalar.Call parent, Findings findings) {
        int own = rank(findings.operator(node), node);
        int around = rank(findings.operator(parent), parent);
        if (own == 0 || around == 0) return false;
        return own > around || own == around && node == parent.arguments().getFirst();
    }

    private static int rank(OperatorDef operator, Scalar.Call call) {
        if (call.arguments().size() != 2) return 0;
        return switch (operator.name()) {
            case "+", "-" -> 1;
            case "*", "/", "%" -> 2;
            default -> 0;
        };
    }
}
