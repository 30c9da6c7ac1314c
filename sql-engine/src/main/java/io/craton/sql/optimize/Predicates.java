package io.craton.sql.optimize;

import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Laws of AND and OR over conditions that only matter when true. Pure functions. */
final class Predicates {
    private Predicates() {}

    /** {@code (a and b) or (a and c)} as {@code a, (b or c)}. */
    static List<Scalar> factored(Scalar condition) {
        if (!(condition instanceof Scalar.Logical or) || or.kind() != Scalar.Logic.OR || Scalars.isVolatile(condition)
                || Scalars.hasSubquery(condition)) return List.of(condition);
        List<List<Scalar>> branches = or.arguments().stream().map(Scalars::conjuncts).toList();
        List<Scalar> common = new ArrayList<>(branches.get(0));
        for (List<Scalar> branch : branches) common.removeIf(part -> !contains(branch, part));
        if (common.isEmpty()) return List.of(condition);
        List<Scalar> rest = new ArrayList<>();
        for (List<Scalar> branch : branches) {
            List<Scalar> others = new ArrayList<>(branch);
            others.removeIf(part -> contains(common, part));
            if (others.isEmpty()) return common;
            rest.add(Scalars.and(others));
        }
        List<Scalar> all = new ArrayList<>(common);
        all.add(new Scalar.Logical(Scalar.Logic.OR, rest));
        return all;
    }

    /** Whether the list has the expression, wherever in the statement's text it stands. */
    private static boolean contains(List<Scalar> list, Scalar wanted) {
        Scalar plain = unplaced(wanted);
        return list.stream().anyMatch(each -> unplaced(each).equals(plain));
    }

    private static Scalar unplaced(Scalar scalar) {
        return Scalars.map(scalar, part -> part instanceof Scalar.Call call && call.position() != 0
                ? new Scalar.Call(call.function(), call.arguments(), call.type(), call.typmod(), call.collation(), 0, call.variadicArray())
                : part);
    }

    /** What an OR says about one leaf: the OR of each branch's conditions on it, or null when a branch says nothing. */
    static @Nullable Scalar implied(Scalar condition, Predicate<Scalar> aboutLeaf) {
        if (!(condition instanceof Scalar.Logical or) || or.kind() != Scalar.Logic.OR || Scalars.isVolatile(condition)
                || Scalars.hasSubquery(condition)) return null;
        List<Scalar> parts = new ArrayList<>();
        for (Scalar branch : or.arguments()) {
            List<Scalar> about = new ArrayList<>();
            for (Scalar part : Scalars.conjuncts(branch)) if (aboutLeaf.test(part)) about.add(part);
            if (about.isEmpty()) return null;
            parts.add(Scalars.and(about));
        }
        return new Scalar.Logical(Scalar.Logic.OR, parts);
    }
}
