package io.craton.sql.optimize;

import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Join;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Neighbouring inner joins, filters and existence tests as one set of leaves and conditions, in no order. All fields of all leaves share one numbering; a
 * leaf's are {@code first .. first + width}. Built once, then read.
 */
final class JoinRegion {
    /** @param kind INNER; SEMI or ANTI for what only tests existence */
    record Leaf(JoinKind kind, Relation relation, int first, List<Scalar> tests) {
        int width() {
            return relation.fields().size();
        }
    }

    final List<Leaf> leaves = new ArrayList<>();
    final List<Leaf> existences = new ArrayList<>();
    final List<Scalar> conditions = new ArrayList<>();
    final List<Relation.Field> fields = new ArrayList<>();
    final List<Scalar> output;

    private JoinRegion(Relation root) {
        output = collect(root);
        List<Scalar> factored = new ArrayList<>();
        for (Scalar condition : conditions) factored.addAll(Predicates.factored(condition));
        conditions.clear();
        conditions.addAll(factored);
    }

    static boolean isRoot(Relation relation) {
        return switch (relation) {
            case Relation.Filter filter -> !Scalars.isVolatile(filter.condition()) && isRoot(filter.input());
            case Join join -> isMember(join);
            default -> false;
        };
    }

    private static boolean isMember(Join join) {
        return !join.lateral() && (join.kind() == JoinKind.INNER || join.kind() == JoinKind.SEMI || join.kind() == JoinKind.ANTI)
                && (join.condition() == null || !Scalars.isVolatile(join.condition()));
    }

    static JoinRegion of(Relation root) {
        return new JoinRegion(root);
    }

    /** Changes what the leaves and the conditions' subqueries are made of, not their fields. */
    void mapInputs(UnaryOperator<Relation> each) {
        leaves.replaceAll(leaf -> new Leaf(leaf.kind(), each.apply(leaf.relation()), leaf.first(), leaf.tests()));
        existences.replaceAll(leaf -> new Leaf(leaf.kind(), each.apply(leaf.relation()), leaf.first(), leaf.tests()));
        conditions.replaceAll(condition -> Scalars.hasSubquery(condition) ? Shape.subqueries(condition, each) : condition);
    }

    private List<Scalar> collect(Relation relation) {
        switch (relation) {
            case Relation.Filter filter when !Scalars.isVolatile(filter.condition()) -> {
                List<Scalar> output = collect(filter.input());
                for (Scalar condition : Scalars.conjuncts(filter.condition())) conditions.add(References.substitute(condition, output::get));
                return output;
            }
            case Relation.Project project when project.expressions().stream().allMatch(each -> each instanceof Scalar.Column) -> {
                List<Scalar> input = collect(project.input());
                return project.expressions().stream().map(each -> input.get(((Scalar.Column) each).index())).toList();
            }
            case Join join when isMember(join) -> {
                List<Scalar> left = collect(join.left());
                List<Scalar> both = new ArrayList<>(left);
                if (join.kind() == JoinKind.INNER) {
                    both.addAll(collect(join.right()));
                    for (Scalar condition : Scalars.conjuncts(join.condition())) conditions.add(References.substitute(condition, both::get));
                    return both;
                }
                List<Scalar> tests = new ArrayList<>();
                int first = number(join.right());
                for (int i = 0; i < join.right().fields().size(); i++) both.add(column(first + i));
                for (Scalar condition : Scalars.conjuncts(join.condition())) tests.add(References.substitute(condition, both::get));
                existences.add(new Leaf(join.kind(), join.right(), first, tests));
                return left;
            }
            default -> {
                int first = number(relation);
                leaves.add(new Leaf(JoinKind.INNER, relation, first, List.of()));
                List<Scalar> output = new ArrayList<>();
                for (int i = 0; i < relation.fields().size(); i++) output.add(column(first + i));
                return output;
            }
        }
    }

    private int number(Relation relation) {
        int first = fields.size();
        fields.addAll(relation.fields());
        return first;
    }

    Scalar.Column column(int number) {
        return new Scalar.Column(number, fields.get(number).type(), fields.get(number).typmod());
    }

    /** Which inner leaves the expression reads. */
    BitSet leavesOf(Scalar scalar) {
        BitSet used = new BitSet();
        Scalars.columns(scalar, used);
        BitSet found = new BitSet();
        for (int i = 0; i < leaves.size(); i++) {
            Leaf leaf = leaves.get(i);
            int at = used.nextSetBit(leaf.first());
            if (at >= 0 && at < leaf.first() + leaf.width()) found.set(i);
        }
        return found;
    }
}
