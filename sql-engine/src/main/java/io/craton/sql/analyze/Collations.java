package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.function.CollationTable;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import org.jspecify.annotations.Nullable;
import java.util.List;

/** Which collation an operation runs under: an explicit COLLATE, else the columns' own, else the default (0). */
public final class Collations {
    static final int DEFAULT = 0;

    private record Derived(int collation, boolean explicit) {}

    private static final Derived NONE = new Derived(DEFAULT, false);

    private Collations() {}

    /** The collation that a call over these arguments runs under; 42P21 for two different explicit ones. */
    public static int inputOf(List<Scalar> arguments, int position) {
        Derived result = NONE;
        for (Scalar argument : arguments) result = merge(result, of(argument), position);
        return result.collation;
    }

    public static int of(Scalar left, Scalar right, int position) {
        return merge(of(left), of(right), position).collation;
    }

    /** The collation that an expression has by itself. */
    public static int collation(Scalar scalar) {
        return of(scalar).collation;
    }

    /** Of a column that a query shows: what its expression has. */
    static int ofColumn(@Nullable Relation relation, int index) {
        return switch (relation) {
            case Relation.Project project -> {
                Scalar value = project.expressions().get(index);
                int own = of(value).collation;
                yield own != DEFAULT || !(value instanceof Scalar.Column column) ? own : ofColumn(project.input(), column.index());
            }
            case Relation.Filter filter -> ofColumn(filter.input(), index);
            case Relation.Sort sort -> ofColumn(sort.input(), index);
            case Relation.Limit limit -> ofColumn(limit.input(), index);
            case Relation.DistinctRows distinct -> ofColumn(distinct.input(), index);
            case Relation.DistinctOn distinct -> ofColumn(distinct.input(), index);
            case Relation.With with -> ofColumn(with.body(), index);
            case Relation.Aggregate aggregate when index < aggregate.keys().size() -> of(aggregate.keys().get(index)).collation;
            case Relation.SetOperation both -> {
                int left = ofColumn(both.left(), index);
                int right = ofColumn(both.right(), index);
                yield left == right || right == DEFAULT ? left : left == DEFAULT ? right : DEFAULT;
            }
            case null, default -> DEFAULT;
        };
    }

    private static Derived merge(Derived left, Derived right, int position) {
        if (right == NONE) return left;
        if (left == NONE) return right;
        if (left.explicit && right.explicit && left.collation != right.collation) {
            String both = CollationTable.builtinName(left.collation) == null || CollationTable.builtinName(right.collation) == null ? ""
                    : " \"" + CollationTable.builtinName(left.collation) + "\" and \"" + CollationTable.builtinName(right.collation) + "\"";
            throw PgError.error(SqlState.COLLATION_MISMATCH, "collation mismatch between explicit collations" + both)
                    .withPosition(position).exception();
        }
        if (left.explicit != right.explicit) return left.explicit ? left : right;
        return left.collation == right.collation ? left : NONE;
    }

    private static Derived of(Scalar scalar) {
        PgType type = scalar.type();
        if (type.kind() == 'd' && type.collationOid() != 0 && type.collationOid() != CollationTable.DEFAULT && !(scalar instanceof Scalar.Collate)) return new Derived(type.collationOid(), false);
        return switch (scalar) {
            case Scalar.Collate collate -> new Derived(collate.collation(), collate.explicit());
            case Scalar.Call call -> call.collation() == DEFAULT || call.type().collationOid() == 0
                    ? NONE : new Derived(call.collation(), false);
            case Scalar.Relabel relabel -> of(relabel.argument());
            case Scalar.Case choice -> choice.type().collationOid() == 0 ? NONE : of(choice.otherwise());
            case Scalar.Coalesce coalesce -> coalesce.type().collationOid() == 0 ? NONE : of(coalesce.arguments().getFirst());
            default -> type.oid() == io.craton.core.type.TypeOid.NAME ? new Derived(950, false) : NONE;
        };
    }
}
