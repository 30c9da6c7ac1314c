package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.ScalarChildren;
import io.craton.sql.logical.Scalar;

/** How steady an expression's value is, by the functions in it. Pure. */
final class Volatility {
    private Volatility() {}

    static boolean isVolatile(Scalar scalar) {
        return worst(scalar) == 'v';
    }

    /** 42P17 unless every function is immutable. */
    static void requireImmutable(Scalar scalar, String message) {
        if (worst(scalar) != 'i') throw new PgException(SqlState.INVALID_OBJECT_DEFINITION, message);
    }

    /** i, s or v, the worst of all functions. */
    private static char worst(Scalar scalar) {
        char[] worst = {switch (scalar) {
            case Scalar.Call call -> call.function().volatility();
            case Scalar.SessionValue _, Scalar.CursorKey _ -> 's';
            default -> 'i';
        }};
        ScalarChildren.forEach(scalar, child -> {
            char below = worst(child);
            if (below > worst[0]) worst[0] = below;
        });
        return worst[0];
    }
}
