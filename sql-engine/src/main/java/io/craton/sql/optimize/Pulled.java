package io.craton.sql.optimize;

import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Join;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subquery without its conditions on the outer row, and those conditions: over the relation's fields, with the outer row at level 1. The relation's fields
 * begin with the subquery's own; others that the conditions need may follow.
 */
record Pulled(Relation relation, List<Scalar> conditions) {

    /** Takes the conditions on the row around out of a subquery; null when it depends on that row in another way. */
    static @Nullable Pulled of(Relation relation) {
        if (!Scalars.refersTo(relation, 1)) return new Pulled(relation, List.of());
        return switch (relation) {
            case Relation.Filter filter -> filter(filter);
            case Relation.Project project -> project(project);
            case Join join when !join.lateral() -> join(join);
            default -> null;
        };
    }

    private static @Nullable Pulled filter(Relation.Filter filter) {
        Pulled input = of(filter.input());
        if (input == null) return null;
        List<Scalar> kept = new ArrayList<>();
        List<Scalar> pulled = new ArrayList<>(input.conditions);
        return split(Scalars.conjuncts(filter.condition()), kept, pulled)
                ? new Pulled(filtered(input.relation, kept), pulled) : null;
    }

    private static boolean split(List<Scalar> conditions, List<Scalar> kept, List<Scalar> pulled) {
        for (Scalar condition : conditions) {
            if (!Scalars.refersTo(condition, 1)) {
                kept.add(condition);
            } else {
                if (Scalars.isVolatile(condition)) return false;
                pulled.add(condition);
            }
        }
        return true;
    }

    static Relation filtered(Relation input, List<Scalar> conditions) {
        Scalar condition = Scalars.and(conditions);
        return condition == null ? input : new Relation.Filter(input, condition);
    }

    private static @Nullable Pulled project(Relation.Project project) {
        Pulled input = of(project.input());
        if (input == null) return null;
        List<Scalar> expressions = new ArrayList<>(project.expressions());
        List<Relation.Field> fields = new ArrayList<>(project.fields());
        for (Scalar expression : expressions) if (Scalars.refersTo(expression, 1) || Scalars.isVolatile(expression)) return null;
        BitSet used = new BitSet();
        for (Scalar condition : input.conditions) Scalars.columns(condition, used);
        int[] positions = new int[input.relation.fields().size()];
        for (int i = used.nextSetBit(0); i >= 0; i = used.nextSetBit(i + 1)) {
            Scalar column = References.column(input.relation, i);
            int position = expressions.indexOf(column);
            if (position < 0) {
                position = expressions.size();
                expressions.add(column);
                fields.add(input.relation.fields().get(i));
            }
            positions[i] = position;
        }
        Relation relation = new Relation.Project(input.relation, expressions, fields);
        return new Pulled(relation, input.conditions.stream()
                .map(condition -> References.substitute(condition, i -> References.column(relation, positions[i]))).toList());
    }

    private static @Nullable Pulled join(Join join) {
        Pulled left = of(join.left());
        if (left == null || left.relation.fields().size() != join.left().fields().size()) return null;
        List<Scalar> kept = new ArrayList<>();
        List<Scalar> pulled = new ArrayList<>(left.conditions);
        if (join.kind() == JoinKind.INNER) {
            Pulled right = of(join.right());
            if (right == null || !split(Scalars.conjuncts(join.condition()), kept, pulled)) return null;
            int width = join.left().fields().size();
            for (Scalar condition : right.conditions) {
                pulled.add(References.substitute(condition, i -> {
                    Relation.Field field = right.relation.fields().get(i);
                    return new Scalar.Column(width + i, field.type(), field.typmod());
                }));
            }
            return new Pulled(new Join(JoinKind.INNER, left.relation, right.relation, Scalars.and(kept), false), pulled);
        }
        if (join.kind() != JoinKind.LEFT && join.kind() != JoinKind.SEMI && join.kind() != JoinKind.ANTI) return null;
        if (Scalars.refersTo(join.right(), 1) || join.condition() != null && Scalars.refersTo(join.condition(), 1)) return null;
        return new Pulled(new Join(join.kind(), left.relation, join.right(), join.condition(), false), pulled);
    }
}
