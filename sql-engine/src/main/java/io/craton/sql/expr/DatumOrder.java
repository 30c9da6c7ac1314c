package io.craton.sql.expr;

import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgType;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Kernels;
import io.craton.sql.function.ScalarKernel;
import io.craton.sql.kernel.Comparison;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Three-way comparison of non-null datums of one type, made of its B-tree operators. Immutable. */
@FunctionalInterface
public interface DatumOrder {
    int compare(Scope scope, Object left, Object right);

    /** @param less the type's {@code <}; its equality decides the rest */
    static DatumOrder of(PgType type, FunctionDef less, @Nullable FunctionDef equal, int collation, Kernels kernels) {
        OperatorTable.Compare known = OperatorTable.compare(less);
        if (known != null && known.comparison() == Comparison.LT) {
            if (known.family() == OperatorTable.Family.LONG && type.kind() == 'b' && type.repr() == io.craton.core.type.Repr.LONG) {
                return (scope, left, right) -> Long.compare((Long) left, (Long) right);
            }
            return (scope, left, right) -> DatumComparator.compare(type, left, right);
        }
        return byKernels(type, less, equal, collation, kernels);
    }

    private static DatumOrder byKernels(PgType type, FunctionDef less, @Nullable FunctionDef equal, int collation, Kernels kernels) {
        ScalarKernel lessKernel = CallEvaluator.kernel(kernels, less);
        ScalarKernel equalKernel = equal == null ? null : CallEvaluator.kernel(kernels, equal);
        CallInfo lessInfo = new CallInfo(less, List.of(type, type), io.craton.core.type.PgTypes.BOOL, collation);
        CallInfo equalInfo = new CallInfo(equal == null ? less : equal, List.of(type, type), io.craton.core.type.PgTypes.BOOL, collation);
        return (scope, left, right) -> {
            Object[] arguments = {left, right};
            if (Boolean.TRUE.equals(lessKernel.apply(scope.context(), lessInfo, arguments))) return -1;
            if (equalKernel == null) {
                return Boolean.TRUE.equals(lessKernel.apply(scope.context(), lessInfo, new Object[] {right, left})) ? 1 : 0;
            }
            return Boolean.TRUE.equals(equalKernel.apply(scope.context(), equalInfo, new Object[] {left, right})) ? 0 : 1;
        };
    }
}
