package io.craton.sql.analyze;

import io.craton.sql.logical.Relation.AggregateCall;
import io.craton.sql.logical.Relation.SortKey;
import io.craton.sql.logical.Scalar;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Equality of scalars that does not care where in the text they stand, nor (as PostgreSQL) for anything but their meaning. */
public final class SameScalar {
    private SameScalar() {}

    public static boolean same(@Nullable Scalar a, @Nullable Scalar b) {
        if (a == b) return true;
        if (a == null || b == null || a.getClass() != b.getClass()) return false;
        return switch (a) {
            case Scalar.Call left -> {
                Scalar.Call right = (Scalar.Call) b;
                yield left.function().oid() == right.function().oid() && left.collation() == right.collation()
                        && left.type().oid() == right.type().oid() && left.typmod() == right.typmod() && left.variadicArray() == right.variadicArray()
                        && same(left.arguments(), right.arguments());
            }
            case Scalar.Constant left -> {
                Scalar.Constant right = (Scalar.Constant) b;
                yield left.type().oid() == right.type().oid() && left.typmod() == right.typmod()
                        && Objects.deepEquals(left.value(), right.value());
            }
            case Scalar.Column left -> left.index() == ((Scalar.Column) b).index();
            case Scalar.OuterColumn left -> left.index() == ((Scalar.OuterColumn) b).index()
                    && left.level() == ((Scalar.OuterColumn) b).level();
            case Scalar.Logical left -> left.kind() == ((Scalar.Logical) b).kind()
                    && same(left.arguments(), ((Scalar.Logical) b).arguments());
            case Scalar.Not left -> same(left.argument(), ((Scalar.Not) b).argument());
            case Scalar.IsNull left -> left.negated() == ((Scalar.IsNull) b).negated()
                    && same(left.argument(), ((Scalar.IsNull) b).argument());
            case Scalar.TruthTest left -> left.truth() == ((Scalar.TruthTest) b).truth()
                    && left.negated() == ((Scalar.TruthTest) b).negated() && same(left.argument(), ((Scalar.TruthTest) b).argument());
            case Scalar.Distinct left -> {
                Scalar.Distinct right = (Scalar.Distinct) b;
                yield left.negated() == right.negated() && left.equality().oid() == right.equality().oid()
                        && same(left.left(), right.left()) && same(left.right(), right.right());
            }
            case Scalar.Case left -> {
                Scalar.Case right = (Scalar.Case) b;
                boolean equal = left.type().oid() == right.type().oid() && same(left.operand(), right.operand())
                        && same(left.otherwise(), right.otherwise()) && left.whens().size() == right.whens().size();
                for (int i = 0; equal && i < left.whens().size(); i++) {
                    equal = same(left.whens().get(i).condition(), right.whens().get(i).condition())
                            && same(left.whens().get(i).result(), right.whens().get(i).result());
                }
                yield equal;
            }
            case Scalar.Coalesce left -> left.type().oid() == b.type().oid()
                    && same(left.arguments(), ((Scalar.Coalesce) b).arguments());
            case Scalar.NullIf left -> left.equality().oid() == ((Scalar.NullIf) b).equality().oid()
                    && same(left.left(), ((Scalar.NullIf) b).left()) && same(left.right(), ((Scalar.NullIf) b).right());
            case Scalar.Extreme left -> left.greatest() == ((Scalar.Extreme) b).greatest()
                    && same(left.arguments(), ((Scalar.Extreme) b).arguments());
            case Scalar.ArrayValue left -> left.type().oid() == b.type().oid()
                    && same(left.elements(), ((Scalar.ArrayValue) b).elements());
            case Scalar.RowValue left -> left.type().oid() == b.type().oid() && same(left.fields(), ((Scalar.RowValue) b).fields());
            case Scalar.Field left -> left.index() == ((Scalar.Field) b).index()
                    && same(left.argument(), ((Scalar.Field) b).argument());
            case Scalar.Relabel left -> left.type().oid() == b.type().oid() && left.typmod() == b.typmod()
                    && same(left.argument(), ((Scalar.Relabel) b).argument());
            case Scalar.Collate left -> left.collation() == ((Scalar.Collate) b).collation()
                    && same(left.argument(), ((Scalar.Collate) b).argument());
            case Scalar.CoerceViaIo left -> left.type().oid() == b.type().oid() && left.typmod() == b.typmod()
                    && same(left.argument(), ((Scalar.CoerceViaIo) b).argument());
            case Scalar.DomainCheck left -> left.type().oid() == b.type().oid()
                    && same(left.argument(), ((Scalar.DomainCheck) b).argument());
            case Scalar.ArrayCoercion left -> left.type().oid() == b.type().oid() && left.typmod() == b.typmod()
                    && same(left.argument(), ((Scalar.ArrayCoercion) b).argument());
            case Scalar.AnyAll left -> {
                Scalar.AnyAll right = (Scalar.AnyAll) b;
                yield left.operator().oid() == right.operator().oid() && left.all() == right.all() && left.collation() == right.collation()
                        && same(left.left(), right.left()) && same(left.array(), right.array());
            }
            case Scalar.Element left -> {
                Scalar.Element right = (Scalar.Element) b;
                boolean equal = left.type().oid() == right.type().oid() && same(left.argument(), right.argument())
                        && left.subscripts().size() == right.subscripts().size();
                for (int i = 0; equal && i < left.subscripts().size(); i++) {
                    equal = left.subscripts().get(i).slice() == right.subscripts().get(i).slice()
                            && same(left.subscripts().get(i).lower(), right.subscripts().get(i).lower())
                            && same(left.subscripts().get(i).upper(), right.subscripts().get(i).upper());
                }
                yield equal;
            }
            default -> a.equals(b);
        };
    }

    static boolean same(List<Scalar> a, List<Scalar> b) {
        if (a.size() != b.size()) return false;
        for (int i = 0; i < a.size(); i++) if (!same(a.get(i), b.get(i))) return false;
        return true;
    }

    static boolean same(AggregateCall a, AggregateCall b) {
        if (a.function().volatility() == 'v' || a.function().oid() != b.function().oid() || a.distinct() != b.distinct()
                || a.collation() != b.collation() || a.type().oid() != b.type().oid()) return false;
        if (!same(a.arguments(), b.arguments()) || !same(a.directArguments(), b.directArguments())
                || !same(a.filter(), b.filter()) || a.orderBy().size() != b.orderBy().size()) return false;
        for (Scalar argument : a.arguments()) if (Volatility.of(argument)) return false;
        for (int i = 0; i < a.orderBy().size(); i++) if (!same(a.orderBy().get(i), b.orderBy().get(i))) return false;
        return true;
    }

    static boolean same(SortKey a, SortKey b) {
        return a.descending() == b.descending() && a.nullsFirst() == b.nullsFirst() && a.less().oid() == b.less().oid()
                && same(a.expression(), b.expression());
    }
}
