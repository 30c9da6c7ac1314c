package io.craton.sql.exec;

import static io.craton.sql.exec.Trees.FIELDS;
import static io.craton.sql.exec.Trees.call;
import static io.craton.sql.exec.Trees.column;
import static io.craton.sql.exec.Trees.constant;
import static io.craton.sql.exec.Trees.equality;
import static io.craton.sql.exec.Trees.function;
import static io.craton.sql.exec.Trees.key;
import static io.craton.sql.exec.Trees.rows;
import static io.craton.sql.exec.Trees.run;
import static io.craton.sql.exec.Trees.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.type.Numeric;
import io.craton.core.type.PgTypes;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operators against slow models over random rows. */
final class OperatorModelTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private static List<List<Object>> lists(List<Object[]> rows) {
        return rows.stream().map(Arrays::asList).toList();
    }


    private static List<List<Object>> model(JoinKind kind, List<Object[]> left, List<Object[]> right, boolean residual, boolean equi) {
        List<List<Object>> result = new ArrayList<>();
        Set<Integer> matchedRight = new HashSet<>();
        for (Object[] a : left) {
            boolean matched = false;
            for (int i = 0; i < right.size(); i++) {
                Object[] b = right.get(i);
                boolean hit = !equi || a[0] != null && a[0].equals(b[0]);
                if (residual) hit &= a[1] != null && b[1] != null && ((String) a[1]).compareTo((String) b[1]) < 0;
                if (!hit) continue;
                matched = true;
                matchedRight.add(i);
                if (kind != JoinKind.SEMI && kind != JoinKind.ANTI) result.add(listOf(a, b));
            }
            if (!matched && (kind == JoinKind.LEFT || kind == JoinKind.FULL)) result.add(listOf(a, new Object[2]));
            if (kind == JoinKind.SEMI && matched || kind == JoinKind.ANTI && !matched) result.add(Arrays.asList(a));
        }
        if (kind == JoinKind.RIGHT || kind == JoinKind.FULL) {
            for (int i = 0; i < right.size(); i++) if (!matchedRight.contains(i)) result.add(listOf(new Object[2], right.get(i)));
        }
        return result;
    }

    private static List<Object> listOf(Object[] a, Object[] b) {
        return new ArrayList<>(Arrays.asList(a[0], a[1], b[0], b[1]));
    }

    @ParameterizedTest
    @EnumSource(JoinKind.class)
    void joinsEqualTheModel(JoinKind kind) {
        for (int round = 0; round < 12; round++) {
            List<Object[]> left = rows(random, random.nextInt(2000), 40);
            List<Object[]> right = rows(random, random.nextInt(60), 40);
            boolean residual = random.nextBoolean();
            boolean equi = round % 3 != 0;
            List<Scalar> conditions = new ArrayList<>();
            if (equi) conditions.add(call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), column(2, PgTypes.INT4)));
            if (residual) conditions.add(call("text_lt", PgTypes.BOOL, column(1, PgTypes.TEXT), column(3, PgTypes.TEXT)));
            Scalar condition = conditions.isEmpty() ? null : new Scalar.Logical(Scalar.Logic.AND, conditions);
            Relation join = new Relation.Join(kind, values(left), values(right), condition, false);
            assertThat(run(join)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(model(kind, left, right, residual, equi));
        }
    }

    @ParameterizedTest
    @EnumSource(JoinKind.class)
    void joinsOverTheBudgetSpillAndGiveTheSame(JoinKind kind, @TempDir Path folder) {
        List<Object[]> left = rows(random, 500, 800);
        List<Object[]> right = rows(random, 3000, 800);
        Scalar condition = call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), column(2, PgTypes.INT4));
        Relation join = new Relation.Join(kind, values(left), values(right), condition, false);
        TestContext context = new TestContext(null, kind == JoinKind.FULL ? 20_000 : 9_000, folder); // the smaller side is kept where the kind allows
        assertThat(run(join, context)).as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(model(kind, left, right, false, true));
        assertThat(context.wentOver).isTrue();
        assertThat(folder).isEmptyDirectory();
        assertThat(context.charged()).isZero();
    }

    @Test
    void groupingOverTheBudgetSpillsAndGivesTheSame(@TempDir Path folder) {
        List<Object[]> rows = rows(random, 8000, 900);
        List<Relation.Field> fields = List.of(FIELDS.get(0), FIELDS.get(1), new Relation.Field("c", PgTypes.INT8, -1));
        Relation grouped = new Relation.Aggregate(values(rows), List.of(column(0, PgTypes.INT4), column(1, PgTypes.TEXT)),
                List.of(equality(PgTypes.INT4), equality(PgTypes.TEXT)), List.of(), List.of(aggregate("count", PgTypes.INT8)), fields);
        TestContext context = new TestContext(null, 100_000, folder);
        assertThat(run(grouped, context)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(run(grouped));
        assertThat(context.wentOver).isTrue();
        assertThat(folder).isEmptyDirectory();
        assertThat(context.charged()).isZero();
    }

    @Test
    void sortOrdersByKeysAndKeepsEqualRowsInPlace() {
        List<Object[]> rows = rows(random, 5000, 30);
        Relation sort = new Relation.Sort(values(rows), List.of(key(0, PgTypes.INT4, true, true), key(1, PgTypes.TEXT, false, false)));
        assertThat(run(sort)).as("seed %d", seed).isEqualTo(sorted(rows));
    }

    private static List<List<Object>> sorted(List<Object[]> rows) {
        List<Object[]> copy = new ArrayList<>(rows);
        copy.sort((a, b) -> {
            int sign = nullable((Comparable<?>) b[0], (Comparable<?>) a[0], false);
            return sign != 0 ? sign : nullable((Comparable<?>) a[1], (Comparable<?>) b[1], false);
        });
        return lists(copy);
    }

    /** Nulls last of the sequence given. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static int nullable(Comparable left, Comparable right, boolean first) {
        if (left == null || right == null) return left == right ? 0 : left == null == first ? -1 : 1;
        return left.compareTo(right);
    }

    @Test
    void sortOverTheBudgetSpillsAndGivesTheSame(@TempDir Path folder) {
        List<Object[]> rows = rows(random, 6000, 500);
        Relation sort = new Relation.Sort(values(rows), List.of(key(0, PgTypes.INT4, true, true), key(1, PgTypes.TEXT, false, false)));
        TestContext context = new TestContext(null, 60_000, folder);
        assertThat(run(sort, context)).as("seed %d", seed).isEqualTo(sorted(rows));
        assertThat(context.wentOver).isTrue();
        assertThat(folder).isEmptyDirectory();
        assertThat(context.charged()).isZero();
    }

    @Test
    void limitKeepsTheFirstRowsOfTheSort() {
        List<Object[]> rows = rows(random, 30_000, 3000);
        Relation sort = new Relation.Sort(values(rows), List.of(key(0, PgTypes.INT4, true, true), key(1, PgTypes.TEXT, false, false)));
        Relation limit = new Relation.Limit(sort, constant(7L, PgTypes.INT8), constant(20L, PgTypes.INT8), false, List.of());
        assertThat(run(limit)).as("seed %d", seed).isEqualTo(sorted(rows).subList(7, 27));
    }

    @Test
    void groupsCountAndSum() {
        List<Object[]> rows = rows(random, 20_000, 50);
        Map<List<Object>, long[]> model = new LinkedHashMap<>();
        for (Object[] row : rows) {
            long[] state = model.computeIfAbsent(Arrays.asList(row[1]), key -> new long[3]);
            state[0]++;
            if (row[0] != null) {
                state[1] += (Long) row[0];
                state[2]++;
            }
        }
        Relation.AggregateCall count = aggregate("count", PgTypes.INT8);
        Relation.AggregateCall sum = aggregate("sum", PgTypes.INT8, PgTypes.INT4);
        Relation.AggregateCall average = aggregate("avg", PgTypes.NUMERIC, PgTypes.INT4);
        List<Relation.Field> fields = List.of(FIELDS.get(1), new Relation.Field("c", PgTypes.INT8, -1),
                new Relation.Field("s", PgTypes.INT8, -1), new Relation.Field("a", PgTypes.NUMERIC, -1));
        Relation grouped = new Relation.Aggregate(values(rows), List.of(column(1, PgTypes.TEXT)), List.of(equality(PgTypes.TEXT)),
                List.of(), List.of(count, sum, average), fields);
        List<List<Object>> expected = new ArrayList<>();
        model.forEach((key, state) -> expected.add(Arrays.asList(key.get(0), state[0], state[2] == 0 ? null : state[1],
                state[2] == 0 ? null : Numeric.of(state[1]).divide(Numeric.of(state[2])))));
        assertThat(run(grouped)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Relation.AggregateCall aggregate(String name, io.craton.core.type.PgType result,
            io.craton.core.type.PgType... arguments) {
        List<Scalar> columns = arguments.length == 0 ? List.of() : List.of(column(0, arguments[0]));
        return new Relation.AggregateCall(function(name, arguments), List.of(), columns, false, List.of(), null, result, -1, 0);
    }

    @Test
    void groupingSetsLeaveKeysOutAndSayWhich() {
        List<Object[]> rows = List.of(new Object[] {1L, "a"}, new Object[] {1L, "b"}, new Object[] {2L, "a"});
        List<Relation.Field> fields = List.of(FIELDS.get(0), FIELDS.get(1), new Relation.Field("c", PgTypes.INT8, -1),
                new Relation.Field("mask", PgTypes.INT4, -1));
        Relation grouped = new Relation.Aggregate(values(rows), List.of(column(0, PgTypes.INT4), column(1, PgTypes.TEXT)),
                List.of(equality(PgTypes.INT4), equality(PgTypes.TEXT)), List.of(List.of(0), List.of(1), List.of()),
                List.of(aggregate("count", PgTypes.INT8)), fields);
        assertThat(run(grouped)).containsExactlyInAnyOrder(Arrays.asList(1L, null, 2L, 1L), Arrays.asList(2L, null, 1L, 1L),
                Arrays.asList(null, "a", 2L, 2L), Arrays.asList(null, "b", 1L, 2L), Arrays.asList(null, null, 3L, 3L));
    }

    @Test
    void setOperationsEqualTheModel() {
        List<Object[]> left = rows(random, 700, 6);
        List<Object[]> right = rows(random, 300, 6);
        for (Relation.SetKind kind : Relation.SetKind.values()) {
            for (boolean all : new boolean[] {false, true}) {
                Relation set = new Relation.SetOperation(kind, all, values(left), values(right),
                        List.of(equality(PgTypes.INT4), equality(PgTypes.TEXT)), FIELDS);
                assertThat(run(set)).as("seed %d %s %s", seed, kind, all)
                        .containsExactlyInAnyOrderElementsOf(setModel(kind, all, lists(left), lists(right)));
            }
        }
    }

    private static List<List<Object>> setModel(Relation.SetKind kind, boolean all, List<List<Object>> left, List<List<Object>> right) {
        List<List<Object>> result = new ArrayList<>();
        List<List<Object>> rest = new ArrayList<>(right);
        for (List<Object> row : left) {
            boolean inRight = all && kind != Relation.SetKind.UNION ? rest.remove(row) : right.contains(row);
            if (kind == Relation.SetKind.UNION || inRight == (kind == Relation.SetKind.INTERSECT)) result.add(row);
        }
        if (kind == Relation.SetKind.UNION) result.addAll(right);
        return all ? result : new ArrayList<>(new java.util.LinkedHashSet<>(result));
    }

    @Test
    void correlatedSubqueryRunsForEachRow() {
        List<Object[]> outer = rows(random, 300, 20);
        List<Object[]> inner = rows(random, 100, 20);
        Scalar condition = call("int4eq", PgTypes.BOOL, column(0, PgTypes.INT4), new Scalar.OuterColumn(1, 0, PgTypes.INT4, -1));
        Relation filter = new Relation.Filter(values(outer), new Scalar.Exists(new Relation.Filter(values(inner), condition)));
        List<List<Object>> expected = lists(outer).stream()
                .filter(row -> inner.stream().anyMatch(other -> other[0] != null && Objects.equals(other[0], row.get(0)))).toList();
        assertThat(run(filter)).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void portalStopsAndGoesOn() {
        List<Object[]> rows = rows(random, 3000, 1000);
        TestContext context = new TestContext();
        QueryExecutor executor = new QueryExecutor(Trees.KERNELS, Trees.NO_EXPRESSIONS);
        List<List<Object>> seen = new ArrayList<>();
        try (RunningQuery query = executor.start(executor.plan(values(rows), context), context)) {
            assertThat(query.run(row -> seen.add(Arrays.asList(row)), 1000)).isFalse();
            assertThat(seen).hasSize(1000);
            assertThat(query.run(row -> seen.add(Arrays.asList(row)), 0)).isTrue();
            assertThat(query.rowCount()).isEqualTo(3000);
        }
        assertThat(seen).isEqualTo(lists(rows));
    }
}
