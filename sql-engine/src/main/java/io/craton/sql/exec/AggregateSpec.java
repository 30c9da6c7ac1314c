package io.craton.sql.exec;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.Scope;
import io.craton.sql.function.AggregateKernel;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.CollationTable;
import org.jspecify.annotations.Nullable;

/**
 * One aggregate call of a plan. Immutable.
 *
 * @param kernel null when a vector twin needs none
 * @param order sort of the arguments, null for none; its expressions are over the input
 */
public record AggregateSpec(CallInfo info, @Nullable AggregateKernel kernel, Evaluator[] arguments, Evaluator[] direct,
        boolean distinct, @Nullable SortOrder order, @Nullable Evaluator filter) {

    /** Whether an accumulator of our own stands for the kernel. */
    public static boolean hot(CallInfo info, boolean distinct, boolean ordered) {
        return fast(info) != null && !distinct && !ordered;
    }

    static @Nullable Accumulator fast(CallInfo info) {
        if (info.function().namespace() != 11 || info.argumentTypes().size() > 1) return null;
        PgType type = info.argumentTypes().isEmpty() ? null : info.argumentTypes().get(0);
        int oid = type == null ? 0 : type.oid();
        return switch (info.function().name()) {
            case "count" -> new Accumulator.Count();
            case "sum" -> switch (oid) {
                case TypeOid.INT2, TypeOid.INT4 -> new Accumulator.IntegerSum(Accumulator.IntegerSum.Result.BIGINT);
                case TypeOid.INT8 -> new Accumulator.IntegerSum(Accumulator.IntegerSum.Result.NUMERIC);
                case TypeOid.NUMERIC -> new Accumulator.NumericSum(false);
                case TypeOid.FLOAT4 -> new Accumulator.DoubleSum(false, true);
                case TypeOid.FLOAT8 -> new Accumulator.DoubleSum(false, false);
                default -> null;
            };
            case "avg" -> switch (oid) {
                case TypeOid.INT2, TypeOid.INT4, TypeOid.INT8 ->
                    new Accumulator.IntegerSum(Accumulator.IntegerSum.Result.AVERAGE);
                case TypeOid.NUMERIC -> new Accumulator.NumericSum(true);
                case TypeOid.FLOAT4, TypeOid.FLOAT8 -> new Accumulator.DoubleSum(true, false);
                default -> null;
            };
            case "min", "max" -> type == null || !CollationTable.byBytes(info.collation()) ? null : new Accumulator.Extreme(info.function().name().equals("max"), type);
            default -> null;
        };
    }

    Accumulator accumulator(Scope scope) {
        if (kernel == null) return java.util.Objects.requireNonNull(fast(info));
        PgType[] types = new PgType[arguments.length];
        for (int i = 0; i < types.length; i++) types[i] = arguments[i].type();
        return new KernelAccumulator(scope, kernel, info, types, distinct, order);
    }
}
