package io.craton.sql.optimize;

import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Join;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.BitSet;

/** An outer join whose padded rows no one lets through is an inner join. Pure. */
final class OuterJoins {
    private OuterJoins() {}

    static Relation reduce(Relation relation) {
        return reduce(relation, new BitSet());
    }

    /** @param wanted fields that must not be null for a row to matter */
    private static Relation reduce(Relation relation, BitSet wanted) {
        return switch (relation) {
            case Relation.Filter filter -> {
                BitSet inner = (BitSet) wanted.clone();
                inner.or(Strictness.rejectsNull(filter.condition()));
                Relation input = reduce(filter.input(), inner);
                yield input == filter.input() ? filter : new Relation.Filter(input, filter.condition());
            }
            case Relation.Project project -> {
                BitSet inner = new BitSet();
                for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
                    if (project.expressions().get(i) instanceof Scalar.Column column) inner.set(column.index());
                }
                Relation input = reduce(project.input(), inner);
                yield input == project.input() ? project : new Relation.Project(input, project.expressions(), project.fields());
            }
            case Join join -> join(join, wanted);
            default -> relation;
        };
    }

    private static Relation join(Join join, BitSet wanted) {
        int width = join.left().fields().size();
        int all = join.fields().size();
        boolean leftWanted = !wanted.get(0, width).isEmpty();
        boolean rightWanted = all > width && !wanted.get(width, all).isEmpty();
        JoinKind kind = switch (join.kind()) {
            case LEFT -> rightWanted ? JoinKind.INNER : JoinKind.LEFT;
            case RIGHT -> leftWanted ? JoinKind.INNER : JoinKind.RIGHT;
            case FULL -> leftWanted && rightWanted ? JoinKind.INNER : leftWanted ? JoinKind.LEFT : rightWanted ? JoinKind.RIGHT
                    : JoinKind.FULL;
            case INNER -> JoinKind.INNER;
            case SEMI -> JoinKind.SEMI;
            case ANTI -> JoinKind.ANTI;
        };
        BitSet below = (BitSet) wanted.clone();
        if (join.condition() != null && (kind == JoinKind.INNER || kind == JoinKind.SEMI)) {
            below.or(Strictness.rejectsNull(join.condition()));
        }
        // What the padded side's rows need is not known from above.
        BitSet forLeft = kind == JoinKind.RIGHT || kind == JoinKind.FULL ? new BitSet() : below.get(0, width);
        BitSet forRight = kind == JoinKind.INNER || kind == JoinKind.SEMI || kind == JoinKind.RIGHT
                ? below.get(width, Math.max(width, below.length())) : new BitSet();
        Relation left = reduce(join.left(), forLeft);
        Relation right = reduce(join.right(), join.lateral() ? new BitSet() : forRight);
        return kind == join.kind() && left == join.left() && right == join.right() ? join
                : new Join(kind, left, right, join.condition(), join.lateral());
    }
}
