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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the access path of a table scan: matches conjuncts with the parts of the table's key and its indexes. One planning. */
final class AccessPaths {
    /** A path with what it leaves over. */
    record Choice(AccessPath path, List<Scalar> rest, double rows) {}

    /** Tables grow after their plans were made: a small one is judged as if it had so many rows. */
    private static final double MINIMAL_ROWS = 1000;

    private final ExpressionCompiler compiler;
    private final Estimates estimates;
    private final TypeResolver types;

    AccessPaths(ExpressionCompiler compiler, Estimates estimates) {
        this.compiler = compiler;
        this.estimates = estimates;
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
        List<Condition> usable = new ArrayList<>();
        for (Scalar conjunct : conditions) {
            Condition condition = condition(conjunct, columns, firstField, value);
            if (condition != null) usable.add(condition);
        }
        if (usable.isEmpty()) return best;
        if (!table.keyColumns().isEmpty()) {
            Candidate own = candidate(table, fields, null, table.keyColumns(), true, KeyCodec.forTable(table, catalog), usable);
            if (own != null && own.cost(total, 1) < bestCost) {
                bestCost = own.cost(total, 1);
                best = own.choice(conditions, total);
            }
        }
        for (IndexDef index : catalog.indexes(table.oid())) {
            if (index.clustered() || !index.valid() || index.predicateColumn() != 0) continue;
            List<Integer> parts = index.keyParts().stream().map(IndexDef.KeyPart::column).toList();
            Candidate candidate = candidate(table, fields, index, parts, index.unique(), KeyCodec.forIndex(index, table, catalog), usable);
            if (candidate != null && candidate.cost(total, 3) < bestCost) {
                bestCost = candidate.cost(total, 3);
                best = candidate.choice(conditions, total);
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

    /** {@code column comparison value}; ANY is EQ with an array. */
    private record Condition(Scalar source, int column, Comparison comparison, Scalar value, boolean any) {}

    private @Nullable Condition condition(Scalar conjunct, int[] columns, int firstField, Predicate<Scalar> value) {
        if (conjunct instanceof Scalar.AnyAll any && !any.all() && DatumEquality.hashable(any.operator())) {
            Integer column = column(any.left(), columns, firstField);
            PgType element = types.type(any.array().type().elementOid());
            return column != null && value.test(any.array()) && element != null && compatible(any.left().type(), element)
                    ? new Condition(conjunct, column, Comparison.EQ, any.array(), true)
                    : null;
        }
        if (conjunct instanceof Scalar.Column flag && flag.type().repr() == Repr.BOOL) {
            Integer column = column(flag, columns, firstField);
            return column == null ? null
                    : new Condition(conjunct, column, Comparison.EQ, new Scalar.Constant(true, flag.type(), -1), false);
        }
        if (!(conjunct instanceof Scalar.Call call) || call.arguments().size() != 2) return null;
        OperatorTable.Compare compare = OperatorTable.compare(call.function(), call.collation());
        if (compare == null || !compare.sameType() || compare.comparison() == Comparison.NE) return null;
        Scalar left = call.arguments().get(0);
        Scalar right = call.arguments().get(1);
        if (!compatible(left.type(), right.type())) return null;
        Integer column = column(left, columns, firstField);
        if (column != null && value.test(right)) return new Condition(conjunct, column, compare.comparison(), right, false);
        column = column(right, columns, firstField);
        return column != null && value.test(left) ? new Condition(conjunct, column, compare.comparison().flipped(), left, false) : null;
    }

    private static boolean compatible(PgType left, PgType right) {
        return left.repr() == right.repr() && (left.oid() == TypeOid.BPCHAR) == (right.oid() == TypeOid.BPCHAR);
    }

    private static @Nullable Integer column(Scalar scalar, int[] columns, int firstField) {
        Scalar inner = scalar;
        while (inner instanceof Scalar.Relabel relabel && compatible(relabel.type(), relabel.argument().type())) inner = relabel.argument();
        if (!(inner instanceof Scalar.Column column)) return null;
        int field = column.index() - firstField;
        return field >= 0 && field < columns.length ? (Integer) columns[field] : null;
    }

    private final class Candidate {
        final TableDef table;
        final List<Relation.Field> fields;
        final @Nullable IndexDef index;
        final KeyCodec codec;
        final List<Condition> equal = new ArrayList<>();
        @Nullable Condition any;
        @Nullable Condition lower;
        @Nullable Condition upper;
        boolean wholeUnique;
        double share = 1;

        Candidate(TableDef table, List<Relation.Field> fields, @Nullable IndexDef index, KeyCodec codec) {
            this.table = table;
            this.fields = fields;
            this.index = index;
            this.codec = codec;
        }

        double matched(double total) {
            return wholeUnique ? 1 : Math.max(1, total * share);
        }

        double cost(double total, double weight) {
            return wholeUnique ? 0.5 : 2 + matched(total) * weight;
        }

        Choice choice(List<Scalar> conditions, double total) {
            List<Scalar> used = used();
            List<Scalar> rest = new ArrayList<>(conditions);
            rest.removeAll(used);
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
            List<Integer> parts, boolean unique, KeyCodec codec, List<Condition> usable) {
        Candidate candidate = new Candidate(table, fields, index, codec);
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
        if (candidate.equal.isEmpty() && candidate.any == null && candidate.lower == null && candidate.upper == null) return null;
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
