package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;

/** {@code (a, b) op (c, d)} (make_row_comparison_op): = and <> are conjunctions, the orderings compare as B-trees do. */
final class RowComparison {
    private final Analysis analysis;

    RowComparison(Analysis analysis) {
        this.analysis = analysis;
    }

    Scalar compare(List<String> name, List<Scalar> left, List<Scalar> right, int position) {
        return compare(name, left, new int[left.size()], right, new int[right.size()], position);
    }

    /** With the positions of the fields, for errors in literals. */
    Scalar compare(List<String> name, List<Scalar> left, int[] leftPositions, List<Scalar> right, int[] rightPositions, int position) {
        checkSizes(left, right, position);
        List<Scalar> calls = new ArrayList<>();
        List<OperatorDef> operators = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            OperatorDef operator = analysis.operators.infix(name, left.get(i).type(), right.get(i).type(), position);
            Scalar call = analysis.operators.call(operator, left.get(i), leftPositions[i], right.get(i), rightPositions[i], position);
            if (call.type().oid() != TypeOid.BOOL) {
                throw PgError.error(SqlState.DATATYPE_MISMATCH, "row comparison operator must yield type boolean, not type "
                        + TypeNames.of(call.type(), analysis.catalog)).withPosition(position).exception();
            }
            operators.add(operator);
            calls.add(call);
        }
        if (calls.size() == 1) return calls.getFirst();
        int strategy = strategy(operators, name, position);
        return switch (strategy) {
            case OperatorFamilies.EQUAL -> new Scalar.Logical(Scalar.Logic.AND, calls);
            case 0 -> new Scalar.Logical(Scalar.Logic.OR, calls);
            default -> ordering(strategy, calls, operators);
        };
    }

    private static void checkSizes(List<Scalar> left, List<Scalar> right, int position) {
        if (left.size() != right.size()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "unequal number of entries in row expressions").withPosition(position).exception();
        }
        if (left.isEmpty()) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot compare rows of zero length").withPosition(position).exception();
        }
    }

    /** What the operators mean in their btree families: 1 to 5, or 0 for not equal. */
    private int strategy(List<OperatorDef> operators, List<String> name, int position) {
        OperatorDef first = operators.getFirst();
        List<OperatorFamilies.Membership> memberships = OperatorFamilies.btreeMemberships(first.oid());
        if (!memberships.isEmpty()) return memberships.getFirst().strategy();
        if (first.negator() != 0 && !OperatorFamilies.btreeMemberships(first.negator()).isEmpty()
                && OperatorFamilies.btreeMemberships(first.negator()).getFirst().strategy() == OperatorFamilies.EQUAL) return 0;
        if (first.name().equals("=")) return OperatorFamilies.EQUAL;
        if (first.name().equals("<>")) return 0;
        throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "could not determine interpretation of row comparison operator "
                        + String.join(".", name))
                .withHint("Row comparison operators must be associated with btree operator families.").withPosition(position).exception();
    }

    private Scalar ordering(int strategy, List<Scalar> calls, List<OperatorDef> operators) {
        List<Scalar> left = new ArrayList<>();
        List<Scalar> right = new ArrayList<>();
        List<FunctionDef> less = new ArrayList<>();
        List<FunctionDef> equal = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            Scalar.Call call = (Scalar.Call) calls.get(i);
            left.add(call.arguments().get(0));
            right.add(call.arguments().get(1));
            OperatorFamilies.Membership member = OperatorFamilies.btreeMemberships(operators.get(i).oid()).getFirst();
            less.add(member(member, OperatorFamilies.LESS));
            equal.add(member(member, OperatorFamilies.EQUAL));
        }
        String kind = switch (strategy) {
            case OperatorFamilies.LESS -> "<";
            case OperatorFamilies.LESS_EQUAL -> "<=";
            case OperatorFamilies.GREATER_EQUAL -> ">=";
            default -> ">";
        };
        return new Scalar.RowCompare(kind, left, right, less, equal);
    }

    private FunctionDef member(OperatorFamilies.Membership like, int strategy) {
        return analysis.operators.function(OperatorFamilies.operator("btree", like.family(), like.left(), like.right(), strategy), 0);
    }

    /** Rows are distinct when any pair of fields is. */
    Scalar distinct(List<Scalar> left, List<Scalar> right, boolean negated, int position) {
        checkSizes(left, right, position);
        List<Scalar> parts = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            Scalar.Call equal = (Scalar.Call) analysis.operators.call(List.of("="), left.get(i), 0, right.get(i), 0, position);
            parts.add(new Scalar.Distinct(equal.function(), equal.arguments().get(0), equal.arguments().get(1), false));
        }
        Scalar any = parts.size() == 1 ? parts.getFirst() : new Scalar.Logical(Scalar.Logic.OR, parts);
        return negated ? new Scalar.Not(any) : any;
    }
}
