package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.List;

/** After all types are known: no parameter may have stayed unknown in one place while another gave it a type (check_variable_parameters). */
final class ParameterCheck {
    private ParameterCheck() {}

    static Relation apply(Relation relation, List<PgType> types) {
        return new TreeRewriter((node, depth) -> {
            if (!(node instanceof Scalar.Parameter parameter) || parameter.type().oid() != TypeOid.UNKNOWN) return null;
            PgType known = types.get(parameter.index());
            if (known.oid() == TypeOid.UNKNOWN) return null;
            throw PgError.error(SqlState.AMBIGUOUS_PARAMETER, "could not determine data type of parameter $" + (parameter.index() + 1))
                    .exception();
        }).rewrite(relation, 0);
    }
}
