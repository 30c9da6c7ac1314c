package io.craton.sql.optimize;

import io.craton.core.type.PgTypes;
import io.craton.sql.analyze.ScalarChildren;
import io.craton.sql.expr.Relations;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Aggregate;
import io.craton.sql.logical.Relation.Filter;
import io.craton.sql.logical.Relation.Join;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Relation.Project;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Subqueries that look at the row around them become joins: EXISTS and IN semi joins, NOT EXISTS anti joins (NOT IN too, where no null can
 * be), aggregates over a correlated set an outer join with the grouped set. What does not fit stays a subquery. Never fires for volatile expressions. Pure.
 */
final class Unnesting {
    private Unnesting() {}

    /** Over one node whose inputs and subqueries are done. */
    static Relation apply(Relation relation) {
        return switch (relation) {
            case Filter filter -> filter(filter);
            case Project project -> project(project);
            case Join join when join.kind() == JoinKind.INNER && !join.lateral() && join.condition() != null
                    && Scalars.hasSubquery(join.condition()) ->
                filter(new Filter(new Join(JoinKind.INNER, join.left(), join.right(), null, false), join.condition()));
            default -> relation;
        };
    }

    private static Relation filter(Filter filter) {
        if (!Scalars.hasSubquery(filter.condition())) return filter;
        List<Scalar> plain = new ArrayList<>();
        List<Scalar> open = new ArrayList<>();
        for (Scalar condition : Scalars.conjuncts(filter.condition())) (Scalars.hasSubquery(condition) ? open : plain).add(condition);
        Relation current = Pulled.filtered(filter.input(), plain);
        int width = current.fields().size();
        List<Scalar> above = new ArrayList<>();
        List<Scalar> values = new ArrayList<>();
        for (Scalar condition : open) {
            Relation joined = existence(current, condition);
            if (joined != null) current = joined;
            else values.add(condition);
        }
        for (Scalar condition : values) {
            Widened widened = widen(current, condition);
            current = widened.relation;
            above.add(widened.scalar);
        }
        current = Pulled.filtered(current, above);
        return current.fields().size() == width ? current : narrowed(current, width);
    }

    private static Relation narrowed(Relation relation, int width) {
        List<Scalar> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) columns.add(References.column(relation, i));
        return new Project(relation, columns, relation.fields().subList(0, width));
    }

    private static Relation project(Project project) {
        Relation current = project.input();
        List<Scalar> expressions = new ArrayList<>();
        for (Scalar expression : project.expressions()) {
            Widened widened = Scalars.hasSubquery(expression) ? widen(current, expression) : new Widened(current, expression);
            current = widened.relation;
            expressions.add(widened.scalar);
        }
        return current == project.input() ? project : new Project(current, expressions, project.fields());
    }

    // ---- EXISTS and IN -------------------------------------------------------------------------------------------

    private static @Nullable Relation existence(Relation outer, Scalar condition) {
        return switch (condition) {
            case Scalar.Exists exists -> exists(outer, exists.relation(), JoinKind.SEMI);
            case Scalar.Not not when not.argument() instanceof Scalar.Exists exists -> exists(outer, exists.relation(), JoinKind.ANTI);
            case Scalar.QuantifiedSubquery in when !in.all() -> in(outer, in, JoinKind.SEMI);
            case Scalar.Not not when not.argument() instanceof Scalar.QuantifiedSubquery in && !in.all() && noNulls(outer, in) ->
                in(outer, in, JoinKind.ANTI);
            default -> null;
        };
    }

    private static @Nullable Relation exists(Relation outer, Relation subquery, JoinKind kind) {
        if (!Scalars.refersTo(subquery, 1) || !Strictness.repeatable(subquery)) return null; // without the outer row it is tested once
        Pulled pulled = Pulled.of(bare(subquery));
        if (pulled == null || pulled.conditions().isEmpty()) return null;
        return join(kind, outer, pulled, List.of());
    }

    /** Without what does not change whether there is a row. */
    private static Relation bare(Relation relation) {
        return switch (relation) {
            case Project project when project.expressions().stream().noneMatch(Scalars::isVolatile) -> bare(project.input());
            case Relation.Sort sort when sort.keys().stream().noneMatch(key -> Scalars.isVolatile(key.expression())) -> bare(sort.input());
            case Relation.DistinctRows distinct -> bare(distinct.input());
            case Relation.Limit limit when limit.offset() == null && limit.count() instanceof Scalar.Constant count
                    && count.value() instanceof Long bound && bound > 0 -> bare(limit.input());
            default -> relation;
        };
    }

    private static @Nullable Relation in(Relation outer, Scalar.QuantifiedSubquery in, JoinKind kind) {
        for (Scalar left : in.left()) if (Scalars.hasSubquery(left) || Scalars.isVolatile(left)) return null;
        if (Scalars.isVolatile(in.comparison()) || in.left().stream().allMatch(left -> Scalars.steady(left))) return null;
        Pulled pulled = Strictness.repeatable(in.relation()) ? Pulled.of(in.relation()) : null;
        if (pulled == null) return null;
        int width = outer.fields().size();
        int count = in.left().size();
        Scalar comparison = References.substitute(in.comparison(), i -> i < count ? in.left().get(i)
                : new Scalar.Column(width + i - count, in.relation().fields().get(i - count).type(),
                        in.relation().fields().get(i - count).typmod()));
        return join(kind, outer, pulled, Scalars.conjuncts(comparison));
    }

    private static boolean noNulls(Relation outer, Scalar.QuantifiedSubquery in) {
        for (Scalar left : in.left()) if (!Strictness.neverNull(outer, left)) return false;
        for (int i = 0; i < in.relation().fields().size(); i++) {
            if (!Strictness.neverNull(in.relation(), References.column(in.relation(), i))) return false;
        }
        for (Scalar part : Scalars.conjuncts(in.comparison())) if (!Strictness.plainEquality(part)) return false;
        return true;
    }

    private static Relation join(JoinKind kind, Relation outer, Pulled pulled, List<Scalar> conditions) {
        List<Scalar> all = new ArrayList<>(conditions);
        for (Scalar condition : pulled.conditions()) all.add(References.joined(condition, outer.fields().size()));
        return new Join(kind, outer, References.raise(pulled.relation()), Scalars.and(all), false);
    }

    // ---- values --------------------------------------------------------------------------------------------------

    /** A relation with columns added behind its own, and an expression over it. */
    private record Widened(Relation relation, Scalar scalar) {}

    /** Joins what the expression's subqueries compute. */
    private static Widened widen(Relation outer, Scalar scalar) {
        Relation[] current = {outer};
        Scalar rewritten = replace(scalar, current);
        return new Widened(current[0], rewritten);
    }

    private static Scalar replace(Scalar scalar, Relation[] current) {
        if (scalar instanceof Scalar.ScalarSubquery subquery) {
            Scalar value = aggregate(subquery, current);
            return value == null ? scalar : value;
        }
        // CASE and the like evaluate lazily, which an aggregate that cannot fail does not mind.
        return ScalarChildren.map(scalar, part -> replace(part, current));
    }

    private static @Nullable Scalar aggregate(Scalar.ScalarSubquery subquery, Relation[] current) {
        if (!Scalars.refersTo(subquery.relation(), 1) || !Strictness.repeatable(subquery.relation())) return null;
        Relation top = subquery.relation();
        Scalar value = null;
        if (top instanceof Project project && project.expressions().size() == 1) {
            value = project.expressions().get(0);
            top = project.input();
        }
        if (!(top instanceof Aggregate aggregate) || !aggregate.keys().isEmpty() || !aggregate.groupingSets().isEmpty()) return null;
        if (value == null) value = References.column(aggregate, 0);
        if (Scalars.hasSubquery(value) || Scalars.isVolatile(value)) return null;
        for (Scalar expression : Relations.expressions(aggregate)) if (Scalars.refersTo(expression, 1)) return null;
        if (!Strictness.harmless(Relations.expressions(aggregate))) return null;
        for (Relation.AggregateCall call : aggregate.calls()) if (!call.function().builtIn() || !call.directArguments().isEmpty()) return null;
        Pulled pulled = Pulled.of(aggregate.input());
        return pulled == null ? null : grouped(aggregate, value, pulled, current);
    }

    /** The aggregate grouped by what the conditions compare with the outer row, joined to it. */
    private static @Nullable Scalar grouped(Aggregate aggregate, Scalar value, Pulled pulled, Relation[] current) {
        Relation outer = current[0];
        int width = outer.fields().size();
        List<Scalar> keys = new ArrayList<>();
        List<io.craton.sql.function.FunctionDef> equalities = new ArrayList<>();
        List<Scalar> conditions = new ArrayList<>();
        List<Relation.Field> fields = new ArrayList<>();
        for (Scalar condition : pulled.conditions()) {
            if (!Strictness.plainEquality(condition) || Scalars.hasSubquery(condition)) return null;
            Scalar.Call call = (Scalar.Call) condition;
            Scalar a = call.arguments().get(0);
            Scalar b = call.arguments().get(1);
            boolean innerFirst = inner(a) && outer(b);
            if (!innerFirst && !(inner(b) && outer(a))) return null;
            Scalar key = innerFirst ? a : b;
            Scalar other = References.joined(innerFirst ? b : a, width);
            Scalar.Column column = new Scalar.Column(width + keys.size(), key.type(), key.typmod());
            conditions.add(new Scalar.Call(call.function(), innerFirst ? List.of(column, other) : List.of(other, column), call.type(),
                    call.typmod(), call.collation(), call.position()));
            keys.add(key);
            equalities.add(call.function());
            Relation.Field origin = key instanceof Scalar.Column c ? pulled.relation().fields().get(c.index()) : null;
            fields.add(origin != null ? origin : new Relation.Field("?column?", key.type(), key.typmod()));
        }
        int base = width + keys.size();
        fields.addAll(aggregate.fields());
        Relation grouped = References.raise(new Aggregate(pulled.relation(), keys, equalities, List.of(), aggregate.calls(), fields));
        current[0] = new Join(JoinKind.LEFT, outer, grouped, Scalars.and(conditions), false);
        return References.substitute(lower(value), i -> {
            if (i < 0) return References.column(outer, -1 - i);
            Relation.AggregateCall call = aggregate.calls().get(i);
            Scalar column = new Scalar.Column(base + i, call.type(), call.typmod());
            if (!countsNothing(call)) return column;
            return new Scalar.Coalesce(List.of(column, new Scalar.Constant(0L, PgTypes.INT8, -1)), call.type(), call.typmod());
        });
    }

    /** A value over an aggregate's row and the row around it: the outer row's fields become columns -1, -2 and so on. */
    private static Scalar lower(Scalar value) {
        return Scalars.map(value, part -> part instanceof Scalar.OuterColumn outer
                ? References.reference(outer.level() - 1, outer.level() == 1 ? -1 - outer.index() : outer.index(), outer) : part);
    }

    /** count and regr_count are 0 over no rows; all other built-in aggregates are null. */
    private static boolean countsNothing(Relation.AggregateCall call) {
        return call.function().name().equals("count") || call.function().name().equals("regr_count");
    }

    private static boolean inner(Scalar scalar) {
        return !Scalars.refersTo(scalar, 1) && !columns(scalar).isEmpty() && !Scalars.isVolatile(scalar);
    }

    private static boolean outer(Scalar scalar) {
        return columns(scalar).isEmpty() && !Scalars.isVolatile(scalar);
    }

    private static BitSet columns(Scalar scalar) {
        BitSet used = new BitSet();
        Scalars.columns(scalar, used);
        return used;
    }
}
