package io.craton.sql.plan;

import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.core.type.TypeResolver;
import io.craton.sql.analyze.SameScalar;
import io.craton.sql.expr.OperatorTable;
import io.craton.sql.expr.Scalars;
import io.craton.sql.kernel.Comparison;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether one condition must be true where others are: what predicate_implied_by of PostgreSQL proves. Laws of AND and OR, equal expressions, what strict functions say about
 * nulls, and comparisons of one expression with two constants. Pure functions; unsure means no.
 */
final class Implication {
    /** A longer list is not looked at element by element. */
    private static final int ELEMENTS_MAX = 100;

    private Implication() {}

    /** Whether all conclusions are true wherever all premises are. */
    static boolean holds(List<Scalar> premises, List<Scalar> conclusions, TypeResolver types) {
        for (Scalar conclusion : conclusions) if (!holds(premises, conclusion, types)) return false;
        return true;
    }

    private static boolean holds(List<Scalar> premises, Scalar conclusion, TypeResolver types) {
        if (conclusion instanceof Scalar.Logical logical) {
            if (logical.kind() == Scalar.Logic.AND) return holds(premises, logical.arguments(), types);
            for (Scalar part : logical.arguments()) if (holds(premises, part, types)) return true;
        }
        for (Scalar premise : premises) if (follows(premise, conclusion, types)) return true;
        return false;
    }

    /** Whether the conclusion is true wherever the premise is. */
    private static boolean follows(Scalar premise, Scalar conclusion, TypeResolver types) {
        if (premise instanceof Scalar.Logical logical) {
            if (logical.kind() == Scalar.Logic.AND) return holds(logical.arguments(), conclusion, types);
            return same(premise, conclusion) || logical.arguments().stream().allMatch(part -> follows(part, conclusion, types));
        }
        if (conclusion instanceof Scalar.Logical logical) {
            boolean both = logical.kind() == Scalar.Logic.AND;
            for (Scalar part : logical.arguments()) if (follows(premise, part, types) != both) return !both;
            return both;
        }
        if (same(premise, conclusion)) return true;
        List<Scalar> said = alternatives(premise, types);
        if (said != null) return said.stream().allMatch(part -> follows(part, conclusion, types));
        List<Scalar> wanted = alternatives(conclusion, types);
        if (wanted != null) return wanted.stream().anyMatch(part -> follows(premise, part, types));
        if (conclusion instanceof Scalar.IsNull test && test.negated() && !row(test.argument().type())) return needs(premise, test.argument());
        Bound given = bound(premise);
        Bound needed = bound(conclusion);
        return given != null && needed != null && given.family == needed.family && given.as.oid() == needed.as.oid()
                && SameScalar.same(given.subject, needed.subject) && follows(given, needed);
    }

    // ---- truth ---------------------------------------------------------------------------------------------------

    /** A condition as one that is true when {@code scalar} has this truth value. */
    private record Truth(Scalar scalar, boolean value) {}

    private static Truth truth(Scalar scalar, boolean value) {
        return switch (scalar) {
            case Scalar.Not not -> truth(not.argument(), !value);
            case Scalar.TruthTest test when value && !test.negated() && test.truth() != Scalar.Truth.UNKNOWN ->
                truth(test.argument(), test.truth() == Scalar.Truth.TRUE);
            case Scalar.Call call when call.function().source().equals("booleq") && call.arguments().get(1) instanceof Scalar.Constant(Boolean right, PgType _, int _) ->
                truth(call.arguments().get(0), value == right);
            case Scalar.Call call when call.function().source().equals("booleq") && call.arguments().get(0) instanceof Scalar.Constant(Boolean left, PgType _, int _) ->
                truth(call.arguments().get(1), value == left);
            default -> new Truth(scalar, value);
        };
    }

    private static boolean same(Scalar premise, Scalar conclusion) {
        Truth given = truth(premise, true);
        Truth needed = truth(conclusion, true);
        return given.value == needed.value && SameScalar.same(given.scalar, needed.scalar);
    }

    private static boolean row(PgType type) {
        return type.kind() == 'c' || type.kind() == 'd' || type.oid() == TypeOid.RECORD;
    }

    /** Whether the condition cannot be true while the value is null. */
    private static boolean needs(Scalar condition, Scalar value) {
        Truth given = truth(condition, true);
        return switch (given.scalar) {
            case Scalar.AnyAll any -> given.value && !any.all() && any.operator().strict() && nullWith(any.left(), value);
            case Scalar.IsNull test -> test.negated() == given.value && !row(test.argument().type()) && nullWith(test.argument(), value);
            default -> nullWith(given.scalar, value);
        };
    }

    /** Whether the scalar is null when the value is. */
    private static boolean nullWith(Scalar scalar, Scalar value) {
        if (SameScalar.same(scalar, value)) return true;
        return switch (scalar) {
            case Scalar.Relabel relabel -> nullWith(relabel.argument(), value);
            case Scalar.Collate collate -> nullWith(collate.argument(), value);
            case Scalar.CoerceViaIo coerce -> nullWith(coerce.argument(), value);
            case Scalar.Not not -> nullWith(not.argument(), value);
            case Scalar.Call call -> call.function().strict() && !call.function().returnsSet()
                    && call.arguments().stream().anyMatch(argument -> nullWith(argument, value));
            default -> false;
        };
    }

    // ---- lists ---------------------------------------------------------------------------------------------------

    /** {@code x = ANY (list)} as its equalities, those with null left out; null when it is nothing of the kind. */
    private static @Nullable List<Scalar> alternatives(Scalar scalar, TypeResolver types) {
        if (!(scalar instanceof Scalar.AnyAll any) || any.all()) return null;
        List<Scalar> elements = elements(any.array(), types);
        if (elements == null) return null;
        List<Scalar> all = new ArrayList<>();
        for (Scalar element : elements) {
            all.add(new Scalar.Call(any.operator(), List.of(any.left(), element), io.craton.core.type.PgTypes.BOOL, -1, any.collation(), 0));
        }
        return all;
    }

    private static @Nullable List<Scalar> elements(Scalar array, TypeResolver types) {
        List<Scalar> elements = new ArrayList<>();
        switch (array) {
            case Scalar.Constant constant when constant.value() instanceof PgArray values -> {
                PgType type = types.type(array.type().elementOid());
                if (type == null || values.elements().length > ELEMENTS_MAX) return null;
                for (Object value : values.elements()) if (value != null) elements.add(new Scalar.Constant(value, type, -1));
            }
            case Scalar.ArrayValue list when !list.nested() && list.elements().size() <= ELEMENTS_MAX -> {
                for (Scalar element : list.elements()) if (!(element instanceof Scalar.Constant constant) || constant.value() != null) elements.add(element);
            }
            default -> {
                return null;
            }
        }
        return elements;
    }

    // ---- comparisons ---------------------------------------------------------------------------------------------

    /**
     * {@code subject comparison value}.
     *
     * @param as type that the subject is compared as
     */
    private record Bound(Scalar subject, PgType as, Comparison comparison, OperatorTable.Family family, Object value, PgType type) {}

    private static @Nullable Bound bound(Scalar scalar) {
        if (!(scalar instanceof Scalar.Call call) || call.arguments().size() != 2) return null;
        OperatorTable.Compare compare = OperatorTable.compare(call.function(), call.collation());
        if (compare == null || !compare.sameType()) return null;
        Scalar left = call.arguments().get(0);
        Scalar right = call.arguments().get(1);
        if (!AccessPaths.compatible(left.type(), right.type())) return null;
        Scalar.Constant constant = constant(right);
        if (constant != null) return new Bound(IndexExpressions.bare(left), left.type(), compare.comparison(), compare.family(), constant.value(), constant.type());
        constant = constant(left);
        return constant == null ? null : new Bound(IndexExpressions.bare(right), right.type(), compare.comparison().flipped(), compare.family(), constant.value(), constant.type());
    }

    private static Scalar.@Nullable Constant constant(Scalar scalar) {
        return IndexExpressions.bare(scalar) instanceof Scalar.Constant constant && constant.value() != null && constant.type().kind() != 'd' ? constant : null;
    }

    /** From how the subject may compare with the one value to how it may compare with the other. */
    private static boolean follows(Bound given, Bound needed) {
        int order;
        if (given.family == OperatorTable.Family.LONG && given.value instanceof Long a && needed.value instanceof Long b) order = Long.compare(a, b);
        else if (given.type.oid() == needed.type.oid()) order = DatumComparator.compare(given.type, given.value, needed.value);
        else return false;
        int signs = given.comparison.mask;
        if (order > 0) signs = (given.comparison.mask & 1) != 0 ? 7 : 4;
        if (order < 0) signs = (given.comparison.mask & 4) != 0 ? 7 : 1;
        return (signs & ~needed.comparison.mask) == 0;
    }
}
