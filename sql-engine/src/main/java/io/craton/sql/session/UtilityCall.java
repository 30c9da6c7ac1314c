package io.craton.sql.session;

import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.expr.Relations;
import io.craton.sql.logical.Scalar;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A statement without a plan, and what it was called with.
 *
 * @param parameters values of its query's parameters
 * @param nested it stands in a routine
 */
record UtilityCall(PreparedPlan plan, @Nullable Object[] parameters, boolean nested) {
    /** What the context holds for the parameters that the statement's query reads: they outlive it in a cursor. */
    static @Nullable Object[] parameters(AnalyzedStatement.Utility statement, ExecContext context) {
        Object[][] values = {new Object[0]};
        if (statement.query() == null) return values[0];
        Relations.any(statement.query().relation(), part -> {
            if (part instanceof Scalar.Parameter parameter) {
                if (parameter.index() >= values[0].length) values[0] = Arrays.copyOf(values[0], parameter.index() + 1);
                values[0][parameter.index()] = context.parameter(parameter.index());
            }
            return false;
        });
        return values[0];
    }
}
