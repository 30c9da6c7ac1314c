package io.craton.sql.analyze;

import io.craton.sql.logical.Scalar;

/** Whether an expression reads a column of its own row (contain_vars_of_level 0). */
final class ContainsColumns {
    private ContainsColumns() {}

    static boolean in(Scalar scalar) {
        boolean[] found = new boolean[1];
        new TreeRewriter((node, depth) -> {
            if (found[0]) return node;
            if (node instanceof Scalar.Constant) return node;
            if (depth == 0 && node instanceof Scalar.Column
                    || depth > 0 && node instanceof Scalar.OuterColumn outer && outer.level() == depth) found[0] = true;
            return null;
        }).rewrite(scalar);
        return found[0];
    }
}
