package io.craton.sql.plan;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;
import io.craton.core.type.TypeResolver;
import io.craton.sql.analyze.ColumnResolver;
import io.craton.sql.exec.PatternPrefix;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.OperatorTable;
import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.Scalars;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.CollationTable;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorClass;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.kernel.Comparison;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.KeyCodec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the access path of a table scan: matches conjuncts with the parts of the table's key and its indexes. One planning. */
final class AccessPaths {
    /** A path with what it leaves over. */
    record Choice(AccessPath path, List<Scalar> rest, double rows) {}

    /** Whether values that match a pattern lie together. */
    enum Patterns { ANYWHERE, TOGETHER }

    /** Tables grow after their plans were made: a small one is judged as if it had so many rows. */
    private static final double MINIMAL_ROWS = 1000;

    /** All rows of a partial index: worth it where it keeps a small share of the table's. */
    private static final double FULL_WEIGHT = 10;

    private final ExpressionCompiler compiler;
    private final Estimates estimates;
    private final IndexExpressions expressions;
    private final TypeResolver types;
    private final Patterns unknown;
    private final List<PhysicalPlan.Pattern> met = new ArrayList<>();

    /** @param unknown what to make of patterns whose value is not known yet */
    AccessPaths(ExpressionCompiler compiler, Estimates estimates, IndexExpressions expressions, Patterns unknown) {
        this.unknown = unknown;
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

    /** What a column is, by a value or without one. */
    private enum Kind { LT, LE, EQ, GE, GT, ANY, NULL, NOT_NULL, BEGINNING }

    /**
     * {@code column kind value}.
     *
     * @param subject what the source compares
     * @param value null when the kind has none
     * @param whole it says all that the source says
     */
    private record Condition(Scalar source, int column, Kind kind, Scalar subject, @Nullable Scalar value, boolean whole) {}

    private static Kind kind(Comparison comparison) {
        return switch (comparison) {
            case LT -> Kind.LT;
            case LE -> Kind.LE;
            case EQ -> Kind.EQ;
            case GE -> Kind.GE;
            case GT -> Kind.GT;
            case NE -> throw new IllegalStateException("not an order");
        };
    }

    /** What a conjunct says about columns. */
    private void conditions(Scalar conjunct, Fields fields, Predicate<Scalar> value, List<Condition> found) {
        if (conjunct instanceof Scalar.AnyAll any && !any.all() && DatumEquality.hashable(any.operator())) {
            PgType element = types.type(any.array().type().elementOid());
            if (!value.test(any.array()) || element == null || !compatible(any.left().type(), element)) return;
            for (int column : fields.of(any.left())) found.add(new Condition(conjunct, column, Kind.ANY, any.left(), any.array(), true));
            return;
        }
        if (conjunct.type().repr() == Repr.BOOL) {
            for (int column : fields.of(conjunct)) found.add(new Condition(conjunct, column, Kind.EQ, conjunct, new Scalar.Constant(true, conjunct.type(), -1), true));
        }
        if (conjunct instanceof Scalar.IsNull test && nullTest(test)) {
            Kind kind = test.negated() ? Kind.NOT_NULL : Kind.NULL;
            for (int column : fields.of(test.argument())) found.add(new Condition(conjunct, column, kind, test.argument(), null, true));
        }
        if (!(conjunct instanceof Scalar.Call call) || call.arguments().size() != 2) return;
        PatternPrefix.Form form = PatternPrefix.form(call.function());
        if (form != null) pattern(call, form, fields, found);
        OperatorTable.Compare compare = OperatorTable.compare(call.function(), call.collation());
        if (compare == null || !compare.sameType() || compare.comparison() == Comparison.NE) return;
        Scalar left = call.arguments().get(0);
        Scalar right = call.arguments().get(1);
        if (!compatible(left.type(), right.type())) return;
        if (value.test(right)) for (int column : fields.of(left)) found.add(new Condition(conjunct, column, kind(compare.comparison()), left, right, true));
        if (value.test(left)) for (int column : fields.of(right)) found.add(new Condition(conjunct, column, kind(compare.comparison().flipped()), right, left, true));
    }

    /** Whether it asks for the value itself: that of a row asks for its fields. */
    boolean nullTest(Scalar.IsNull test) {
        PgType base = test.argument().type();
        while (base != null && base.kind() == 'd') base = types.type(base.baseTypeOid());
        return base != null && base.kind() != 'c' && base.oid() != TypeOid.RECORD;
    }

    /** Where values that match a pattern are: between its beginning and the next, as keys are in the order of bytes. */
    private void pattern(Scalar.Call call, PatternPrefix.Form form, Fields fields, List<Condition> found) {
        Scalar subject = call.arguments().get(0);
        Scalar pattern = call.arguments().get(1);
        List<Integer> columns = fields.of(subject);
        if (columns.isEmpty()) return;
        PgType type = boundType(subject.type());
        if (IndexExpressions.bare(pattern) instanceof Scalar.Constant constant) {
            PatternPrefix prefix = constant.value() == null ? null : PatternPrefix.of(form, constant.value());
            if (prefix == null) return;
            Object above = prefix.exact() ? null : prefix.above(type);
            for (int column : columns) {
                found.add(new Condition(call, column, prefix.exact() ? Kind.EQ : Kind.GE, subject, new Scalar.Constant(prefix.start(), type, -1), false));
                if (above != null) found.add(new Condition(call, column, Kind.LT, subject, new Scalar.Constant(above, type, -1), false));
            }
        } else if (Scalars.steady(pattern) && Scalars.harmless(pattern) && !Scalars.any(pattern, Scalar.OuterColumn.class::isInstance)) {
            if (unknown == Patterns.ANYWHERE) met.add(new PhysicalPlan.Pattern(form, compiler.compile(pattern)));
            else for (int column : columns) found.add(new Condition(call, column, Kind.BEGINNING, subject, pattern, false));
        }
    }

    /** The type that PostgreSQL gives to what it compares a value of this type with for the sake of a pattern. */
    private static PgType boundType(PgType type) {
        return type.oid() == TypeOid.BPCHAR || type.oid() == TypeOid.BYTEA ? type : PgTypes.get(TypeOid.TEXT);
    }

    /** Patterns that were met and not used, with {@link Patterns#ANYWHERE}; those that paths were made of with {@link Patterns#TOGETHER}. */
    List<PhysicalPlan.Pattern> patterns() {
        return met;
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
        @Nullable Condition beginning;
        @Nullable Condition notNull;
        /** Said by the others. */
        final List<Condition> implied = new ArrayList<>();
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
            return equal.isEmpty() && any == null && lower == null && upper == null && beginning == null;
        }

        boolean nulls() {
            for (Condition condition : equal) if (condition.kind == Kind.NULL) return true;
            return false;
        }

        double cost(double total, double weight) {
            return wholeUnique ? 0.5 : 2 + matched(total) * (full() ? FULL_WEIGHT : weight);
        }

        Choice choice(List<Scalar> conditions) {
            List<Scalar> rest = new ArrayList<>(conditions);
            rest.removeAll(said());
            if (index != null) rest = expressions.unsaid(rest, index, hidden);
            List<Evaluator> values = equal.stream().map(this::value).toList();
            AccessPath path = new AccessPath(index, codec, values, next(), wholeUnique, false, null, shown());
            return new Choice(path, rest, wholeUnique ? 1 : Math.max(1, estimates.rows(table) * estimates.selectivity(conditions, fields)));
        }

        private Set<Scalar> said() {
            Set<Scalar> said = new LinkedHashSet<>();
            for (Condition condition : parts()) if (condition.whole) said.add(condition.source);
            for (Condition condition : implied) said.add(condition.source);
            return said;
        }

        private Evaluator value(Condition condition) {
            return condition.value == null ? AccessPath.IS_NULL : compiler.compile(condition.value);
        }

        private AccessPath.@Nullable Next next() {
            if (any != null) return new AccessPath.Next.Any(value(any));
            if (lower != null || upper != null) {
                return new AccessPath.Next.Between(lower == null ? null : value(lower), lower != null && lower.kind == Kind.GE,
                        upper == null ? null : value(upper), upper != null && upper.kind == Kind.LE);
            }
            if (beginning != null) {
                PatternPrefix.Form form = java.util.Objects.requireNonNull(PatternPrefix.form(((Scalar.Call) beginning.source).function()));
                AccessPath.Next.Beginning next = new AccessPath.Next.Beginning(form, value(beginning));
                met.add(new PhysicalPlan.Pattern(form, next.pattern()));
                return next;
            }
            return notNull == null ? null : new AccessPath.Next.NotNull();
        }

        /** Conditions that make the path, by the key's parts. */
        private List<Condition> parts() {
            List<Condition> parts = new ArrayList<>(equal);
            for (Condition condition : new Condition[] {any, lower, upper, beginning, notNull}) if (condition != null) parts.add(condition);
            return parts;
        }

        private List<Scalar> shown() {
            List<Scalar> shown = new ArrayList<>();
            for (Condition condition : parts()) shown.add(condition.whole || condition.kind == Kind.BEGINNING ? condition.source : comparison(condition));
            for (Condition condition : implied) shown.add(condition.source);
            return shown;
        }

        /** Of a bound that a pattern has, by an operator of the index's family. */
        private Scalar comparison(Condition condition) {
            Scalar.Call source = (Scalar.Call) condition.source;
            int strategy = switch (condition.kind) {
                case LT -> OperatorFamilies.LESS;
                case GE -> OperatorFamilies.GREATER_EQUAL;
                default -> OperatorFamilies.EQUAL;
            };
            PgType left = IndexExpressions.bare(condition.subject).type().oid() == TypeOid.NAME ? PgTypes.get(TypeOid.NAME) : boundType(condition.subject.type());
            int right = java.util.Objects.requireNonNull(condition.value).type().oid();
            OperatorDef operator = OperatorFamilies.operator("btree", family(condition, left, source.collation()), left.oid(), right, strategy);
            FunctionDef function = operator == null ? null : BuiltinCatalog.function(operator.functionOid());
            return function == null ? source : new Scalar.Call(function, List.of(condition.subject, condition.value), PgTypes.BOOL, -1, source.collation(), source.position());
        }

        private int family(Condition condition, PgType type, int collation) {
            OperatorClass own = null;
            if (index != null) {
                for (IndexDef.KeyPart part : index.keyParts()) if (part.column() == condition.column + 1) own = OperatorFamilies.byOid(part.operatorClassOid());
            }
            if (!CollationTable.byBytes(collation)) own = OperatorFamilies.named("btree", type.oid() == TypeOid.BPCHAR ? "bpchar_pattern_ops" : "text_pattern_ops");
            if (own == null) own = OperatorFamilies.btree(type, types);
            return own == null ? 0 : own.family();
        }
    }

    private @Nullable Candidate candidate(TableDef table, List<Relation.Field> fields, @Nullable IndexDef index,
            List<Integer> parts, boolean unique, KeyCodec codec, List<Condition> usable, Map<Integer, Scalar> hidden) {
        Candidate candidate = new Candidate(table, fields, index, hidden, codec);
        for (int i = 0; i < parts.size(); i++) {
            int column = parts.get(i) - 1;
            Condition notNull = find(usable, column, Kind.NOT_NULL);
            Condition equal = find(usable, column, Kind.EQ);
            if (equal != null) {
                candidate.equal.add(equal);
                if (notNull != null) candidate.implied.add(notNull);
                candidate.share /= distinct(table, parts.get(i));
                continue;
            }
            Condition none = find(usable, column, Kind.NULL);
            if (none != null) {
                candidate.equal.add(none);
                candidate.share *= estimates.nullShare(table, parts.get(i));
                continue;
            }
            candidate.any = find(usable, column, Kind.ANY);
            if (candidate.any != null) {
                if (notNull != null) candidate.implied.add(notNull);
                double distinct = unique && parts.size() == 1 ? Math.max(MINIMAL_ROWS, estimates.rows(table)) : distinct(table, parts.get(i));
                candidate.share *= Math.min(1, 10 / distinct);
                break;
            }
            if (codec.parts().get(i).ordered()) range(candidate, column, usable, notNull);
            else if (codec.parts().get(i).nullable()) candidate.notNull = notNull;
            if (candidate.notNull != null) candidate.share *= 1 - estimates.nullShare(table, parts.get(i));
            break;
        }
        if (candidate.full() && candidate.notNull == null && (index == null || index.predicateColumn() == 0)) return null;
        candidate.wholeUnique = unique && candidate.equal.size() == parts.size() && (!candidate.nulls() || index != null && index.nullsNotDistinct());
        return candidate;
    }

    private void range(Candidate candidate, int column, List<Condition> usable, @Nullable Condition notNull) {
        candidate.lower = find(usable, column, Kind.GT);
        if (candidate.lower == null) candidate.lower = find(usable, column, Kind.GE);
        candidate.upper = find(usable, column, Kind.LT);
        if (candidate.upper == null) candidate.upper = find(usable, column, Kind.LE);
        Set<Scalar> sources = new LinkedHashSet<>();
        if (candidate.lower != null) sources.add(candidate.lower.source);
        if (candidate.upper != null) sources.add(candidate.upper.source);
        if (sources.isEmpty()) {
            candidate.beginning = find(usable, column, Kind.BEGINNING);
            if (candidate.beginning != null) sources.add(candidate.beginning.source);
        }
        if (notNull != null && !sources.isEmpty()) candidate.implied.add(notNull);
        else if (candidate.codec.parts().get(candidate.equal.size()).nullable()) candidate.notNull = notNull;
        candidate.share *= estimates.selectivity(List.copyOf(sources), candidate.fields);
    }

    /** A small table's column is judged as if it had grown. */
    private double distinct(TableDef table, int attributeNumber) {
        double distinct = estimates.distinct(table, attributeNumber);
        return estimates.rows(table) < MINIMAL_ROWS ? Math.max(distinct, 100) : distinct;
    }

    private static @Nullable Condition find(List<Condition> usable, int column, Kind kind) {
        for (Condition condition : usable) if (condition.column == column && condition.kind == kind) return condition;
        return null;
    }
}
