package io.craton.sql.optimize;

import static io.craton.sql.exec.Trees.call;
import static io.craton.sql.exec.Trees.column;
import static io.craton.sql.exec.Trees.constant;
import static io.craton.sql.exec.Trees.function;

import io.craton.core.type.PgTypes;
import io.craton.sql.exec.Trees;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random trees of joins, filters and subqueries over small tables of (int4, text) with nulls. */
final class RandomQueries {
    private static final FunctionDef COUNT = function("count");

    private final Random random;

    RandomQueries(Random random) {
        this.random = random;
    }

    Relation query() {
        Relation filtered = filtered(0);
        if (random.nextInt(3) > 0) return filtered;
        List<Scalar> expressions = new ArrayList<>();
        List<Relation.Field> fields = new ArrayList<>();
        expressions.add(number(filtered));
        expressions.add(aggregate(filtered, 0));
        for (Scalar expression : expressions) fields.add(new Relation.Field("x", expression.type(), -1));
        return new Relation.Project(filtered, expressions, fields);
    }

    /** @param depth subqueries around */
    private Relation filtered(int depth) {
        Relation relation = table();
        int width = depth == 0 ? 1 + random.nextInt(4) : 1 + random.nextInt(2);
        for (int i = 1; i < width; i++) relation = random.nextInt(4) == 0 && depth < 2 ? lateral(relation, depth) : join(relation, table());
        List<Scalar> conditions = new ArrayList<>();
        int count = 1 + random.nextInt(width + 1);
        for (int i = 0; i < count; i++) conditions.add(condition(relation, depth));
        if (depth > 0 && random.nextInt(5) > 0) conditions.add(correlation(relation));
        return new Relation.Filter(relation, conditions.size() == 1 ? conditions.get(0) : new Scalar.Logical(Scalar.Logic.AND, conditions));
    }

    private Relation table() {
        return Trees.values(Trees.rows(random, random.nextInt(9), 4));
    }

    private Relation join(Relation left, Relation right) {
        JoinKind kind = random.nextInt(3) > 0 ? JoinKind.INNER : random.nextBoolean() ? JoinKind.LEFT : JoinKind.FULL;
        int width = left.fields().size();
        if (kind == JoinKind.INNER && random.nextBoolean()) return new Relation.Join(kind, left, right, null, false);
        Scalar condition = call("int4eq", PgTypes.BOOL, number(left), column(width, PgTypes.INT4));
        return new Relation.Join(kind, left, right, condition, false);
    }

    /** A right side that looks at the row on the left: a correlated query, a computed row, or both joined. */
    private Relation lateral(Relation left, int depth) {
        Relation right = random.nextInt(3) == 0 ? computed() : filtered(depth + 1);
        if (random.nextInt(3) == 0) right = new Relation.Join(JoinKind.INNER, right, random.nextBoolean() ? table() : computed(), null, false);
        Scalar condition = random.nextBoolean() ? null
                : call("int4eq", PgTypes.BOOL, number(left), column(left.fields().size(), PgTypes.INT4));
        return new Relation.Join(random.nextInt(4) > 0 ? JoinKind.INNER : JoinKind.LEFT, left, right, condition, true);
    }

    private Relation computed() {
        Scalar outer = new Scalar.OuterColumn(1, 0, PgTypes.INT4, -1);
        List<List<Scalar>> rows = new ArrayList<>();
        for (int i = random.nextInt(2); i >= 0; i--) rows.add(List.of(random.nextBoolean() ? outer : constant(1L, PgTypes.INT4), constant("c", PgTypes.TEXT)));
        return new Relation.Values(rows, Trees.FIELDS);
    }

    private Scalar number(Relation relation) {
        return column(2 * random.nextInt(relation.fields().size() / 2), PgTypes.INT4);
    }

    private String comparison() {
        return new String[] {"int4eq", "int4eq", "int4lt", "int4ne"}[random.nextInt(4)];
    }

    private Scalar correlation(Relation relation) {
        Scalar outer = new Scalar.OuterColumn(1, 0, PgTypes.INT4, -1);
        return random.nextBoolean() ? call("int4eq", PgTypes.BOOL, number(relation), outer)
                : call(comparison(), PgTypes.BOOL, outer, number(relation));
    }

    private Scalar condition(Relation relation, int depth) {
        int kind = random.nextInt(depth < 2 ? 12 : 6);
        return switch (kind) {
            case 0, 1 -> call("int4eq", PgTypes.BOOL, number(relation), number(relation));
            case 2 -> call(comparison(), PgTypes.BOOL, number(relation), constant((long) random.nextInt(4), PgTypes.INT4));
            case 3 -> new Scalar.IsNull(number(relation), random.nextBoolean());
            case 4, 5 -> or(relation);
            case 6, 7 -> maybeNot(new Scalar.Exists(filtered(depth + 1)));
            case 8, 9 -> in(relation, depth);
            case 10 -> call(comparison(), PgTypes.BOOL, number(relation), max(relation, depth));
            default -> call("int8eq", PgTypes.BOOL, aggregate(relation, depth), constant((long) random.nextInt(3), PgTypes.INT8));
        };
    }

    private Scalar maybeNot(Scalar scalar) {
        return random.nextBoolean() ? scalar : new Scalar.Not(scalar);
    }

    private Scalar or(Relation relation) {
        Scalar common = call("int4eq", PgTypes.BOOL, number(relation), number(relation));
        List<Scalar> branches = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Scalar own = call(comparison(), PgTypes.BOOL, number(relation), constant((long) random.nextInt(4), PgTypes.INT4));
            Scalar other = call(comparison(), PgTypes.BOOL, number(relation), constant((long) random.nextInt(4), PgTypes.INT4));
            branches.add(new Scalar.Logical(Scalar.Logic.AND, random.nextBoolean() ? List.of(common, own, other) : List.of(own, other)));
        }
        return new Scalar.Logical(Scalar.Logic.OR, branches);
    }

    private Scalar in(Relation relation, int depth) {
        Relation inner = filtered(depth + 1);
        Relation one = new Relation.Project(inner, List.of(number(inner)), List.of(Trees.FIELDS.get(0)));
        Scalar comparison = call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), column(1, PgTypes.INT4));
        return maybeNot(new Scalar.QuantifiedSubquery(false, List.of(number(relation)), one, comparison));
    }

    private Scalar max(Relation relation, int depth) {
        Relation inner = filtered(depth + 1);
        return scalar(inner, new Relation.AggregateCall(function("max", PgTypes.INT4), List.of(), List.of(number(inner)), false, List.of(),
                null, PgTypes.INT4, -1, 0));
    }

    /** A count over a subquery, of rows or of values. */
    private Scalar aggregate(Relation relation, int depth) {
        return scalar(filtered(depth + 1), new Relation.AggregateCall(COUNT, List.of(), List.of(), false, List.of(), null, PgTypes.INT8, -1, 0));
    }

    private static Scalar scalar(Relation inner, Relation.AggregateCall call) {
        List<Relation.Field> fields = List.of(new Relation.Field("a", call.type(), -1));
        Relation aggregate = new Relation.Aggregate(inner, List.of(), List.of(), List.of(), List.of(call), fields);
        return new Scalar.ScalarSubquery(new Relation.Project(aggregate, List.of(column(0, call.type())), fields), call.type(), -1);
    }
}
