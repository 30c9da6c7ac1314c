package io.craton.sql.expr;

import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Kernels;
import io.craton.sql.function.ScalarKernel;
import io.craton.sql.kernel.Comparison;
import java.util.List;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Three-way comparison of non-null datums of one type, made of its B-tree operators. Immutable. */
@FunctionalInterface
public interface DatumOrder {
    int compare(Scope scope, Object left, Object right);

    /** Whether a language orders text otherwise than its bytes do. */
    default boolean collated() {
        return false;
    }

    /** @param less the type's {@code <}; its equality decides the rest */
    static DatumOrder of(PgType type, FunctionDef less, @Nullable FunctionDef equal, int collation, Kernels kernels) {
        OperatorTable.Compare known = OperatorTable.compare(less, collation);
        if (known != null && known.comparison() == Comparison.LT) {
            if (known.family() == OperatorTable.Family.LONG && type.kind() == 'b' && type.repr() == Repr.LONG) {
                return (scope, left, right) -> Long.compare((Long) left, (Long) right);
            }
            return (scope, left, right) -> DatumComparator.compare(type, left, right);
        }
        return type.repr() == Repr.TEXT && OperatorTable.compare(less) != null ? collated(type, collation, kernels) : byKernels(type, less, equal, collation, kernels);
    }

    private static DatumOrder collated(PgType type, int collation, Kernels kernels) {
        boolean padded = type.oid() == TypeOid.BPCHAR;
        return new DatumOrder() {
            @Override
            public int compare(Scope scope, Object left, Object right) {
                Comparator<String> order = kernels.collators().of(collation, scope.context().catalog());
                return padded ? order.compare(((String) left).stripTrailing(), ((String) right).stripTrailing()) : order.compare((String) left, (String) right);
            }

            @Override
            public boolean collated() {
                return true;
            }
        };
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
