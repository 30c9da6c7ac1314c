package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Mark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins in FROM: ON, USING, NATURAL, aliases of joins, merged columns. One analysis. */
final class JoinAnalyzer {
    private final Analysis analysis;
    private final FromAnalyzer from;

    JoinAnalyzer(Analysis analysis, FromAnalyzer from) {
        this.analysis = analysis;
        this.from = from;
    }

    FromAnalyzer.Source analyze(FromItem.JoinItem join, Scope scope) {
        FromAnalyzer.Source left = from.item(join.left(), scope);
        boolean lateralAllowed = join.kind() == FromItem.JoinKind.INNER || join.kind() == FromItem.JoinKind.CROSS
                || join.kind() == FromItem.JoinKind.LEFT;
        for (Visible visible : left.visible()) FromAnalyzer.setLateral(visible, true, lateralAllowed);
        List<Visible> before = scope.namespace;
        scope.namespace = concat(before, left.visible());
        RowFrame outer = scope.lateralOuter;
        RowFrame leftFrame = Laterals.possible(join.right()) ? new RowFrame(scope, left.first(), left.end(), outer) : null;
        if (leftFrame != null) scope.lateralOuter = leftFrame;
        FromAnalyzer.Source right = from.item(join.right(), scope);
        scope.lateralOuter = outer;
        scope.namespace = before;
        FromAnalyzer.checkConflicts(left.visible(), right.visible());
        boolean lateral = leftFrame != null && (leftFrame.used || leftFrame.crossed);

        List<Visible> visible = concat(left.visible(), right.visible());
        List<RangeItem> items = new ArrayList<>(left.items());
        items.addAll(right.items());
        Scalar condition = null;
        List<String> using = join.using();
        Merged merged = null;
        if (join.natural() || !using.isEmpty()) {
            List<Column> leftColumns = columns(left.visible());
            List<Column> rightColumns = columns(right.visible());
            if (join.natural()) using = shared(leftColumns, rightColumns);
            merged = merge(join, using, leftColumns, rightColumns, left, right, scope);
            condition = merged.condition;
        } else if (join.condition() != null) {
            condition = on(join, left, right, visible, scope);
        }
        switch (join.kind()) {
            case LEFT -> markNullable(right.items());
            case RIGHT -> markNullable(left.items());
            case FULL -> markNullable(items);
            case INNER, CROSS -> { }
        }
        Relation relation = new Relation.Join(kind(join.kind()), left.relation(), right.relation(), condition, lateral);
        if (merged != null || join.alias() != null) visible = named(join, merged, left, right, visible, items, scope);
        return new FromAnalyzer.Source(relation, left.first(), right.end(), visible, items);
    }

    private static Relation.JoinKind kind(FromItem.JoinKind kind) {
        return switch (kind) {
            case INNER, CROSS -> Relation.JoinKind.INNER;
            case LEFT -> Relation.JoinKind.LEFT;
            case RIGHT -> Relation.JoinKind.RIGHT;
            case FULL -> Relation.JoinKind.FULL;
        };
    }

    private static void markNullable(List<RangeItem> items) {
        for (RangeItem item : items) item.nullable = true;
    }

    private static List<Visible> concat(List<Visible> left, List<Visible> right) {
        List<Visible> all = new ArrayList<>(left.size() + right.size());
        all.addAll(left);
        all.addAll(right);
        return all;
    }

    private Scalar on(FromItem.JoinItem join, FromAnalyzer.Source left, FromAnalyzer.Source right, List<Visible> visible, Scope scope) {
        for (Visible item : visible) FromAnalyzer.setLateral(item, false, true);
        List<Visible> before = scope.namespace;
        RowFrame frame = scope.frame;
        scope.namespace = visible;
        scope.frame = new RowFrame(scope, left.first(), right.end(), scope.lateralOuter);
        Scalar condition = analysis.expressions.condition(join.condition(), scope, ExpressionKind.JOIN_ON, "JOIN/ON");
        scope.namespace = before;
        scope.frame = frame;
        if (analysis.findings != null) analysis.findings.clause(join.condition(), condition);
        return condition;
    }

    /** A column that an item or join makes visible by its bare name: over the scope's FROM row. The item and index that it comes from identify it. */
    private record Column(String name, Scalar value, Field field, @Nullable RangeItem item, int index) {
        /** The same in the text's next analysis, whatever columns its tables have then. */
        boolean is(int itemNumber, int columnNumber) {
            RangeItem owner = owner();
            return owner.number() == itemNumber && number() == columnNumber;
        }

        private boolean merged() {
            return item.expressions == null || index < item.merged || !item.plain(index);
        }

        RangeItem owner() {
            return merged() ? item : item.below(index);
        }

        int number() {
            return merged() ? item.columnNumber(index) : item.below(index).columnNumber(item.columnBelow(index));
        }
    }

    private static List<Column> columns(List<Visible> visible) {
        List<Column> columns = new ArrayList<>();
        for (Visible item : visible) {
            if (!item.columns) continue;
            for (int i = 0; i < item.item.fields.size(); i++) {
                Field field = item.item.fields.get(i);
                Scalar value = item.item.expressions == null
                        ? new Scalar.Column(item.item.offset + i, field.type(), field.typmod()) : item.item.expressions.get(i);
                columns.add(new Column(field.name(), value, field, item.item, i));
            }
        }
        return columns;
    }

    private static List<String> shared(List<Column> left, List<Column> right) {
        List<String> names = new ArrayList<>();
        for (Column column : left) {
            for (Column other : right) {
                if (other.name.equals(column.name)) {
                    names.add(column.name);
                    break;
                }
            }
        }
        return names;
    }

    private record Merged(@Nullable Scalar condition, List<Column> using, List<Column> leftRest, List<Column> rightRest) {}

    private Merged merge(FromItem.JoinItem join, List<String> using, List<Column> left, List<Column> right,
            FromAnalyzer.Source leftSource, FromAnalyzer.Source rightSource, Scope scope) {
        List<Column> merged = new ArrayList<>();
        List<Column> leftRest = new ArrayList<>(left);
        List<Column> rightRest = new ArrayList<>(right);
        List<Scalar> conditions = new ArrayList<>();
        List<Mark.Using> found = new ArrayList<>();
        for (int i = 0; i < using.size(); i++) {
            String written = using.get(i);
            Mark.Using mark = Mark.of(written) instanceof Mark.Using known ? known : null;
            String name = mark == null ? written : mark.name();
            if (using.subList(0, i).contains(name)) {
                throw PgError.error(SqlState.DUPLICATE_COLUMN, "column name \"" + name + "\" appears more than once in USING clause")
                        .exception();
            }
            Column l = mark == null ? one(name, left, "left") : marked(left, mark.leftItem(), mark.leftColumn());
            Column r = mark == null ? one(name, right, "right") : marked(right, mark.rightItem(), mark.rightColumn());
            if (analysis.findings != null) {
                analysis.findings.joined(l.item, l.index);
                analysis.findings.joined(r.item, r.index);
            }
            found.add(new Mark.Using(l.owner().number(), l.number(), r.owner().number(), r.number(), name));
            ColumnResolver.reads(l.value, scope);
            ColumnResolver.reads(r.value, scope);
            leftRest.remove(l);
            rightRest.remove(r);
            Scalar equal = analysis.operators.call(List.of("="), l.value, 0, r.value, 0, 0);
            conditions.add(new TreeRewriter((node, depth) -> node instanceof Scalar.Column column && depth == 0
                    ? new Scalar.Column(column.index() - leftSource.first(), column.type(), column.typmod()) : null).rewrite(equal));
            merged.add(mergedColumn(join.kind(), name, l, r));
        }
        if (analysis.findings != null) analysis.findings.using(join, found);
        Scalar condition = conditions.isEmpty() ? null
                : conditions.size() == 1 ? conditions.getFirst() : new Scalar.Logical(Scalar.Logic.AND, conditions);
        return new Merged(condition, merged, leftRest, rightRest);
    }

    private static Column marked(List<Column> columns, int item, int number) {
        for (Column column : columns) if (column.is(item, number)) return column;
        throw new IllegalStateException("no column " + number + " of entry " + item + " to join by");
    }

    private static Column one(String name, List<Column> columns, String side) {
        Column found = null;
        for (Column column : columns) {
            if (!column.name.equals(name)) continue;
            if (found != null) {
                throw PgError.error(SqlState.AMBIGUOUS_COLUMN, "common column name \"" + name + "\" appears more than once in "
                        + side + " table").exception();
            }
            found = column;
        }
        if (found == null) {
            throw PgError.error(SqlState.UNDEFINED_COLUMN, "column \"" + name + "\" specified in USING clause does not exist in "
                    + side + " table").exception();
        }
        return found;
    }

    private Column mergedColumn(FromItem.JoinKind kind, String name, Column left, Column right) {
        PgType type = left.field.type();
        int typmod = left.field.typmod();
        if (type.oid() != right.field.type().oid()) {
            type = CommonTypes.select(List.of(left.value, right.value), new int[2], "JOIN/USING", analysis.rules, analysis.catalog);
            typmod = -1;
        } else if (typmod != right.field.typmod()) {
            typmod = -1;
        }
        Scalar l = coerced(left, type, typmod);
        Scalar r = coerced(right, type, typmod);
        Scalar value = switch (kind) {
            case INNER, CROSS -> l == left.value ? l : r == right.value ? r : l;
            case LEFT -> l;
            case RIGHT -> r;
            case FULL -> new Scalar.Coalesce(List.of(l, r), type, typmod);
        };
        Field source = value == left.value ? left.field : value == right.value ? right.field : null;
        return new Column(name, value, source == null ? new Field(name, type, typmod)
                : new Field(name, type, typmod, source.tableOid(), source.attributeNumber()), null, 0);
    }

    private Scalar coerced(Column column, PgType type, int typmod) {
        if (column.field.type().oid() != type.oid()) {
            return analysis.coercions.coerce(column.value, type, typmod, CoercionContext.IMPLICIT, 0);
        }
        return column.field.typmod() == typmod ? column.value : new Scalar.Relabel(column.value, type, typmod);
    }

    /** The join as an item: merged columns first, then what is left of both sides. */
    private List<Visible> named(FromItem.JoinItem join, @Nullable Merged merged, FromAnalyzer.Source left, FromAnalyzer.Source right,
            List<Visible> visible, List<RangeItem> items, Scope scope) {
        List<Column> columns = new ArrayList<>();
        if (merged != null) {
            columns.addAll(merged.using);
            columns.addAll(merged.leftRest);
            columns.addAll(merged.rightRest);
        } else {
            columns.addAll(columns(left.visible()));
            columns.addAll(columns(right.visible()));
        }
        String name = join.alias() == null ? "unnamed_join" : join.alias().name();
        RangeItem item = item(name, columns, join.alias(), scope);
        item.merged = merged == null ? 0 : merged.using.size();
        if (analysis.findings != null) analysis.findings.item(join, item);
        List<Visible> result;
        if (join.alias() != null) {
            result = new ArrayList<>();
        } else {
            for (Visible child : visible) child.columns = false;
            result = new ArrayList<>(visible);
        }
        result.add(new Visible(item, join.alias() != null, true));
        if (join.usingAlias() != null && merged != null) {
            result.add(new Visible(item(join.usingAlias().name(), merged.using, join.usingAlias(), scope), true, false));
        }
        items.add(item);
        return result;
    }

    /** The columns under the join's aliases. */
    private static List<Field> renamed(List<Field> fields, List<Column> columns, FromItem.@Nullable Alias alias, String name) {
        if (alias == null || alias.columns().stream().noneMatch(Mark::is)) return FromAnalyzer.aliased(fields, alias, name);
        List<Field> result = new ArrayList<>(fields);
        for (int i = 0; i < alias.columns().size(); i++) {
            String given = alias.columns().get(i);
            int at = i;
            if (Mark.of(given) instanceof Mark.Alias(int item, int number, String text)) {
                at = 0;
                while (at < columns.size() && (columns.get(at).item == null || !columns.get(at).is(item, number))) at++;
                if (at == columns.size()) continue; // the column was dropped
                given = text;
            }
            Field field = fields.get(at);
            result.set(at, new Field(given, field.type(), field.typmod(), field.tableOid(), field.attributeNumber()));
        }
        return result;
    }

    private static RangeItem item(String name, List<Column> columns, FromItem.@Nullable Alias alias, Scope scope) {
        List<Field> fields = new ArrayList<>();
        List<Scalar> expressions = new ArrayList<>();
        for (Column column : columns) {
            fields.add(new Field(column.name, column.field.type(), column.field.typmod(), column.field.tableOid(),
                    column.field.attributeNumber()));
            expressions.add(column.value);
        }
        if (alias != null && alias.columns().size() > fields.size()) {
            throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE, "join expression \"" + name + "\" has " + fields.size() + " columns available but "
                    + alias.columns().size() + " columns specified").exception();
        }
        RangeItem item = new RangeItem(RangeItem.Kind.JOIN, name, alias != null, scope, 0, renamed(fields, columns, alias, name), expressions);
        scope.items.add(item);
        return item;
    }
}
