package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.logical.Scalar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one type for several expressions: CASE, COALESCE, VALUES, UNION, ARRAY, IN (select_common_type). */
final class CommonTypes {
    private CommonTypes() {}

    /** The common type of known types, or null when they have none. */
    static @Nullable PgType common(List<PgType> types, CoercionRules rules) {
        PgType chosen = types.getFirst();
        for (PgType type : types) {
            if (type.oid() == chosen.oid()) continue;
            if (type.category() != chosen.category()) return null;
            chosen = better(chosen, type, rules);
        }
        return chosen;
    }

    static PgType require(List<PgType> types, CoercionRules rules, CatalogView catalog) {
        PgType chosen = types.getFirst();
        for (PgType type : types) {
            if (type.oid() == chosen.oid()) continue;
            if (type.category() != chosen.category()) {
                throw PgError.error(SqlState.DATATYPE_MISMATCH,
                        "arguments of anycompatible family cannot be cast to a common type")
                        .withDetail(TypeNames.of(chosen, catalog) + " versus " + TypeNames.of(type, catalog)).exception();
            }
            chosen = better(chosen, type, rules);
        }
        for (PgType type : types) {
            if (!rules.canCoerce(type, chosen, CoercionContext.IMPLICIT)) {
                throw PgError.error(SqlState.DATATYPE_MISMATCH,
                        "arguments of anycompatible family cannot be cast to a common type").exception();
            }
        }
        return chosen;
    }

    private static PgType better(PgType chosen, PgType candidate, CoercionRules rules) {
        return !chosen.preferred() && rules.canCoerce(chosen, candidate, CoercionContext.IMPLICIT)
                && !rules.canCoerce(candidate, chosen, CoercionContext.IMPLICIT)
                ? candidate : chosen;
    }

    /**
     * The common type of expressions. All unknown: text.
     *
     * @param what for the error, "CASE", "UNION", ...; null: return null in place of an error
     * @param positions of the expressions
     */
    static @Nullable PgType select(List<Scalar> expressions, int[] positions, @Nullable String what, CoercionRules rules,
            CatalogView catalog) {
        PgType first = expressions.getFirst().type();
        boolean same = first.oid() != TypeOid.UNKNOWN;
        for (Scalar expression : expressions) same &= expression.type().oid() == first.oid();
        if (same) return first;
        PgType chosen = catalog.baseType(first);
        for (int i = 1; i < expressions.size(); i++) {
            PgType type = catalog.baseType(expressions.get(i).type());
            if (type.oid() == TypeOid.UNKNOWN || type.oid() == chosen.oid()) continue;
            if (chosen.oid() == TypeOid.UNKNOWN) {
                chosen = type;
            } else if (type.category() != chosen.category()) {
                if (what == null) return null;
                throw PgError.error(SqlState.DATATYPE_MISMATCH, what + " types " + TypeNames.of(chosen, catalog) + " and "
                        + TypeNames.of(type, catalog) + " cannot be matched").withPosition(positions[i]).exception();
            } else {
                chosen = better(chosen, type, rules);
            }
        }
        return chosen.oid() == TypeOid.UNKNOWN ? PgTypes.TEXT : chosen;
    }

    /** The typmod that all expressions of the common type share, else -1. */
    static int typmod(List<Scalar> expressions, PgType common) {
        int typmod = Integer.MIN_VALUE;
        for (Scalar expression : expressions) {
            if (expression.type().oid() != common.oid()) return -1;
            if (typmod == Integer.MIN_VALUE) typmod = expression.typmod();
            else if (typmod != expression.typmod()) return -1;
        }
        return typmod;
    }
}
