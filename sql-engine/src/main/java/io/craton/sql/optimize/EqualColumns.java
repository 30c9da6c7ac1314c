package io.craton.sql.optimize;

import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.OperatorTable;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Classes of a region's columns that its conditions make equal. What is known of one member is known of all; any two members may be joined. */
final class EqualColumns {
    /** @param example an equality of two members, for its operator */
    record Members(BitSet columns, Scalar.Call example) {}

    final List<Members> classes = new ArrayList<>();

    /** The condition as an equality of two columns, or null. */
    static Scalar.@Nullable Call equality(Scalar condition) {
        return Strictness.plainEquality(condition) && condition instanceof Scalar.Call call && bare(call.arguments().get(0)) != null
                && bare(call.arguments().get(1)) != null ? call : null;
    }

    private static Scalar.@Nullable Column bare(Scalar scalar) {
        Scalar inner = scalar;
        while (inner instanceof Scalar.Relabel relabel && relabel.type().repr() == relabel.argument().type().repr()) inner = relabel.argument();
        return inner instanceof Scalar.Column column ? column : null;
    }

    void add(Scalar.Call equality) {
        int a = java.util.Objects.requireNonNull(bare(equality.arguments().get(0))).index();
        int b = java.util.Objects.requireNonNull(bare(equality.arguments().get(1))).index();
        BitSet merged = new BitSet();
        merged.set(a);
        merged.set(b);
        classes.removeIf(members -> {
            boolean same = members.example.function().equals(equality.function()) && members.example.collation() == equality.collation()
                    && (members.columns.get(a) || members.columns.get(b));
            if (same) merged.or(members.columns);
            return same;
        });
        classes.add(new Members(merged, equality));
    }

    /** The equality of two members. */
    static Scalar join(Members members, Scalar.Column a, Scalar.Column b) {
        Scalar.Call like = members.example;
        return new Scalar.Call(like.function(), List.of(as(a, like.arguments().get(0)), as(b, like.arguments().get(0))), like.type(),
                like.typmod(), like.collation(), like.position());
    }

    private static Scalar as(Scalar.Column column, Scalar like) {
        return column.type().equals(like.type()) ? column : new Scalar.Relabel(column, like.type(), like.typmod());
    }

    /** A comparison of one column with a value, said of the other members of its class. */
    List<Scalar> copies(Scalar condition, JoinRegion region) {
        Scalar.Column column = compared(condition);
        List<Scalar> copies = new ArrayList<>();
        if (column == null) return copies;
        for (Members members : classes) {
            if (!members.columns.get(column.index())) continue;
            for (int i = members.columns.nextSetBit(0); i >= 0; i = members.columns.nextSetBit(i + 1)) {
                if (i == column.index() || !region.column(i).type().equals(column.type())) continue;
                Scalar.Column other = region.column(i);
                copies.add(References.substitute(condition, number -> other));
            }
        }
        return copies;
    }

    private static Scalar.@Nullable Column compared(Scalar condition) {
        if (Scalars.isVolatile(condition) || Scalars.hasSubquery(condition)) return null;
        if (condition instanceof Scalar.AnyAll any && !any.all() && DatumEquality.hashable(any.operator()) && Scalars.steady(any.array())) {
            return bare(any.left());
        }
        if (!(condition instanceof Scalar.Call call) || call.arguments().size() != 2) return null;
        OperatorTable.Compare compare = OperatorTable.compare(call.function());
        if (compare == null) return null;
        Scalar.Column left = bare(call.arguments().get(0));
        Scalar.Column right = bare(call.arguments().get(1));
        if (left != null && Scalars.steady(call.arguments().get(1))) return left;
        return right != null && Scalars.steady(call.arguments().get(0)) ? right : null;
    }
}
