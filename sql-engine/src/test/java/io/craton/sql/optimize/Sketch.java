package io.craton.sql.optimize;

import io.craton.sql.expr.Relations;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;

/** Trees in a few lines, for messages of failed tests. */
final class Sketch {
    private Sketch() {}

    static String of(Relation relation) {
        return of(relation, "");
    }

    private static String of(Scalar scalar, String indent) {
        Relation subquery = Scalars.subquery(scalar);
        String arguments = Scalars.children(scalar).stream().map(child -> of(child, indent)).toList().toString();
        return switch (scalar) {
            case Scalar.Column column -> "$" + column.index();
            case Scalar.OuterColumn outer -> "^" + outer.level() + "$" + outer.index();
            case Scalar.Constant constant -> String.valueOf(constant.value());
            case Scalar.Call call -> call.function().name() + arguments;
            case Scalar.Logical logical -> logical.kind() + arguments;
            default -> scalar.getClass().getSimpleName() + arguments + (subquery == null ? "" : "{" + of(subquery, indent + "    ") + "}");
        };
    }

    private static String of(Relation relation, String indent) {
        StringBuilder text = new StringBuilder("\n" + indent + relation.getClass().getSimpleName() + " ");
        if (relation instanceof Relation.Join join) text.append(join.kind()).append(' ');
        text.append(Relations.expressions(relation).stream().map(each -> of(each, indent)).toList());
        for (Relation input : Relations.inputs(relation)) text.append(of(input, indent + "  "));
        return text.toString();
    }
}
