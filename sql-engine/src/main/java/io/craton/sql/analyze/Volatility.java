package io.craton.sql.analyze;

import io.craton.sql.logical.Scalar;

/** Whether an expression may give another value each time: calls a volatile function or runs a subquery. */
final class Volatility {
    private Volatility() {}

    static boolean of(Scalar scalar) {
        return switch (scalar) {
            case Scalar.Constant leaf -> false;
            case Scalar.Column leaf -> false;
            case Scalar.Call call when call.function().volatility() == 'v' -> true;
            case Scalar.ScalarSubquery subquery -> true;
            case Scalar.Exists subquery -> true;
            case Scalar.ArraySubquery subquery -> true;
            case Scalar.QuantifiedSubquery subquery -> true;
            default -> {
                boolean[] found = new boolean[1];
                ScalarChildren.forEach(scalar, child -> found[0] = found[0] || of(child));
                yield found[0];
            }
        };
    }
}
