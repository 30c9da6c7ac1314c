package io.craton.sql.optimize;

import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Filter;
import io.craton.sql.logical.Relation.Join;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Conditions of one side of a join stand on that side, where those who order the joins below an outer join see what they leave. The planner would bring them
 * there in the end, but by then the order is made. Pure.
 */
final class SunkenFilters {
    private SunkenFilters() {}

    static Relation sink(Relation relation) {
        return sink(relation, List.of());
    }

    private static Relation sink(Relation relation, List<Scalar> conditions) {
        if (relation instanceof Filter filter && !Scalars.isVolatile(filter.condition())) {
            List<Scalar> all = new ArrayList<>(Scalars.conjuncts(filter.condition()));
            all.addAll(conditions);
            return sink(filter.input(), all);
        }
        if (relation instanceof Join join && join.kind() != JoinKind.FULL) return sink(join, conditions);
        return filtered(relation, conditions);
    }

    private static Relation sink(Join join, List<Scalar> conditions) {
        int width = join.left().fields().size();
        List<Scalar> left = new ArrayList<>();
        List<Scalar> right = new ArrayList<>();
        List<Scalar> above = new ArrayList<>();
        boolean intoRight = !join.lateral() && (join.kind() == JoinKind.INNER || join.kind() == JoinKind.RIGHT);
        for (Scalar condition : conditions) {
            BitSet used = new BitSet();
            Scalars.columns(condition, used);
            if (join.kind() != JoinKind.RIGHT && !used.isEmpty() && used.length() <= width) left.add(condition);
            else if (intoRight && !used.isEmpty() && used.nextSetBit(0) >= width && !Scalars.hasSubquery(condition)) right.add(shifted(condition, width));
            else above.add(condition);
        }
        return filtered(new Join(join.kind(), sink(join.left(), left), sink(join.right(), right), join.condition(), join.lateral()), above);
    }

    private static Scalar shifted(Scalar condition, int by) {
        return Scalars.map(condition, part -> part instanceof Scalar.Column column
                ? new Scalar.Column(column.index() - by, column.type(), column.typmod()) : part);
    }

    private static Relation filtered(Relation relation, List<Scalar> conditions) {
        Scalar condition = Scalars.and(conditions);
        return condition == null ? relation : new Filter(relation, condition);
    }
}
