package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** enum_first, enum_last, enum_range: the argument only says which enum is meant, and may be null. */
final class EnumFunctions {
    private EnumFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("enum_first", (context, call, a) -> safe(call, labels(call).getFirst()));
        kernels.scalar("enum_last", (context, call, a) -> safe(call, labels(call).getLast()));
        kernels.scalar("enum_range_all", (context, call, a) -> range(call, null, null));
        kernels.scalar("enum_range_bounds", (context, call, a) -> range(call, (Long) a[0], (Long) a[1]));
    }

    private static List<PgType.EnumLabel> labels(CallInfo call) {
        PgType type = call.argumentTypes().getFirst();
        if (type.labels().isEmpty()) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "enum " + type.name() + " contains no values");
        }
        return type.labels();
    }

    private static long safe(CallInfo call, PgType.EnumLabel label) {
        label.requireCommitted(call.argumentTypes().getFirst());
        return oid(label);
    }

    private static long oid(PgType.EnumLabel label) {
        return label.oid() & 0xffffffffL;
    }

    private static PgArray range(CallInfo call, @Nullable Long lower, @Nullable Long upper) {
        List<Object> found = new java.util.ArrayList<>();
        boolean inside = lower == null;
        for (PgType.EnumLabel label : labels(call)) {
            if (lower != null && oid(label) == lower) inside = true;
            if (inside) found.add(safe(call, label));
            if (upper != null && oid(label) == upper) break;
        }
        boolean ordered = lower == null || upper == null || io.craton.core.type.DatumComparator.compareLongs(call.argumentTypes().getFirst(), lower, upper) <= 0;
        return PgArray.of(call.argumentTypes().getFirst(), ordered ? found.toArray() : new Object[0]);
    }
}
