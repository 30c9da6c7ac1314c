package io.craton.sql.optimize;

import static io.craton.sql.exec.Trees.call;
import static io.craton.sql.exec.Trees.column;
import static io.craton.sql.exec.Trees.constant;
import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.type.PgTypes;
import io.craton.sql.exec.TestContext;
import io.craton.sql.exec.Trees;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.Estimates;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Joins of three and more tables are planned by Calcite, and mean what they meant. Tables are (int4, text) with nulls. */
final class CalciteJoinsTest {
    private static Relation chain(int tables, Random random) {
        Relation joined = Trees.values(Trees.rows(random, 6, 4));
        for (int i = 1; i < tables; i++) {
            Scalar link = call("int4eq", PgTypes.BOOL, column(2 * i - 2, PgTypes.INT4), column(2 * i, PgTypes.INT4));
            joined = new Relation.Join(JoinKind.INNER, joined, Trees.values(Trees.rows(random, 1 + random.nextInt(8), 4)), link, false);
        }
        return joined;
    }

    private static List<String> sorted(Relation relation) {
        return Trees.run(relation).stream().map(Object::toString).sorted().toList();
    }

    @Test
    void aJoinOfFiveTablesGoesThroughCalcite() {
        Optimizer optimizer = new Optimizer(Trees::indexExpressions);
        Relation plain = chain(5, new Random(7));
        Relation better = optimizer.rewrite(plain, new TestContext());
        assertThat(optimizer.calcite().planned()).isEqualTo(1);
        assertThat(optimizer.calcite().failed()).isZero();
        assertThat(sorted(better)).isEqualTo(sorted(plain));
    }

    @Test
    void aJoinOfTwoTablesDoesNot() {
        Optimizer optimizer = new Optimizer(Trees::indexExpressions);
        optimizer.rewrite(chain(2, new Random(7)), new TestContext());
        assertThat(optimizer.calcite().planned()).isZero();
    }

    @Test
    void calcitesOrderEqualsPlain() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        TestContext context = new TestContext();
        for (int round = 0; round < 300; round++) {
            int tables = 3 + random.nextInt(3);
            Relation cross = Trees.values(Trees.rows(random, random.nextInt(5), 3));
            for (int i = 1; i < tables; i++) {
                cross = new Relation.Join(JoinKind.INNER, cross, Trees.values(Trees.rows(random, 1 + random.nextInt(4), 3)), null, false);
            }
            List<Scalar> conditions = new ArrayList<>();
            for (int i = random.nextInt(tables + 2); i >= 0; i--) conditions.add(condition(random, tables));
            Relation plain = new Relation.Filter(cross, Scalars.and(conditions));
            JoinGraph graph = new JoinGraph(JoinRegion.of(plain), new Estimates(context), context, Trees.indexExpressions(context));
            JoinOrder.Tree order = new JoinOrder(graph).tree(CalciteJoins.order(graph));
            assertThat(order.set()).as("seed %d round %d", seed, round).isEqualTo(graph.all());
            Relation better = RegionPlanner.plan(graph.region, new Estimates(context), context, Trees.indexExpressions(context), any -> new JoinOrder(any).tree(CalciteJoins.order(any)));
            assertThat(sorted(better)).as("seed %d round %d%n%s%n%s", seed, round, Sketch.of(plain), Sketch.of(better)).isEqualTo(sorted(plain));
        }
    }

    private static Scalar condition(Random random, int tables) {
        Scalar a = column(2 * random.nextInt(tables), PgTypes.INT4);
        Scalar b = column(2 * random.nextInt(tables), PgTypes.INT4);
        Scalar comparison = call(List.of("int4eq", "int4eq", "int4eq", "int4lt", "int4ne").get(random.nextInt(5)), PgTypes.BOOL, a, b);
        return switch (random.nextInt(8)) {
            case 0 -> new Scalar.Logical(Scalar.Logic.OR, List.of(comparison, new Scalar.IsNull(b, random.nextBoolean())));
            case 1 -> new Scalar.Not(comparison);
            case 2 -> call("int4lt", PgTypes.BOOL, a, constant(2L, PgTypes.INT4));
            case 3 -> call("int4eq", PgTypes.BOOL, call("int4pl", PgTypes.INT4, a, constant(1L, PgTypes.INT4)), b);
            case 4 -> new Scalar.TruthTest(comparison, Scalar.Truth.FALSE, true);
            default -> comparison;
        };
    }

    @Test
    void aSelectiveTableIsJoinedFirst() {
        List<Relation.Field> field = List.of(new Relation.Field("n", PgTypes.INT4, -1));
        List<Scalar> links = new ArrayList<>();
        for (int i = 0; i < 3; i++) links.add(call("int4eq", PgTypes.BOOL, column(i, PgTypes.INT4), column(i + 1, PgTypes.INT4)));
        double[] rows = {1e6, 1e5, 1e4, 1};
        CalciteJoins.Order order = CalciteJoins.order(List.of(field, field, field, field), List.of(0, 1, 2, 3), links, set -> {
            double product = 1;
            for (int i = 0; i < 4; i++) if ((set & 1 << i) != 0) product *= rows[i];
            for (int i = 0; i < 3; i++) if ((set & 3 << i) == 3 << i) product /= rows[i];
            return product;
        }, column -> rows[column]);
        assertThat(depth(order, 3)).isEqualTo(3);
        assertThat(depth(order, 2)).isEqualTo(3);
        assertThat(depth(order, 0)).isEqualTo(1);
    }

    private static int depth(CalciteJoins.Order order, int leaf) {
        return switch (order) {
            case CalciteJoins.Order.Leaf(int index) -> index == leaf ? 0 : -1;
            case CalciteJoins.Order.Pair(CalciteJoins.Order left, CalciteJoins.Order right) -> {
                int found = Math.max(depth(left, leaf), depth(right, leaf));
                yield found < 0 ? -1 : found + 1;
            }
        };
    }
}
