package io.craton.sql.plan;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;
import io.craton.core.type.TypeResolver;
import io.craton.sql.analyze.ColumnResolver;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.OperatorTable;
import io.craton.sql.expr.DatumEquality;
import io.craton.sql.kernel.Comparison;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.KeyCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the access path of a table scan: matches conjuncts with the parts of the table's key and its indexes. One planning. */
final class AccessPaths {
    /** A path with what it leaves over. */
    record Choice(AccessPath path, List<Scalar> rest, double rows) {}

    /** Tables grow after their plans were made: a small one is judged as if it had so many rows. */
    private static final double MINIMAL_ROWS = 1000;

    /** All rows of a partial index: worth it where it keeps a small share of the table's. */
    private static final double FULL_WEIGHT = 10;

    private final ExpressionCompiler compiler;
    private final Estimates estimates;
    private final IndexExpressions expressions;
    private final TypeResolver types;

    AccessPaths(ExpressionCompiler compiler, Estimates estimates, IndexExpressions expressions) {
        this.compiler = compiler;
        this.estimates = estimates;
        this.expressions = expressions;
        this.types = compiler.context().format().types();
    }

    /**
     * @param catalog that the table is of
     * @param columns 0-based table column of each field of the scan
     * @param before fields in front of the scan's in the conditions' row
     * @param value whether a scalar can be computed before the scan's row is known
     */
    Choice choose(TableDef table, Catalog catalog, List<Scalar> conditions, int[] columns, List<Relation.Field> before, Predicate<Scalar> value) {
        int firstField = before.size();
        double total = Math.max(MINIMAL_ROWS, estimates.rows(table));
        List<Relation.Field> fields = fields(table, columns, before);
        Choice best = new Choice(AccessPath.full(null, KeyCodec.forTable(table, catalog)), conditions,
                Math.max(1, estimates.rows(table) * estimates.selectivity(conditions, fields)));
        double bestCost = total;
        if (conditions.isEmpty()) return best;
        for (Scalar conjunct : conditions) {
            if (!rowKey(conjunct, firstField + columns.length)) continue;
            List<Scalar> rest = new ArrayList<>(conditions);
            rest.remove(conjunct);
            return new Choice(AccessPath.row(KeyCodec.forTable(table, catalog), compiler.compile(((Scalar.Call) conjunct).arguments().get(1)), conjunct), rest, 1);
        }
        Map<Integer, Scalar> hidden = expressions.of(table, catalog, firstField);
        List<Condition> usable = new ArrayList<>();
        for (Scalar conjunct : conditions) conditions(conjunct, new Fields(columns, firstField, hidden), value, usable);
        if (usable.isEmpty() && hidden.isEmpty()) return best;
        if (!table.keyColumns().isEmpty()) {
            Candidate own = candidate(table, fields, null, table.keyColumns(), true, KeyCodec.forTable(table, catalog), usable, hidden);
            if (own != null && own.cost(total, 1) < bestCost) {
                bestCost = own.cost(total, 1);
                best = own.choice(conditions);
            }
        }
        for (IndexDef index : catalog.indexes(table.oid())) {
            if (index.clustered() || !index.valid() || !expressions.covers(index, hidden, conditions)) continue;
            List<Integer> parts = index.keyParts().stream().map(IndexDef.KeyPart::column).toList();
            Candidate candidate = candidate(table, fields, index, parts, index.unique(), KeyCodec.forIndex(index, table, catalog), usable, hidden);
            if (candidate != null && candidate.cost(total, 3) < bestCost) {
                bestCost = candidate.cost(total, 3);
                best = candidate.choice(conditions);
            }
        }
        return best;
    }

    /** Whether it says which row is meant: WHERE CURRENT OF. */
    private static boolean rowKey(Scalar conjunct, int systemFields) {
        return conjunct instanceof Scalar.Call call && call.arguments().size() == 2 && call.arguments().get(1) instanceof Scalar.CursorKey
                && call.arguments().get(0) instanceof Scalar.Column(int index, PgType _, int _) && index == systemFields + ColumnResolver.KEY;
    }

    /** Fields of the conditions' row, those before the scan's unknown. */
    private List<Relation.Field> fields(TableDef table, int[] columns, List<Relation.Field> before) {
        List<Relation.Field> fields = new ArrayList<>(before);
        for (int column : columns) {
            PgType type = types.type(table.columns().get(column).typeOid());
            fields.add(new Relation.Field("", type == null ? PgTypes.UNKNOWN : type, -1, table.oid(), column + 1));
        }
        return fields;
    }

    /**
     * Where key parts stand in the conditions' row.
     *
     * @param columns 0-based table column of each field of the scan
     * @param hidden what else is known to be computed, by attribute number
     */
    record Fields(int[] columns, int first, Map<Integer, Scalar> hidden) {
        /** 0-based table columns that hold the scalar's value. */
        List<Integer> of(Scalar scalar) {
            if (IndexExpressions.bare(scalar) instanceof Scalar.Column column) {
                int field = column.index() - first;
                return field >= 0 && field < columns.length ? List.of(columns[field]) : List.of();
            }
            if (hidden.isEmpty()) return List.of();
            List<Integer> found = new ArrayList<>();
            for (int number : hidden.keySet()) if (IndexExpressions.computes(scalar, number, hidden)) found.add(number - 1);
            return found;
        }
    }

    /** {@code column comparison value}; ANY is EQ with an array. */
    private record Condition(Scalar source, int column, Comparison comparison, Scalar value, boolean any) {}

    /** What a conjunct says about columns. */
    private void conditions(Scalar conjunct, Fields fields, Predicate<Scalar> value, List<Condition> found) {
        if (conjunct instanceof Scalar.AnyAll any && !any.all() && DatumEquality.hashable(any.operator())) {
            PgType element = types.type(any.array().type().elementOid());
            if (!value.test(any.array()) || element == null || !compatible(any.left().type(), element)) return;
            for (int column : fields.of(any.left())) found.add(new Condition(conjunct, column, Comparison.EQ, any.array(), true));
            return;
        }
        if (conjunct.type().repr() == Repr.BOOL) {
            for (int column : fields.of(conjunct)) found.add(new Condition(conjunct, column, Comparison.EQ, new Scalar.Constant(true, conjunct.type(), -1), false));
        }
        if (!(conjunct instanceof Scalar.Call call) || call.arguments().size() != 2) return;
        OperatorTable.Compare compare = OperatorTable.compare(call.function(), call.collation());
        if (compare == null || !compare.sameType() || compare.comparison() == Comparison.NE) return;
        Scalar left = call.arguments().get(0);
        Scalar right = call.arguments().get(1);
        if (!compatible(left.type(), right.type())) return;
        if (value.test(right)) for (int column : fields.of(left)) found.add(new Condition(conjunct, column, compare.comparison(), right, false));
        if (value.test(left)) for (int column : fields.of(right)) found.add(new Condition(conjunct, column, compare.comparison().flipped(), left, false));
    }

    static boolean compatible(PgType left, PgType right) {
        return left.repr() == right.repr() && (left.oid() == TypeOid.BPCHAR) == (right.oid() == TypeOid.BPCHAR);
    }

    private final class Candidate {
        final TableDef table;
        final List<Relation.Field> fields;
        final @Nullable IndexDef index;
        final Map<Integer, Scalar> hidden;
        final KeyCodec codec;
        final List<Condition> equal = new ArrayList<>();
        @Nullable Condition any;
        @Nullable Condition lower;
        @Nullable Condition upper;
        boolean wholeUnique;
        double share = 1;

        Candidate(TableDef table, List<Relation.Field> fields, @Nullable IndexDef index, Map<Integer, Scalar> hidden, KeyCodec codec) {
            this.table = table;
            this.fields = fields;
            this.index = index;
            this.hidden = hidden;
            this.codec = codec;
            if (index != null) share = estimates.selectivity(IndexExpressions.predicate(index, hidden), fields);
        }

        double matched(double total) {
            return wholeUnique ? 1 : Math.max(1, total * share);
        }

        boolean full() {
            return equal.isEmpty() && any == null && lower == null && upper == null;
        }

        double cost(double total, double weight) {
            return wholeUnique ? 0.5 : 2 + matched(total) * (full() ? FULL_WEIGHT : weight);
        }

        Choice choice(List<Scalar> conditions) {
            List<Scalar> used = used();
            List<Scalar> rest = new ArrayList<>(conditions);
            rest.removeAll(used);
            if (index != null) rest = expressions.unsaid(rest, index, hidden);
            List<Evaluator> values = equal.stream().map(condition -> compiler.compile(condition.value)).toList();
            AccessPath path = new AccessPath(index, codec, values, any == null ? null : compiler.compile(any.value),
                    lower == null ? null : compiler.compile(lower.value), lower != null && lower.comparison == Comparison.GE,
                    upper == null ? null : compiler.compile(upper.value), upper != null && upper.comparison == Comparison.LE,
                    wholeUnique, false, null, used);
            return new Choice(path, rest, wholeUnique ? 1 : Math.max(1, estimates.rows(table) * estimates.selectivity(conditions, fields)));
        }

        List<Scalar> used() {
            List<Scalar> used = new ArrayList<>();
            for (Condition condition : equal) used.add(condition.source);
            for (Condition condition : new Condition[] {any, lower, upper}) if (condition != null) used.add(condition.source);
            return used;
        }
    }

    private @Nullable Candidate candidate(TableDef table, List<Relation.Field> fields, @Nullable IndexDef index,
            List<Integer> parts, boolean unique, KeyCodec codec, List<Condition> usable, Map<Integer, Scalar> hidden) {
        Candidate candidate = new Candidate(table, fields, index, hidden, codec);
        for (int i = 0; i < parts.size(); i++) {
            int column = parts.get(i) - 1;
            Condition equal = find(usable, column, Comparison.EQ, false);
            if (equal != null) {
                candidate.equal.add(equal);
                candidate.share /= distinct(table, parts.get(i));
                continue;
            }
            candidate.any = find(usable, column, Comparison.EQ, true);
            if (candidate.any != null) {
                double distinct = unique && parts.size() == 1 ? Math.max(MINIMAL_ROWS, estimates.rows(table)) : distinct(table, parts.get(i));
                candidate.share *= Math.min(1, 10 / distinct);
                break;
            }
            if (!codec.parts().get(i).ordered()) break;
            candidate.lower = find(usable, column, Comparison.GT, false);
            if (candidate.lower == null) candidate.lower = find(usable, column, Comparison.GE, false);
            candidate.upper = find(usable, column, Comparison.LT, false);
            if (candidate.upper == null) candidate.upper = find(usable, column, Comparison.LE, false);
            List<Scalar> range = new ArrayList<>();
            if (candidate.lower != null) range.add(candidate.lower.source);
            if (candidate.upper != null) range.add(candidate.upper.source);
            candidate.share *= estimates.selectivity(range, fields);
            break;
        }
        if (candidate.full() && (index == null || index.predicateColumn() == 0)) return null;
        candidate.wholeUnique = unique && candidate.equal.size() == parts.size();
        return candidate;
    }

    /** A small table's column is judged as if it had grown. */
    private double distinct(TableDef table, int attributeNumber) {
        double distinct = estimates.distinct(table, attributeNumber);
        return estimates.rows(table) < MINIMAL_ROWS ? Math.max(distinct, 100) : distinct;
    }

    private static @Nullable Condition find(List<Condition> usable, int column, Comparison comparison, boolean any) {
        for (Condition condition : usable) {
            if (condition.column == column && condition.comparison == comparison && condition.any == any) return condition;
        }
        return null;
    }
}
