package io.craton.sql.expr;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Kernels;
import io.craton.sql.function.ScalarKernel;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An equality operator over non-null datums. Immutable. */
@FunctionalInterface
public interface DatumEquality {
    boolean same(Scope scope, Object left, Object right);

    static DatumEquality of(FunctionDef equality, PgType left, PgType right, int collation, Kernels kernels) {
        if (hashable(equality)) {
            return (scope, a, b) -> Objects.equals(Datums.key(left, a), Datums.key(right, b));
        }
        ScalarKernel kernel = CallEvaluator.kernel(kernels, equality);
        CallInfo info = new CallInfo(equality, List.of(left, right), PgTypes.BOOL, collation);
        return (scope, a, b) -> Boolean.TRUE.equals(kernel.apply(scope.context(), info, new Object[] {a, b}));
    }

    /** Whether two datums are equal exactly when their {@link Datums#key keys} are. */
    static boolean hashable(@Nullable FunctionDef equality) {
        OperatorTable.Compare known = equality == null ? null : OperatorTable.compare(equality);
        return known != null && known.sameType() && known.comparison() == io.craton.sql.kernel.Comparison.EQ;
    }
}
