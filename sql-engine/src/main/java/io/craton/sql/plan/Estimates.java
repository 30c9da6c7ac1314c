package io.craton.sql.plan;

import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExactPatterns;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.PatternPrefix;
import io.craton.sql.exec.SystemKeys;
import io.craton.sql.expr.OperatorTable;
import io.craton.sql.expr.Scalars;
import io.craton.sql.kernel.Comparison;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Row counts and selectivities from exact table counts, unique keys and ANALYZE's statistics; PostgreSQL's defaults without them. A field is known by the table
 * column that it comes from. One planning, one thread.
 */
public final class Estimates {
    private static final double DISTINCT_DEFAULT = 200;
    private static final int WIDTH_DEFAULT = 32;
    private static final double RANGE_DEFAULT = 0.333;
    private static final double MICROS_PER_DAY = 86_400e6;

    private final ExecContext context;
    private @Nullable Map<Long, StatisticsDef> statistics;

    public Estimates(ExecContext context) {
        this.context = context;
    }

    public double rows(TableDef table) {
        return Math.max(1, context.transaction().rowCount(table));
    }

    private @Nullable StatisticsDef statistics(int tableOid, int column) {
        if (statistics == null) {
            statistics = new HashMap<>();
            for (StatisticsDef def : context.catalog().all(StatisticsDef.class)) {
                statistics.put((long) def.tableOid() << 16 | def.column(), def);
            }
        }
        return statistics.get((long) tableOid << 16 | column);
    }

    /** Number of distinct values of a column. */
    public double distinct(TableDef table, int attributeNumber) {
        StatisticsDef def = statistics(table.oid(), attributeNumber);
        double rows = rows(table);
        if (isUnique(table, attributeNumber)) return rows;
        if (def == null || def.distinct() == 0) return Math.min(rows, DISTINCT_DEFAULT);
        return Math.max(1, def.distinct() < 0 ? -def.distinct() * rows : def.distinct());
    }

    /** Average bytes of a field's values. */
    public int width(Relation.Field field) {
        TableDef table = table(field);
        StatisticsDef def = table == null ? null : statistics(table.oid(), field.attributeNumber());
        if (def != null && def.averageWidth() > 0) return def.averageWidth();
        return field.type().length() > 0 ? field.type().length() : WIDTH_DEFAULT;
    }

    private boolean isUnique(TableDef table, int attributeNumber) {
        if (table.keyColumns().size() == 1 && table.keyColumns().get(0) == attributeNumber) return true;
        for (IndexDef index : context.catalog().indexes(table.oid())) {
            if (index.unique() && index.valid() && index.predicateColumn() == 0 && index.keyParts().size() == 1
                    && index.keyParts().get(0).column() == attributeNumber) return true;
        }
        return false;
    }

    /** Number of distinct values of a field in a relation of so many rows. */
    public double distinct(Relation.Field field, double rows) {
        TableDef table = table(field);
        VirtualTable system = table != null ? null : system(field);
        return Math.max(1, Math.min(rows, table != null ? distinct(table, field.attributeNumber())
                : system != null ? system.distinct(context, field.attributeNumber() - 1) : DISTINCT_DEFAULT));
    }

    /** Number of distinct values of a column (0-based) of a system relation. */
    double distinct(Relation.VirtualScan scan, int column) {
        return scan.table().distinct(context, column);
    }

    /** The system relation that the field is a column of; null when it is none's. */
    private @Nullable VirtualTable system(Relation.Field field) {
        if (field.tableOid() == 0 || field.attributeNumber() <= 0) return null;
        VirtualTable table = context.session().names().builtin(field.tableOid());
        return table == null || field.attributeNumber() > table.columns().size() ? null : table;
    }

    /** Of an expression over a relation's fields. */
    public double distinct(Scalar scalar, List<Relation.Field> fields, double rows) {
        BitSet used = new BitSet();
        Scalars.columns(scalar, used);
        double product = 1;
        for (int i = used.nextSetBit(0); i >= 0; i = used.nextSetBit(i + 1)) {
            if (i < fields.size()) product *= distinct(fields.get(i), rows);
        }
        return Math.max(1, Math.min(rows, product));
    }

    private @Nullable TableDef table(Relation.Field field) {
        if (field.tableOid() == 0 || field.attributeNumber() <= 0) return null;
        TableDef table = context.catalog().table(field.tableOid());
        return table == null || field.attributeNumber() > table.columns().size() ? null : table;
    }

    // ---- conditions ----------------------------------------------------------------------------------------------

    /** Share of the rows with these fields for which all conditions hold. */
    public double selectivity(List<Scalar> conditions, List<Relation.Field> fields) {
        double pass = 1;
        List<Scalar> ranges = new ArrayList<>();
        for (Scalar condition : conditions) {
            Range range = range(condition);
            if (range == null) pass *= selectivity(condition, fields);
            else ranges.add(condition);
        }
        while (!ranges.isEmpty()) {
            Range first = java.util.Objects.requireNonNull(range(ranges.removeFirst()));
            double lower = first.lower ? share(first, fields) : Double.NaN;
            double upper = first.lower ? Double.NaN : share(first, fields);
            for (int i = ranges.size() - 1; i >= 0; i--) {
                Range other = java.util.Objects.requireNonNull(range(ranges.get(i)));
                if (!other.column.equals(first.column)) continue;
                double share = share(other, fields);
                if (other.lower) lower = Double.isNaN(lower) ? share : Math.min(lower, share);
                else upper = Double.isNaN(upper) ? share : Math.min(upper, share);
                ranges.remove(i);
            }
            if (Double.isNaN(lower)) pass *= upper;
            else if (Double.isNaN(upper)) pass *= lower;
            else if (lower == RANGE_DEFAULT && upper == RANGE_DEFAULT) pass *= 0.05;
            else pass *= Math.max(0.0005, lower + upper - 1);
        }
        return pass;
    }

    /** {@code column > value} (lower) or {@code column < value}. */
    private record Range(Scalar.Column column, boolean lower, Scalar value) {}

    private static @Nullable Range range(Scalar condition) {
        if (!(condition instanceof Scalar.Call call)) return null;
        OperatorTable.Compare compare = OperatorTable.compare(call.function(), call.collation());
        Comparison comparison = compare != null ? compare.comparison() : OperatorTable.dateTimestamp(call.function());
        if (comparison == null || comparison == Comparison.EQ || comparison == Comparison.NE) return null;
        boolean greater = comparison == Comparison.GT || comparison == Comparison.GE;
        Scalar left = strip(call.arguments().get(0));
        Scalar right = strip(call.arguments().get(1));
        if (left instanceof Scalar.Column column && Scalars.steady(right)) return new Range(column, greater, right);
        if (right instanceof Scalar.Column column && Scalars.steady(left)) return new Range(column, !greater, left);
        return null;
    }

    private static Scalar strip(Scalar scalar) {
        Scalar inner = scalar;
        while (inner instanceof Scalar.Relabel relabel) inner = relabel.argument();
        return inner;
    }

    private double share(Range range, List<Relation.Field> fields) {
        if (range.column.index() >= fields.size()) return RANGE_DEFAULT;
        Relation.Field field = fields.get(range.column.index());
        TableDef table = table(field);
        StatisticsDef def = table == null ? null : statistics(table.oid(), field.attributeNumber());
        if (def == null || !(range.value instanceof Scalar.Constant constant) || constant.value() == null) return RANGE_DEFAULT;
        double below = below(def, field.type(), number(constant, field.type()));
        if (Double.isNaN(below)) return RANGE_DEFAULT;
        return Math.max(0.0001, (range.lower ? 1 - below : below) * (1 - def.nullFraction()));
    }

    /** Share of the column's values below this one, from histogram and most common values. */
    private double below(StatisticsDef def, PgType type, double point) {
        if (Double.isNaN(point)) return Double.NaN;
        double common = 0;
        double commonBelow = 0;
        for (int i = 0; i < def.mostCommonValues().size(); i++) {
            double frequency = def.mostCommonFrequencies().get(i);
            common += frequency;
            double at = number(parse(type, def.mostCommonValues().get(i)));
            if (Double.isNaN(at)) return Double.NaN;
            if (at < point) commonBelow += frequency;
        }
        List<String> bounds = def.histogramBounds();
        if (bounds.size() < 2) return common > 0 ? commonBelow / common : Double.NaN;
        double share = 1;
        double previous = number(parse(type, bounds.get(0)));
        if (Double.isNaN(previous)) return Double.NaN;
        if (point <= previous) {
            share = 0;
        } else {
            for (int i = 1; i < bounds.size(); i++) {
                double next = number(parse(type, bounds.get(i)));
                if (Double.isNaN(next)) return Double.NaN;
                if (point <= next) {
                    share = (i - 1 + (next > previous ? (point - previous) / (next - previous) : 0.5)) / (bounds.size() - 1);
                    break;
                }
                previous = next;
            }
        }
        return commonBelow + share * Math.max(0, 1 - common - def.nullFraction());
    }

    private @Nullable Object parse(PgType type, String text) {
        try {
            return TypeCodecs.of(type, context.format().types()).decodeText(text, -1, context.format());
        } catch (io.craton.core.error.PgException e) {
            return null;
        }
    }

    /** A value on the scale of the column's type. */
    private static double number(Scalar.Constant constant, PgType column) {
        double value = number(constant.value());
        if (column.oid() == TypeOid.DATE && constant.type().oid() == TypeOid.TIMESTAMP) return value / MICROS_PER_DAY;
        if (column.oid() == TypeOid.TIMESTAMP && constant.type().oid() == TypeOid.DATE) return value * MICROS_PER_DAY;
        return value;
    }

    private static double number(@Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case Numeric number -> number.doubleValue();
            case Boolean truth -> truth ? 1 : 0;
            case String text -> prefix(text);
            case null, default -> Double.NaN;
        };
    }

    private static double prefix(String text) {
        double value = 0;
        for (int i = 0; i < 6; i++) value = value * 256 + (i < text.length() ? Math.min(255, text.charAt(i)) : 0);
        return value;
    }

    /** Share of rows for which the condition holds. */
    public double selectivity(Scalar condition, List<Relation.Field> fields) {
        return switch (condition) {
            case Scalar.Constant constant -> Boolean.TRUE.equals(constant.value()) ? 1 : 0.0001;
            case Scalar.Call call -> call(call, fields);
            case Scalar.AnyAll any -> anyAll(any, fields);
            case Scalar.Column column -> flag(column, fields);
            case Scalar.IsNull test -> {
                double share = nullShare(test.argument(), fields);
                yield test.negated() ? 1 - share : share;
            }
            case Scalar.Not not -> 1 - selectivity(not.argument(), fields);
            case Scalar.Logical logical when logical.kind() == Scalar.Logic.AND -> selectivity(logical.arguments(), fields);
            case Scalar.Logical logical -> {
                double fail = 1;
                for (Scalar part : logical.arguments()) fail *= 1 - selectivity(Scalars.conjuncts(part), fields);
                yield 1 - fail;
            }
            default -> 0.5;
        };
    }

    /** Share of rows whose boolean column is true; half of them when nothing is known. */
    private double flag(Scalar.Column column, List<Relation.Field> fields) {
        Relation.Field field = column.index() < fields.size() ? fields.get(column.index()) : null;
        TableDef table = field == null ? null : table(field);
        return table == null || statistics(table.oid(), field.attributeNumber()) == null ? 0.5 : equals(column, new Scalar.Constant(true, column.type(), -1), fields);
    }

    /** Share of rows for which a column is null. */
    double nullShare(TableDef table, int attributeNumber) {
        StatisticsDef def = statistics(table.oid(), attributeNumber);
        return def != null ? def.nullFraction() : table.column(attributeNumber).notNull() ? 0 : 0.01;
    }

    private double nullShare(Scalar scalar, List<Relation.Field> fields) {
        if (!(strip(scalar) instanceof Scalar.Column column) || column.index() >= fields.size()) return 0.01;
        Relation.Field field = fields.get(column.index());
        TableDef table = table(field);
        return table == null ? 0.01 : nullShare(table, field.attributeNumber());
    }

    private double anyAll(Scalar.AnyAll any, List<Relation.Field> fields) {
        OperatorTable.Compare compare = OperatorTable.compare(any.operator());
        if (any.all() || compare == null || compare.comparison() != Comparison.EQ) return 0.5;
        int count = any.array() instanceof Scalar.ArrayValue array ? array.elements().size()
                : any.array() instanceof Scalar.Constant constant && constant.value() instanceof io.craton.core.type.PgArray array
                        ? array.elements().length : 10;
        return Math.min(0.9, count * equals(any.left(), null, fields));
    }

    private double call(Scalar.Call call, List<Relation.Field> fields) {
        Range range = range(call);
        if (range != null) return share(range, fields);
        OperatorTable.Compare compare = OperatorTable.compare(call.function(), call.collation());
        if (compare == null) {
            SystemKeys.Form form = ExactPatterns.form(call.function());
            boolean exact = form != null && strip(call.arguments().get(1)) instanceof Scalar.Constant constant
                    && constant.value() instanceof String text && ExactPatterns.text(form, text) != null;
            return exact ? equals(call.arguments().get(0), call.arguments().get(1), fields) : pattern(call, fields);
        }
        Scalar left = strip(call.arguments().get(0));
        Scalar right = strip(call.arguments().get(1));
        if (compare.comparison() != Comparison.EQ && compare.comparison() != Comparison.NE) return RANGE_DEFAULT;
        double equal = Scalars.steady(right) ? equals(left, right, fields) : Scalars.steady(left) ? equals(right, left, fields)
                : 1 / Math.max(distinct(left, fields, 1e12), distinct(right, fields, 1e12));
        return compare.comparison() == Comparison.EQ ? equal : 1 - equal;
    }

    private double pattern(Scalar.Call call, List<Relation.Field> fields) {
        return switch (call.function().source()) {
            case "textlike", "bpcharlike", "namelike", "texticlike", "textregexeq", "texticregexeq", "text_starts_with", "bytealike" -> likeShare(call, fields);
            case "textnlike", "bpcharnlike", "namenlike", "texticnlike", "textregexne", "texticregexne", "byteanlike" -> 1 - likeShare(call, fields);
            default -> 0.33;
        };
    }

    /** Of the values that begin as the pattern does, where statistics tell; each other known character of it narrows. A pattern that is not known gets PostgreSQL's default. */
    private double likeShare(Scalar.Call call, List<Relation.Field> fields) {
        if (!(strip(call.arguments().get(1)) instanceof Scalar.Constant constant) || !(constant.value() instanceof String text)) return 0.005;
        PatternPrefix.Form form = PatternPrefix.form(call.function());
        PatternPrefix prefix = form == null ? null : PatternPrefix.of(form, text);
        double begin = prefix == null ? Double.NaN : beginning((String) prefix.start(), call.arguments().get(0), fields);
        if (Double.isNaN(begin)) return characters(text);
        boolean wildcards = form == PatternPrefix.Form.LIKE || form == PatternPrefix.Form.ILIKE;
        return begin * (wildcards ? characters(text.substring(((String) prefix.start()).length())) : 1);
    }

    private static double characters(String text) {
        double share = 1;
        for (int i = 0; i < text.length() && share > 0.01; i++) {
            char c = text.charAt(i);
            share *= c == '%' ? 1 : c == '_' ? 0.9 : 0.5;
        }
        return share;
    }

    /** Share of a column's values with this beginning among those that statistics know; NaN without. */
    private double beginning(String start, Scalar side, List<Relation.Field> fields) {
        Relation.Field field = strip(side) instanceof Scalar.Column column && column.index() < fields.size() ? fields.get(column.index()) : null;
        TableDef table = field == null || field.type().repr() != Repr.TEXT ? null : table(field);
        StatisticsDef def = table == null ? null : statistics(table.oid(), field.attributeNumber());
        if (def == null) return Double.NaN;
        double common = 0;
        double found = 0;
        for (int i = 0; i < def.mostCommonValues().size(); i++) {
            common += def.mostCommonFrequencies().get(i);
            if (def.mostCommonValues().get(i).startsWith(start)) found += def.mostCommonFrequencies().get(i);
        }
        List<String> bounds = def.histogramBounds();
        if (bounds.isEmpty()) return Math.max(0.0001, found);
        long among = bounds.stream().filter(bound -> bound.startsWith(start)).count();
        return Math.max(0.0001, found + Math.max(0.5, among) / bounds.size() * Math.max(0, 1 - common - def.nullFraction()));
    }

    /** Share of rows whose expression equals one (perhaps unknown) value. */
    private double equals(Scalar side, @Nullable Scalar value, List<Relation.Field> fields) {
        Scalar stripped = strip(side);
        if (!(stripped instanceof Scalar.Column column) || column.index() >= fields.size()) {
            return 1 / Math.min(DISTINCT_DEFAULT, Math.max(2, distinct(side, fields, 1e12)));
        }
        Relation.Field field = fields.get(column.index());
        TableDef table = table(field);
        if (table == null) return 1 / distinct(field, 1e12);
        StatisticsDef def = statistics(table.oid(), field.attributeNumber());
        double distinct = distinct(table, field.attributeNumber());
        if (def == null) return 1 / distinct;
        double common = 0;
        Object wanted = value instanceof Scalar.Constant constant ? constant.value() : null;
        for (int i = 0; i < def.mostCommonValues().size(); i++) {
            double frequency = def.mostCommonFrequencies().get(i);
            common += frequency;
            if (wanted != null && same(wanted, parse(field.type(), def.mostCommonValues().get(i)))) return frequency;
        }
        if (wanted == null) return 1 / distinct;
        double others = Math.max(1, distinct - def.mostCommonValues().size());
        return Math.max(1e-9, Math.min(1 / distinct, Math.max(0, 1 - common - def.nullFraction()) / others));
    }

    private static boolean same(Object wanted, @Nullable Object known) {
        if (wanted instanceof String a && known instanceof String b) return a.stripTrailing().equals(b.stripTrailing());
        if (wanted instanceof Numeric a && known instanceof Numeric b) return a.compareTo(b) == 0;
        return wanted.equals(known);
    }

    // ---- joins and whole relations -------------------------------------------------------------------------------

    /** Share of the cross product that an equality of two sides keeps. */
    public double equality(Scalar left, List<Relation.Field> leftFields, double leftRows, Scalar right, List<Relation.Field> rightFields,
            double rightRows) {
        return 1 / Math.max(distinct(left, leftFields, leftRows), distinct(right, rightFields, rightRows));
    }

    /** Rows of an equi-join with these keys (over their own sides) and other conditions. */
    public double join(Relation.JoinKind kind, double leftRows, List<Relation.Field> leftFields, double rightRows,
            List<Relation.Field> rightFields, List<Scalar> leftKeys, List<Scalar> rightKeys, int others) {
        double inner = leftRows * rightRows;
        double leftKey = 1;
        double rightKey = 1;
        for (int i = 0; i < leftKeys.size(); i++) {
            leftKey *= distinct(leftKeys.get(i), leftFields, leftRows);
            rightKey *= distinct(rightKeys.get(i), rightFields, rightRows);
        }
        leftKey = Math.min(leftKey, leftRows);
        rightKey = Math.min(rightKey, rightRows);
        inner *= Math.pow(0.5, others) / Math.max(leftKey, rightKey);
        double matched = leftRows * Math.min(1, rightKey / leftKey) * Math.pow(0.7, others);
        double rows = switch (kind) {
            case INNER -> inner;
            case LEFT -> Math.max(leftRows, inner);
            case RIGHT -> Math.max(rightRows, inner);
            case FULL -> Math.max(leftRows + rightRows, inner);
            case SEMI -> matched;
            case ANTI -> Math.max(leftRows * 0.1, leftRows - matched);
        };
        return Math.max(1, rows);
    }

    /** Estimated rows of a relation. */
    public double rows(Relation relation) {
        return Math.max(1, switch (relation) {
            case Relation.TableScan scan -> rows(scan.table());
            case Relation.Filter filter -> rows(filter.input())
                    * selectivity(Scalars.conjuncts(filter.condition()), filter.fields());
            case Relation.Project project -> rows(project.input());
            case Relation.Sort sort -> rows(sort.input());
            case Relation.Window window -> rows(window.input());
            case Relation.LockRows lock -> rows(lock.input());
            case Relation.DistinctRows distinct -> groups(columns(distinct.input()), distinct.input());
            case Relation.DistinctOn distinct -> groups(distinct.keys(), distinct.input());
            case Relation.Aggregate aggregate -> aggregate.keys().isEmpty() ? 1 : groups(aggregate.keys(), aggregate.input());
            case Relation.Limit limit -> limit.count() instanceof Scalar.Constant count && count.value() instanceof Long bound
                    ? Math.min(bound, rows(limit.input())) : rows(limit.input());
            case Relation.Join join -> join(join);
            case Relation.SetOperation set -> set.kind() == Relation.SetKind.UNION ? rows(set.left()) + rows(set.right()) : rows(set.left());
            case Relation.Values values -> values.rows().size();
            case Relation.With with -> rows(with.body());
            case Relation.RecursiveUnion union -> 10 * rows(union.base());
            case Relation.SequenceScan scan -> 1;
            case Relation.VirtualScan scan -> scan.table().rowCount(context);
            case Relation.CteScan scan -> 1000;
            case Relation.TransitionScan scan -> 1000;
            case Relation.WorkTableScan scan -> 100;
            case Relation.ProjectSet project -> 10 * rows(project.input());
            case Relation.FunctionScan scan -> scan.calls().get(0) instanceof Scalar.Call call && call.function().returnsSet()
                    ? call.function().rows() : 1;
            case Relation.Modify modify -> rows(modify.input());
        });
    }

    private static List<Scalar> columns(Relation relation) {
        List<Scalar> columns = new ArrayList<>();
        for (int i = 0; i < relation.fields().size(); i++) columns.add(new Scalar.Column(i, relation.fields().get(i).type(), -1));
        return columns;
    }

    /** Groups of rows by keys. */
    public double groups(List<Scalar> keys, Relation input) {
        return groups(keys, input.fields(), rows(input));
    }

    public double groups(List<Scalar> keys, List<Relation.Field> fields, double rows) {
        double product = 1;
        for (Scalar key : keys) product *= distinct(key, fields, rows);
        return Math.max(1, Math.min(product, rows));
    }

    private double join(Relation.Join join) {
        double left = rows(join.left());
        double right = rows(join.right());
        int width = join.left().fields().size();
        List<Scalar> leftKeys = new ArrayList<>();
        List<Scalar> rightKeys = new ArrayList<>();
        int others = 0;
        for (Scalar condition : Scalars.conjuncts(join.condition())) {
            if (!JoinPlanner.equiKey(condition, width, leftKeys, rightKeys)) others++;
        }
        return join(join.kind(), left, join.left().fields(), right, join.right().fields(), leftKeys, rightKeys, others);
    }
}
