package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.logical.Scalar;
import java.util.List;

/** Which collation an operation runs under: an explicit COLLATE, else the columns' own, else the default (0). */
final class Collations {
    static final int DEFAULT = 0;

    private record Derived(int collation, boolean explicit) {}

    private static final Derived NONE = new Derived(DEFAULT, false);

    private Collations() {}

    /** The collation that a call over these arguments runs under; 42P21 for two different explicit ones. */
    static int inputOf(List<Scalar> arguments, int position) {
        Derived result = NONE;
        for (Scalar argument : arguments) result = merge(result, of(argument), position);
        return result.collation;
    }

    static int of(Scalar left, Scalar right, int position) {
        return merge(of(left), of(right), position).collation;
    }

    static int collation(Scalar scalar) {
        return of(scalar).collation;
    }

    private static Derived merge(Derived left, Derived right, int position) {
        if (right == NONE) return left;
        if (left == NONE) return right;
        if (left.explicit && right.explicit && left.collation != right.collation) {
            throw PgError.error(SqlState.COLLATION_MISMATCH, "collation mismatch between explicit collations")
                    .withPosition(position).exception();
        }
        if (left.explicit != right.explicit) return left.explicit ? left : right;
        return left.collation == right.collation ? left : NONE;
    }

    private static Derived of(Scalar scalar) {
        return switch (scalar) {
            case Scalar.Collate collate -> new Derived(collate.collation(), collate.explicit());
            case Scalar.Call call -> call.collation() == DEFAULT || call.type().collationOid() == 0
                    ? NONE : new Derived(call.collation(), false);
            case Scalar.Relabel relabel -> of(relabel.argument());
            case Scalar.Case choice -> choice.type().collationOid() == 0 ? NONE : of(choice.otherwise());
            case Scalar.Coalesce coalesce -> coalesce.type().collationOid() == 0 ? NONE : of(coalesce.arguments().getFirst());
            default -> scalar.type().oid() == io.craton.core.type.TypeOid.NAME ? new Derived(950, false) : NONE;
        };
    }
}
