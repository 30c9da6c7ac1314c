package io.craton.sql.optimize;

import io.craton.sql.analyze.TreeRewriter;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.function.IntFunction;

/** Renumbers references to rows, those inside subqueries included. Pure functions. */
final class References {
    private References() {}

    /** The expression over another row: field {@code i} becomes {@code fields.apply(i)}, which holds no subquery. */
    static Scalar substitute(Scalar scalar, IntFunction<Scalar> fields) {
        return new TreeRewriter((node, depth) -> {
            if (depth == 0) return node instanceof Scalar.Column column ? fields.apply(column.index()) : null;
            return node instanceof Scalar.OuterColumn outer && outer.level() == depth ? lift(fields.apply(outer.index()), depth) : null;
        }).rewrite(scalar, 0);
    }

    /** The expression as something {@code levels} subqueries deeper sees it. */
    private static Scalar lift(Scalar scalar, int levels) {
        return Scalars.map(scalar, part -> switch (part) {
            case Scalar.Column column -> new Scalar.OuterColumn(levels, column.index(), column.type(), column.typmod());
            case Scalar.OuterColumn outer -> new Scalar.OuterColumn(outer.level() + levels, outer.index(), outer.type(), outer.typmod());
            default -> part;
        });
    }

    /** A subquery as an input of a join in the scope where it stood. It must not look at that scope's own row. */
    static Relation raise(Relation relation) {
        return new TreeRewriter((node, depth) -> node instanceof Scalar.OuterColumn outer && outer.level() > depth + 1
                ? new Scalar.OuterColumn(outer.level() - 1, outer.index(), outer.type(), outer.typmod()) : null).rewrite(relation, 0);
    }

    /** A condition of a subquery as the condition of a join: outer row on the left ({@code width} fields), the subquery's row on the right. */
    static Scalar joined(Scalar scalar, int width) {
        return new TreeRewriter((node, depth) -> {
            if (node instanceof Scalar.OuterColumn outer) {
                if (outer.level() == depth + 1) return reference(depth, outer.index(), outer);
                if (outer.level() > depth + 1) return reference(outer.level() - 1, outer.index(), outer);
                if (outer.level() == depth) return reference(depth, outer.index() + width, outer);
            }
            return depth == 0 && node instanceof Scalar.Column column ? reference(0, column.index() + width, column) : null;
        }).rewrite(scalar, 0);
    }

    static Scalar reference(int level, int index, Scalar like) {
        return level == 0 ? new Scalar.Column(index, like.type(), like.typmod())
                : new Scalar.OuterColumn(level, index, like.type(), like.typmod());
    }

    static Scalar column(Relation relation, int index) {
        Relation.Field field = relation.fields().get(index);
        return new Scalar.Column(index, field.type(), field.typmod());
    }
}
