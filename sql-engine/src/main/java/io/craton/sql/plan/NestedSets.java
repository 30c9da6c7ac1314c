package io.craton.sql.plan;

import io.craton.sql.analyze.ScalarChildren;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;

/**
 * Set-returning calls inside the arguments of others: the inner ones run in lockstep below, each of their rows feeds the outer ones, and values computed below
 * repeat for every row made above. Pure.
 */
final class NestedSets {
    private NestedSets() {}

    /** An equal relation in which no set-returning call stands inside another. */
    static Relation.ProjectSet flat(Relation.ProjectSet project) {
        if (project.expressions().stream().noneMatch(NestedSets::nested)) return project;
        Relation input = project.input();
        List<Scalar> below = new ArrayList<>();
        List<Relation.Field> fields = new ArrayList<>(input.fields());
        for (int i = 0; i < fields.size(); i++) below.add(new Scalar.Column(i, fields.get(i).type(), fields.get(i).typmod()));
        int width = below.size();
        List<Scalar> expressions = new ArrayList<>();
        for (Scalar expression : project.expressions()) expressions.add(lowered(expression, width, below, fields));
        return flat(new Relation.ProjectSet(new Relation.ProjectSet(input, below, fields), expressions, project.fields()));
    }

    /** The expression with its innermost set-returning calls moved below. */
    private static Scalar lowered(Scalar scalar, int width, List<Scalar> below, List<Relation.Field> fields) {
        if (!sets(scalar) || argumentsSet((Scalar.Call) scalar)) {
            return ScalarChildren.map(scalar, part -> lowered(part, width, below, fields));
        }
        int place = below.subList(width, below.size()).indexOf(scalar);
        if (place < 0) {
            place = below.size() - width;
            below.add(scalar);
            fields.add(new Relation.Field("", scalar.type(), scalar.typmod()));
        }
        return new Scalar.Column(width + place, scalar.type(), scalar.typmod());
    }

    private static boolean sets(Scalar scalar) {
        return scalar instanceof Scalar.Call call && call.function().returnsSet();
    }

    private static boolean argumentsSet(Scalar.Call call) {
        return call.arguments().stream().anyMatch(argument -> Scalars.any(argument, NestedSets::sets));
    }

    private static boolean nested(Scalar scalar) {
        return Scalars.any(scalar, part -> sets(part) && argumentsSet((Scalar.Call) part));
    }
}
