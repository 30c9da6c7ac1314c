package io.craton.sql.analyze;

import io.craton.sql.logical.Scalar;

/** Whether an expression contains a call of a set-returning function (outside its subqueries). */
final class SetReturning {
    private SetReturning() {}

    static boolean in(Scalar scalar) {
        if (scalar instanceof Scalar.Constant || scalar instanceof Scalar.Column || scalar instanceof Scalar.Parameter) return false;
        if (scalar instanceof Scalar.Call call && call.function().returnsSet()) return true;
        boolean[] found = new boolean[1];
        ScalarChildren.forEach(scalar, child -> found[0] = found[0] || in(child));
        return found[0];
    }
}
