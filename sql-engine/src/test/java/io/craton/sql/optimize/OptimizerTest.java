package io.craton.sql.optimize;

import static io.craton.sql.exec.Trees.call;
import static io.craton.sql.exec.Trees.column;
import static io.craton.sql.exec.Trees.constant;
import static io.craton.sql.exec.Trees.function;
import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.type.PgTypes;
import io.craton.sql.exec.TestContext;
import io.craton.sql.exec.Trees;
import io.craton.sql.expr.Relations;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Optimised trees mean what plain ones mean, and have the shapes that the rules promise. */
final class OptimizerTest {
    private static final Scalar OUTER = new Scalar.OuterColumn(1, 0, PgTypes.INT4, -1);
    private final Relation table = Trees.values(Trees.rows(new Random(1), 5, 3));

    private static Relation optimize(Relation relation) {
        return new Optimizer(Trees::indexExpressions).rewrite(relation, new TestContext());
    }

    private static List<String> sorted(Relation relation) {
        return Trees.run(relation).stream().map(Object::toString).sorted().toList();
    }

    @Test
    void optimisedEqualsPlain() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int changed = 0;
        Optimizer optimizer = new Optimizer(Trees::indexExpressions);
        for (int round = 0; round < 1200; round++) {
            Relation plain = new RandomQueries(random).query();
            Relation better = optimizer.rewrite(plain, new TestContext());
            if (!hasSubquery(better) && hasSubquery(plain)) changed++;
            assertThat(sorted(better)).as("seed %d round %d%n%s%n%s", seed, round, Sketch.of(plain), Sketch.of(better)).isEqualTo(sorted(plain));
        }
        assertThat(changed).as("queries without subqueries left, seed %d", seed).isGreaterThan(100);
        assertThat(optimizer.calcite().planned()).as("joins through Calcite, seed %d", seed).isGreaterThan(50);
        assertThat(optimizer.calcite().chosen()).as("joins in Calcite's order, seed %d", seed).isGreaterThan(20);
        assertThat(optimizer.calcite().failed()).as("faults, seed %d", seed).isZero();
    }

    private static boolean hasSubquery(Relation relation) {
        return Relations.expressions(relation).stream().anyMatch(Scalars::hasSubquery)
                || Relations.inputs(relation).stream().anyMatch(OptimizerTest::hasSubquery);
    }

    private static List<JoinKind> joins(Relation relation) {
        List<JoinKind> kinds = new ArrayList<>();
        if (relation instanceof Relation.Join join) kinds.add(join.kind());
        for (Relation input : Relations.inputs(relation)) kinds.addAll(joins(input));
        return kinds;
    }

    private Relation correlated(Scalar... more) {
        List<Scalar> conditions = new ArrayList<>(List.of(more));
        conditions.add(call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), OUTER));
        return new Relation.Filter(table, Scalars.and(conditions));
    }

    private static Relation.Filter where(Relation relation, Scalar condition) {
        return new Relation.Filter(relation, condition);
    }

    @Test
    void existsBecomesASemiJoinAndNotExistsAnAntiJoin() {
        assertThat(joins(optimize(where(table, new Scalar.Exists(correlated()))))).containsExactly(JoinKind.SEMI);
        assertThat(joins(optimize(where(table, new Scalar.Not(new Scalar.Exists(correlated())))))).containsExactly(JoinKind.ANTI);
    }

    @Test
    void aLateralJoinIsOneOnlyWhereItMustBe() {
        Relation computed = new Relation.Values(List.of(List.of(OUTER)), List.of(Trees.FIELDS.get(0)));
        Relation right = new Relation.Join(JoinKind.INNER, table, computed, call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), column(2, PgTypes.INT4)),
                false);
        Relation query = new Relation.Join(JoinKind.INNER, table, right, null, true);
        Relation better = optimize(query);
        assertThat(laterals(query)).isEqualTo(1);
        assertThat(laterals(better)).isZero();
        assertThat(sorted(better)).isEqualTo(sorted(query));
        assertThat(laterals(optimize(new Relation.Join(JoinKind.INNER, table, correlated(), null, true)))).isZero();
        assertThat(laterals(optimize(new Relation.Join(JoinKind.LEFT, table, correlated(), null, true)))).isEqualTo(1);
    }

    private static int laterals(Relation relation) {
        int count = relation instanceof Relation.Join join && join.lateral() ? 1 : 0;
        for (Relation input : Relations.inputs(relation)) count += laterals(input);
        return count;
    }

    @Test
    void aVolatileSubqueryStaysASubquery() {
        Scalar random = call("float8lt", PgTypes.BOOL, new Scalar.Call(function("random"), List.of(), PgTypes.FLOAT8, -1, 0, 0),
                constant(0.5, PgTypes.FLOAT8));
        Relation result = optimize(where(table, new Scalar.Exists(correlated(random))));
        assertThat(joins(result)).isEmpty();
        assertThat(hasSubquery(result)).isTrue();
    }

    @Test
    void notInOverValuesThatMayBeNullStaysASubquery() {
        Relation one = new Relation.Project(table, List.of(column(0, PgTypes.INT4)), List.of(Trees.FIELDS.get(0)));
        Scalar in = new Scalar.QuantifiedSubquery(false, List.of(column(0, PgTypes.INT4)), one,
                call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), column(1, PgTypes.INT4)));
        assertThat(joins(optimize(where(table, in)))).containsExactly(JoinKind.SEMI);
        assertThat(joins(optimize(where(table, new Scalar.Not(in))))).isEmpty();
        Scalar known = new Scalar.IsNull(column(0, PgTypes.INT4), true);
        Relation sure = new Relation.Project(where(table, known), List.of(column(0, PgTypes.INT4)), List.of(Trees.FIELDS.get(0)));
        Scalar notIn = new Scalar.Not(new Scalar.QuantifiedSubquery(false, List.of(column(0, PgTypes.INT4)), sure,
                call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), column(1, PgTypes.INT4))));
        assertThat(joins(optimize(where(where(table, known), notIn)))).containsExactly(JoinKind.ANTI);
    }

    @Test
    void anOuterJoinStaysUnlessItsPaddedRowsAreRefused() {
        Relation outer = new Relation.Join(JoinKind.LEFT, table, table,
                call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), column(2, PgTypes.INT4)), false);
        Scalar one = constant(1L, PgTypes.INT4);
        assertThat(joins(optimize(where(outer, call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), one))))).containsExactly(JoinKind.LEFT);
        assertThat(joins(optimize(where(outer, new Scalar.IsNull(column(2, PgTypes.INT4), false))))).containsExactly(JoinKind.LEFT);
        assertThat(joins(optimize(where(outer, call("int4eq", PgTypes.BOOL, column(2, PgTypes.INT4), one))))).containsExactly(JoinKind.INNER);
    }

    @Test
    void linkedTablesAreJoinedBeforeACrossProduct() {
        Relation small = Trees.values(Trees.rows(new Random(1), 2, 3));
        Relation cross = new Relation.Join(JoinKind.INNER, new Relation.Join(JoinKind.INNER, table, small, null, false), table, null, false);
        Relation result = optimize(where(cross, call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), column(4, PgTypes.INT4))));
        Relation inner = Relations.inputs(result).get(0);
        assertThat(result.fields()).isEqualTo(cross.fields());
        assertThat(inner).isInstanceOf(Relation.Join.class);
        assertThat(((Relation.Join) inner).condition()).isNull();
        assertThat(joins(result)).hasSize(2);
    }

    @Test
    void aRepeatedConditionLeavesItsOr() {
        Scalar a = call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), column(2, PgTypes.INT4));
        Scalar b = call("int4lt", PgTypes.BOOL, column(0, PgTypes.INT4), constant(1L, PgTypes.INT4));
        Scalar c = call("int4lt", PgTypes.BOOL, column(2, PgTypes.INT4), constant(2L, PgTypes.INT4));
        Scalar or = new Scalar.Logical(Scalar.Logic.OR,
                List.of(new Scalar.Logical(Scalar.Logic.AND, List.of(a, b)), new Scalar.Logical(Scalar.Logic.AND, List.of(c, elsewhere(a)))));
        assertThat(Predicates.factored(or)).containsExactly(a, new Scalar.Logical(Scalar.Logic.OR, List.of(b, c)));
    }

    /** As written a second time, at another place of the statement. */
    private static Scalar elsewhere(Scalar scalar) {
        Scalar.Call call = (Scalar.Call) scalar;
        return new Scalar.Call(call.function(), call.arguments(), call.type(), call.typmod(), call.collation(), call.position() + 40);
    }
}
