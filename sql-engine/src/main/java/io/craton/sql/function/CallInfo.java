package io.craton.sql.function;

import io.craton.core.type.PgType;
import java.util.List;

/** Resolved types of one call; {@code variadic} says that the last argument is an array written with VARIADIC or packed by the analyzer. */
public record CallInfo(FunctionDef function, List<PgType> argumentTypes, PgType resultType, int collation) {
    public CallInfo {
        argumentTypes = List.copyOf(argumentTypes);
    }
}
