package io.craton.sql.analyze;

import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.List;

/**
 * CALL, analysed.
 *
 * @param inputs values of the IN, INOUT and VARIADIC arguments in order, defaults filled in
 * @param outputs what was written for each OUT and INOUT argument
 * @param columns the row that the OUT and INOUT arguments make; empty when there are none
 */
public record ProcedureCall(FunctionDef procedure, List<Scalar> inputs, List<Scalar> outputs, List<Relation.Field> columns) {
    public ProcedureCall {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        columns = List.copyOf(columns);
    }
}
