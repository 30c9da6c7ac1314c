package io.craton.sql.function;

import io.craton.core.type.PgType;
import java.util.List;

/**
 * Resolved types of one call. {@code variadicArray}: the call of a function over VARIADIC "any" was written with VARIADIC, so the last
 * argument is an array whose elements are the arguments (other variadic functions always get their array).
 */
public record CallInfo(
        FunctionDef function, List<PgType> argumentTypes, PgType resultType, int collation, boolean variadicArray) {
    public CallInfo {
        argumentTypes = List.copyOf(argumentTypes);
    }

    public CallInfo(FunctionDef function, List<PgType> argumentTypes, PgType resultType, int collation) {
        this(function, argumentTypes, resultType, collation, false);
    }
}
