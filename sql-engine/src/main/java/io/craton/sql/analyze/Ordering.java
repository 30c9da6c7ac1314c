package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.logical.Relation.SortKey;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.SelectStatement.Direction;
import io.craton.sql.syntax.SelectStatement.Nulls;
import io.craton.sql.syntax.SelectStatement.SortBy;
import java.util.List;

/** Sort keys and equalities: which operators order and group values of a type (addTargetToSortList, get_sort_group_operators). */
final class Ordering {
    private Ordering() {}

    static SortKey key(Scalar expression, SortBy sort, Analysis analysis) {
        int position = Positions.of(sort.value());
        PgType type = expression.type();
        OperatorDef less;
        OperatorDef equal;
        boolean descending = sort.direction() == Direction.DESC;
        if (sort.direction() == Direction.USING) {
            OperatorDef using = analysis.operators.infix(sort.operator(), type, type, position);
            List<OperatorFamilies.Membership> memberships = OperatorFamilies.btreeMemberships(using.oid());
            OperatorFamilies.Membership member = null;
            for (OperatorFamilies.Membership candidate : memberships) {
                if (candidate.strategy() == OperatorFamilies.LESS || candidate.strategy() == OperatorFamilies.GREATER) member = candidate;
            }
            if (member == null) {
                throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "operator " + String.join(".", sort.operator())
                                + " is not a valid ordering operator")
                        .withHint("Ordering operators must be \"<\" or \">\" members of btree operator families.")
                        .withPosition(position).exception();
            }
            descending = member.strategy() == OperatorFamilies.GREATER;
            less = OperatorFamilies.operator("btree", member.family(), member.left(), member.right(), OperatorFamilies.LESS);
            equal = OperatorFamilies.operator("btree", member.family(), member.left(), member.right(), OperatorFamilies.EQUAL);
        } else {
            less = OperatorFamilies.less(type, analysis.catalog);
            equal = OperatorFamilies.equality(type, analysis.catalog);
        }
        if (less == null || equal == null) throw noOrdering(type, analysis, position);
        boolean nullsFirst = sort.nulls() == Nulls.DEFAULT ? descending : sort.nulls() == Nulls.FIRST;
        return new SortKey(expression, descending, nullsFirst, analysis.operators.function(less, position),
                analysis.operators.function(equal, position), Collations.collation(expression));
    }

    private static PgException noOrdering(PgType type, Analysis analysis, int position) {
        return PgError.error(SqlState.UNDEFINED_FUNCTION, "could not identify an ordering operator for type "
                        + TypeNames.of(type, analysis.catalog))
                .withHint("Use an explicit ordering operator or modify the query.").withPosition(position).exception();
    }

    /** The equality that groups values of the type. */
    static FunctionDef equality(PgType type, Analysis analysis, int position) {
        OperatorDef equal = OperatorFamilies.equality(type, analysis.catalog);
        if (equal == null) {
            throw PgError.error(SqlState.UNDEFINED_FUNCTION, "could not identify an equality operator for type "
                    + TypeNames.of(type, analysis.catalog)).withPosition(position).exception();
        }
        return analysis.operators.function(equal, position);
    }
}
