package io.craton.sql.expr;

import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Walks over scalars: conjuncts, references, volatility, rewriting. */
public final class Scalars {
    private Scalars() {}

    /** The parts of a condition that must all be true. */
    public static List<Scalar> conjuncts(@Nullable Scalar condition) {
        List<Scalar> parts = new ArrayList<>();
        collect(condition, parts);
        return parts;
    }

    private static void collect(@Nullable Scalar condition, List<Scalar> parts) {
        if (condition == null) return;
        if (condition instanceof Scalar.Logical logical && logical.kind() == Scalar.Logic.AND) {
            for (Scalar argument : logical.arguments()) collect(argument, parts);
        } else {
            parts.add(condition);
        }
    }

    /** The conjunction; null for no parts. */
    public static @Nullable Scalar and(List<Scalar> parts) {
        return parts.isEmpty() ? null : parts.size() == 1 ? parts.get(0) : new Scalar.Logical(Scalar.Logic.AND, parts);
    }

    /** Direct arguments, without subqueries' insides. */
    public static List<Scalar> children(Scalar scalar) {
        return switch (scalar) {
            case Scalar.Constant c -> List.of();
            case Scalar.Parameter p -> List.of();
            case Scalar.Column c -> List.of();
            case Scalar.OuterColumn o -> List.of();
            case Scalar.CaseOperand c -> List.of();
            case Scalar.SessionValue v -> List.of();
            case Scalar.CursorKey k -> k.variable() == null ? List.of() : List.of(k.variable());
            case Scalar.DefaultMarker d -> List.of();
            case Scalar.Exists e -> List.of();
            case Scalar.ScalarSubquery s -> List.of();
            case Scalar.RowSubquery s -> List.of();
            case Scalar.ArraySubquery s -> List.of();
            case Scalar.Call call -> call.arguments();
            case Scalar.Logical logical -> logical.arguments();
            case Scalar.Not not -> List.of(not.argument());
            case Scalar.IsNull test -> List.of(test.argument());
            case Scalar.TruthTest test -> List.of(test.argument());
            case Scalar.Distinct distinct -> List.of(distinct.left(), distinct.right());
            case Scalar.Case branches -> {
                List<Scalar> all = new ArrayList<>();
                if (branches.operand() != null) all.add(branches.operand());
                for (Scalar.When when : branches.whens()) {
                    all.add(when.condition());
                    all.add(when.result());
                }
                all.add(branches.otherwise());
                yield all;
            }
            case Scalar.Coalesce coalesce -> coalesce.arguments();
            case Scalar.NullIf nullIf -> List.of(nullIf.left(), nullIf.right());
            case Scalar.Extreme extreme -> extreme.arguments();
            case Scalar.ArrayValue array -> array.elements();
            case Scalar.RowValue row -> row.fields();
            case Scalar.Field field -> List.of(field.argument());
            case Scalar.Element element -> with(element.argument(), element.subscripts(), null);
            case Scalar.ElementAssignment a -> with(a.target(), a.subscripts(), a.value());
            case Scalar.FieldAssignment a -> List.of(a.target(), a.value());
            case Scalar.AnyAll any -> List.of(any.left(), any.array());
            case Scalar.RowCompare compare -> {
                List<Scalar> all = new ArrayList<>(compare.left());
                all.addAll(compare.right());
                yield all;
            }
            case Scalar.Relabel relabel -> List.of(relabel.argument());
            case Scalar.Collate collate -> List.of(collate.argument());
            case Scalar.CoerceViaIo coerce -> List.of(coerce.argument());
            case Scalar.ArrayCoercion coercion -> List.of(coercion.argument(), coercion.element());
            case Scalar.DomainCheck check -> {
                List<Scalar> all = new ArrayList<>();
                all.add(check.argument());
                for (Scalar.NamedCheck each : check.checks()) all.add(each.condition());
                yield all;
            }
            case Scalar.QuantifiedSubquery quantified -> quantified.left();
        };
    }

    private static List<Scalar> with(Scalar first, List<Scalar.Subscript> subscripts, @Nullable Scalar last) {
        List<Scalar> all = new ArrayList<>();
        all.add(first);
        for (Scalar.Subscript subscript : subscripts) {
            if (subscript.lower() != null) all.add(subscript.lower());
            if (subscript.upper() != null) all.add(subscript.upper());
        }
        if (last != null) all.add(last);
        return all;
    }

    /** The subquery that stands in this scalar itself, or null. */
    public static @Nullable Relation subquery(Scalar scalar) {
        return switch (scalar) {
            case Scalar.Exists exists -> exists.relation();
            case Scalar.ScalarSubquery subquery -> subquery.relation();
            case Scalar.RowSubquery subquery -> subquery.relation();
            case Scalar.ArraySubquery subquery -> subquery.relation();
            case Scalar.QuantifiedSubquery quantified -> quantified.relation();
            default -> null;
        };
    }

    /** Whether the predicate holds for the scalar or anything in it, subqueries' insides left out. */
    public static boolean any(Scalar scalar, Predicate<Scalar> predicate) {
        if (predicate.test(scalar)) return true;
        for (Scalar child : children(scalar)) if (any(child, predicate)) return true;
        return false;
    }

    public static boolean isVolatile(Scalar scalar) {
        return any(scalar, part -> part instanceof Scalar.Call call && call.function().volatility() == 'v');
    }

    /** Whether evaluating it for more rows than asked for, or in another order, can neither fail nor be noticed. */
    public static boolean harmless(Scalar scalar) {
        return !any(scalar, part -> switch (part) {
            case Scalar.CoerceViaIo c -> true;
            case Scalar.DomainCheck c -> true;
            case Scalar.ElementAssignment c -> true;
            case Scalar.Call call -> call.function().volatility() == 'v' || !call.function().builtIn()
                    || call.function().returnsSet() || mayDivide(call.function().source());
            default -> subquery(part) != null;
        });
    }

    private static boolean mayDivide(String source) {
        return source.endsWith("div") || source.endsWith("mod") || source.contains("_div") || source.contains("sqrt")
                || source.contains("ln") || source.contains("log") || source.contains("power") || source.contains("to_");
    }

    public static boolean returnsSet(Scalar scalar) {
        return any(scalar, part -> part instanceof Scalar.Call call && call.function().returnsSet());
    }

    public static boolean hasSubquery(Scalar scalar) {
        return any(scalar, part -> subquery(part) != null);
    }

    /** Whether the value is the same for all rows of its scope. */
    public static boolean steady(Scalar scalar) {
        return !isVolatile(scalar) && !any(scalar, part -> part instanceof Scalar.Column || part instanceof Scalar.CaseOperand)
                && !refersInSubqueries(scalar, 1);
    }

    private static boolean refersInSubqueries(Scalar scalar, int level) {
        return any(scalar, part -> subquery(part) != null && refersTo(subquery(part), level));
    }

    /** Whether expressions inside the relation refer to the enclosing row at this level (1: the row in whose scope it stands). */
    public static boolean refersTo(Relation relation, int level) {
        for (Scalar scalar : Relations.expressions(relation)) if (refersTo(scalar, level)) return true;
        List<Relation> inputs = Relations.inputs(relation);
        for (int i = 0; i < inputs.size(); i++) {
            boolean inner = relation instanceof Relation.Join join && join.lateral() && i == 1;
            if (refersTo(inputs.get(i), inner ? level + 1 : level)) return true;
        }
        return false;
    }

    /** As {@link #refersTo(Relation, int)} for an expression: level 1 is the row around the one that it sees. */
    public static boolean refersTo(Scalar scalar, int level) {
        return any(scalar, part -> part instanceof Scalar.OuterColumn outer && outer.level() == level
                || subquery(part) != null && refersTo(subquery(part), level + 1));
    }

    /** Marks the columns of the row at hand that the scalar reads, its subqueries' references to it included. */
    public static void columns(Scalar scalar, java.util.BitSet used) {
        any(scalar, part -> {
            if (part instanceof Scalar.Column column) used.set(column.index());
            Relation relation = subquery(part);
            if (relation != null) outerColumns(relation, 1, used);
            return false;
        });
    }

    private static void outerColumns(Relation relation, int level, java.util.BitSet used) {
        for (Scalar scalar : Relations.expressions(relation)) {
            any(scalar, part -> {
                if (part instanceof Scalar.OuterColumn outer && outer.level() == level) used.set(outer.index());
                Relation inner = subquery(part);
                if (inner != null) outerColumns(inner, level + 1, used);
                return false;
            });
        }
        List<Relation> inputs = Relations.inputs(relation);
        for (int i = 0; i < inputs.size(); i++) {
            boolean inside = relation instanceof Relation.Join join && join.lateral() && i == 1;
            outerColumns(inputs.get(i), inside ? level + 1 : level, used);
        }
    }

    /** Rewrites bottom up; subqueries' insides are left alone. */
    public static Scalar map(Scalar scalar, UnaryOperator<Scalar> change) {
        return change.apply(rebuild(scalar, part -> map(part, change)));
    }

    public static Scalar replaceCaseOperand(Scalar scalar, Scalar operand) {
        if (scalar instanceof Scalar.CaseOperand) return operand;
        if (scalar instanceof Scalar.Case inner && inner.operand() != null) {
            return new Scalar.Case(replaceCaseOperand(inner.operand(), operand), inner.whens(), inner.otherwise(), inner.type(),
                    inner.typmod());
        }
        if (scalar instanceof Scalar.ArrayCoercion || scalar instanceof Scalar.DomainCheck) return scalar;
        return rebuild(scalar, part -> replaceCaseOperand(part, operand));
    }

    private static List<Scalar> each(List<Scalar> scalars, UnaryOperator<Scalar> change) {
        return scalars.stream().map(change).toList();
    }

    private static Scalar rebuild(Scalar scalar, UnaryOperator<Scalar> f) {
        return switch (scalar) {
            case Scalar.Constant c -> c;
            case Scalar.Parameter p -> p;
            case Scalar.Column c -> c;
            case Scalar.OuterColumn o -> o;
            case Scalar.CaseOperand c -> c;
            case Scalar.SessionValue v -> v;
            case Scalar.CursorKey k -> k.variable() == null ? k
                    : new Scalar.CursorKey(k.cursor(), f.apply(k.variable()), k.tableOid(), k.tableName(), k.type());
            case Scalar.DefaultMarker d -> d;
            case Scalar.Exists e -> e;
            case Scalar.ScalarSubquery s -> s;
            case Scalar.RowSubquery s -> s;
            case Scalar.ArraySubquery s -> s;
            case Scalar.Call c -> new Scalar.Call(c.function(), each(c.arguments(), f), c.type(), c.typmod(), c.collation(), c.position(),
                    c.variadicArray());
            case Scalar.Logical l -> new Scalar.Logical(l.kind(), each(l.arguments(), f));
            case Scalar.Not n -> new Scalar.Not(f.apply(n.argument()));
            case Scalar.IsNull t -> new Scalar.IsNull(f.apply(t.argument()), t.negated());
            case Scalar.TruthTest t -> new Scalar.TruthTest(f.apply(t.argument()), t.truth(), t.negated());
            case Scalar.Distinct d -> new Scalar.Distinct(d.equality(), f.apply(d.left()), f.apply(d.right()), d.negated());
            case Scalar.Case c -> new Scalar.Case(c.operand() == null ? null : f.apply(c.operand()),
                    c.whens().stream().map(w -> new Scalar.When(f.apply(w.condition()), f.apply(w.result()))).toList(),
                    f.apply(c.otherwise()), c.type(), c.typmod());
            case Scalar.Coalesce c -> new Scalar.Coalesce(each(c.arguments(), f), c.type(), c.typmod());
            case Scalar.NullIf n -> new Scalar.NullIf(n.equality(), f.apply(n.left()), f.apply(n.right()), n.type(), n.typmod());
            case Scalar.Extreme e -> new Scalar.Extreme(e.greatest(), e.less(), each(e.arguments(), f), e.type(), e.typmod());
            case Scalar.ArrayValue a -> new Scalar.ArrayValue(each(a.elements(), f), a.nested(), a.type());
            case Scalar.RowValue r -> new Scalar.RowValue(each(r.fields(), f), r.names(), r.type());
            case Scalar.Field x -> new Scalar.Field(f.apply(x.argument()), x.index(), x.type(), x.typmod());
            case Scalar.Element e -> new Scalar.Element(f.apply(e.argument()), subscripts(e.subscripts(), f), e.type(), e.typmod());
            case Scalar.ElementAssignment e ->
                new Scalar.ElementAssignment(f.apply(e.target()), subscripts(e.subscripts(), f), f.apply(e.value()), e.type());
            case Scalar.FieldAssignment a -> new Scalar.FieldAssignment(f.apply(a.target()), a.index(), f.apply(a.value()), a.type());
            case Scalar.AnyAll a -> new Scalar.AnyAll(a.operator(), a.all(), f.apply(a.left()), f.apply(a.array()), a.collation());
            case Scalar.RowCompare c -> new Scalar.RowCompare(c.kind(), each(c.left(), f), each(c.right(), f), c.less(), c.equal());
            case Scalar.Relabel r -> new Scalar.Relabel(f.apply(r.argument()), r.type(), r.typmod());
            case Scalar.Collate c -> new Scalar.Collate(f.apply(c.argument()), c.collation(), c.explicit());
            case Scalar.CoerceViaIo c -> new Scalar.CoerceViaIo(f.apply(c.argument()), c.type(), c.typmod(), c.explicit());
            case Scalar.ArrayCoercion a -> new Scalar.ArrayCoercion(f.apply(a.argument()), f.apply(a.element()), a.type(), a.typmod());
            case Scalar.DomainCheck d -> new Scalar.DomainCheck(f.apply(d.argument()), d.notNull(), d.checks(), d.type());
            case Scalar.QuantifiedSubquery q ->
                new Scalar.QuantifiedSubquery(q.all(), each(q.left(), f), q.relation(), q.comparison());
        };
    }

    private static List<Scalar.Subscript> subscripts(List<Scalar.Subscript> subscripts, UnaryOperator<Scalar> f) {
        return subscripts.stream().map(s -> new Scalar.Subscript(s.lower() == null ? null : f.apply(s.lower()),
                s.upper() == null ? null : f.apply(s.upper()), s.slice())).toList();
    }
}
