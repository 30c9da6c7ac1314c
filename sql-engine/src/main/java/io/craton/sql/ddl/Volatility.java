package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.ScalarChildren;
import io.craton.sql.logical.Scalar;
import java.util.Set;

/** How steady an expression's value is, by the functions in it. Pure. */
final class Volatility {
    private static final Set<Integer> STABLE_TEXT = Set.of(TypeOid.DATE, TypeOid.TIMESTAMP, TypeOid.TIMESTAMPTZ, TypeOid.INTERVAL, TypeOid.MONEY, TypeOid.ACLITEM,
            TypeOid.RECORD, TypeOid.REGCLASS, TypeOid.REGTYPE, TypeOid.REGPROC, TypeOid.REGPROCEDURE, TypeOid.REGOPER, TypeOid.REGOPERATOR, TypeOid.REGCOLLATION, TypeOid.REGROLE,
            TypeOid.REGNAMESPACE, TypeOid.REGCONFIG, TypeOid.REGDICTIONARY);
    private static final Set<Integer> STABLE_INPUT = Set.of(TypeOid.TIME, TypeOid.TIMETZ);
    /** textanycat and anytextcat: PostgreSQL looks into them, and finds a cast and an operator that is immutable. */
    private static final Set<Integer> CONCATENATIONS = Set.of(2003, 2004);

    private Volatility() {}

    static boolean isVolatile(Scalar scalar) {
        return worst(scalar) == 'v';
    }

    /** 42P17 unless every function is immutable. */
    static void requireImmutable(Scalar scalar, String message) {
        if (worst(scalar) != 'i') throw new PgException(SqlState.INVALID_OBJECT_DEFINITION, message);
    }

    /** Whether a type's text depends on settings, or on what else is in the catalog (typoutput's volatility). */
    private static boolean stableOutput(PgType type) {
        return STABLE_TEXT.contains(type.oid()) || "ecrm".indexOf(type.kind()) >= 0 || type.isArray() && type.oid() != TypeOid.OIDVECTOR && type.oid() != TypeOid.INT2VECTOR;
    }

    /** As above, of what is read (typinput). */
    private static boolean stableInput(PgType type) {
        return stableOutput(type) || STABLE_INPUT.contains(type.oid()) || type.kind() == 'd';
    }

    /** i, s or v, the worst of all functions. */
    private static char worst(Scalar scalar) {
        char[] worst = {switch (scalar) {
            case Scalar.Call call when CONCATENATIONS.contains(call.function().oid()) -> call.arguments().stream().anyMatch(each -> stableOutput(each.type())) ? 's' : 'i';
            case Scalar.Call call -> call.function().volatility();
            case Scalar.ArrayCoercion cast -> worst(cast.element());
            case Scalar.CoerceViaIo cast -> stableOutput(cast.argument().type()) || stableInput(cast.type()) ? 's' : 'i';
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
