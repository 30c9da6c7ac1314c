package io.craton.sql.optimize;

import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Join;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Inner lateral joins with less inside: what does not look at the row on the left is joined as usual, conditions on that row become join conditions, and
 * a right side of one computed row becomes columns of the left. What truly depends on the row stays a lateral join. Never fires for volatile expressions. Pure.
 */
final class Laterals {
    /** @param first the number of its first field among those of the right side */
    private record Leaf(Relation relation, int first) {
        boolean dependent() {
            return Scalars.refersTo(relation, 1);
        }
    }

    private final Relation left;
    private final int width;
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<Scalar> conditions = new ArrayList<>();
    private int fields;

    private Laterals(Relation left) {
        this.left = left;
        this.width = left.fields().size();
    }

    /** Over one node whose inputs are done. */
    static Relation apply(Relation relation) {
        if (!(relation instanceof Join join) || join.kind() != JoinKind.INNER || !join.lateral() || !Strictness.repeatable(join.right())) return relation;
        return new Laterals(join.left()).separate(join);
    }

    private Relation separate(Join join) {
        List<Scalar> output = collect(join.right());
        boolean nothingToGain = leaves.size() == 1 && leaves.getFirst().dependent() && computed(leaves.getFirst().relation()) == null;
        if (nothingToGain) return join;
        int[] places = new int[fields];
        Relation current = left;
        for (Leaf leaf : leaves) {
            if (leaf.dependent()) current = place(leaf, dependent(current, leaf.relation()), places);
        }
        for (Leaf leaf : leaves) {
            if (!leaf.dependent()) current = place(leaf, new Join(JoinKind.INNER, current, References.raise(leaf.relation()), null, false), places);
        }
        Relation joined = current;
        List<Scalar> all = new ArrayList<>();
        for (Scalar condition : conditions) all.add(moved(References.joined(condition, width), places, joined));
        List<Scalar> result = new ArrayList<>();
        for (int i = 0; i < width; i++) result.add(References.column(left, i));
        for (Scalar column : output) result.add(moved(References.joined(column, width), places, joined));
        for (Scalar condition : Scalars.conjuncts(join.condition())) all.add(References.substitute(condition, result::get));
        return new Relation.Project(Pulled.filtered(joined, all), result, join.fields());
    }

    /** The right side's leaves, conditions and columns, in one numbering. */
    private List<Scalar> collect(Relation relation) {
        switch (relation) {
            case Relation.Filter filter -> {
                List<Scalar> output = collect(filter.input());
                for (Scalar condition : Scalars.conjuncts(filter.condition())) conditions.add(References.substitute(condition, output::get));
                return output;
            }
            case Relation.Project project when project.expressions().stream().allMatch(each -> each instanceof Scalar.Column) -> {
                List<Scalar> input = collect(project.input());
                return project.expressions().stream().map(each -> input.get(((Scalar.Column) each).index())).toList();
            }
            case Join join when join.kind() == JoinKind.INNER && !join.lateral() -> {
                List<Scalar> both = new ArrayList<>(collect(join.left()));
                both.addAll(collect(join.right()));
                for (Scalar condition : Scalars.conjuncts(join.condition())) conditions.add(References.substitute(condition, both::get));
                return both;
            }
            case Join join when join.kind() == JoinKind.INNER && !Scalars.refersTo(join.right(), 1) -> {
                return collect(new Join(JoinKind.INNER, join.left(), References.raise(join.right()), join.condition(), false));
            }
            default -> {
                leaves.add(new Leaf(relation, fields));
                List<Scalar> output = new ArrayList<>();
                for (Relation.Field field : relation.fields()) output.add(new Scalar.Column(fields++, field.type(), field.typmod()));
                return output;
            }
        }
    }

    /** Notes where the fields of a leaf are, now that it stands at the end of {@code joined}. */
    private static Relation place(Leaf leaf, Relation joined, int[] places) {
        int count = leaf.relation().fields().size();
        for (int i = 0; i < count; i++) places[leaf.first() + i] = joined.fields().size() - count + i;
        return joined;
    }

    /** The left row is the front of {@code current}'s, so that references to it hold. */
    private Relation dependent(Relation current, Relation leaf) {
        List<Scalar> computed = computed(leaf);
        if (computed == null) return new Join(JoinKind.INNER, current, leaf, null, true);
        List<Scalar> expressions = new ArrayList<>();
        for (int i = 0; i < current.fields().size(); i++) expressions.add(References.column(current, i));
        for (Scalar expression : computed) expressions.add(References.joined(expression, width));
        List<Relation.Field> all = new ArrayList<>(current.fields());
        all.addAll(leaf.fields());
        return new Relation.Project(current, expressions, all);
    }

    /** The expressions of a relation that is one row computed from nothing but the rows around it; null for any other. */
    private static @Nullable List<Scalar> computed(Relation relation) {
        if (relation instanceof Relation.Values values && values.rows().size() == 1) return values.rows().getFirst();
        return relation instanceof Relation.Project project && project.input() instanceof Relation.Values values && values.rows().size() == 1
                && values.fields().isEmpty() ? project.expressions() : null;
    }

    private Scalar moved(Scalar scalar, int[] places, Relation joined) {
        return References.substitute(scalar, i -> References.column(joined, i < width ? i : places[i - width]));
    }
}
