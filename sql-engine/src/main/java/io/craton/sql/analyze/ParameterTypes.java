package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Types of $1, $2, ...: declared, or inferred from the first place that wants one (parse_param). One analysis, one thread. While a type is not
 * known, the parameter is a {@link Scalar.Parameter} of type unknown.
 */
final class ParameterTypes {
    private static final int COUNT_MAX = 65535;
    private final List<@Nullable PgType> types = new ArrayList<>();
    private final boolean fixed;
    private boolean inferred;

    /** @param declared types that the client gave; a null or unknown one is to be inferred */
    ParameterTypes(List<@Nullable PgType> declared, boolean fixed) {
        for (PgType type : declared) types.add(type == null || type.oid() == 0 || type.oid() == TypeOid.UNKNOWN ? null : type);
        this.fixed = fixed;
    }

    /** A reference to ${@code number} (1-based) at a position. */
    Scalar reference(int number, int position) {
        if (number <= 0 || number > COUNT_MAX || fixed && number > types.size()) {
            throw PgError.error(SqlState.UNDEFINED_PARAMETER, "there is no parameter $" + number).withPosition(position).exception();
        }
        while (types.size() < number) types.add(null);
        PgType type = types.get(number - 1);
        return new Scalar.Parameter(number - 1, type == null ? PgTypes.UNKNOWN : type, -1);
    }

    /** Gives an unknown parameter the type it is wanted as. */
    Scalar coerce(Scalar.Parameter parameter, PgType wanted, int position) {
        PgType known = types.get(parameter.index());
        if (known != null && known.oid() != wanted.oid()) {
            throw PgError.error(SqlState.AMBIGUOUS_PARAMETER,
                            "inconsistent types deduced for parameter $" + (parameter.index() + 1))
                    .withPosition(position).exception();
        }
        types.set(parameter.index(), wanted);
        inferred = true;
        return new Scalar.Parameter(parameter.index(), wanted, -1);
    }

    boolean inferred() {
        return inferred;
    }

    /** All types at the end; throws 42P18 for one that nothing decided. */
    List<PgType> resolved() {
        List<PgType> result = new ArrayList<>(types.size());
        for (int i = 0; i < types.size(); i++) {
            PgType type = types.get(i);
            if (type == null) {
                throw PgError.error(SqlState.INDETERMINATE_DATATYPE, "could not determine data type of parameter $" + (i + 1))
                        .exception();
            }
            result.add(type);
        }
        return result;
    }
}
