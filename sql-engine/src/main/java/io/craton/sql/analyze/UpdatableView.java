package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A view through which rows of a table are changed: it shows one table, or another such view, row by row (rewriteTargetView). What the view computes is given over the
 * row of what is really changed, {@link #base}. One statement.
 */
final class UpdatableView {
    /**
     * @param base the column that a change of this one changes; null when it cannot be changed
     * @param refusal why it cannot
     * @param numbers its attribute numbers in the relations below, the nearest first
     */
    record Column(ColumnDef shown, Scalar value, @Nullable ColumnDef base, @Nullable Refusal refusal, List<Integer> numbers) {}

    /** @param depth how many views further down the one is whose column cannot be changed */
    private record Refusal(int depth, String view, String column, String detail) {}

    /** @param alias what the view calls it */
    private record Reach(TableDef base, String alias, @Nullable Relation rows, Access access) {}

    final TableDef view;
    /** A table; or a view whose triggers do what is to be done. */
    final TableDef base;
    /** What the view that shows it calls it. */
    final String baseAlias;
    /** The base's rows; a table's with system columns. */
    final Relation rows;
    final List<Column> columns;
    /** What the view's rows fulfil, over the base's row. */
    final List<Scalar> conditions;
    /** What new rows must fulfil (WITH CHECK OPTION), those of inner views first. */
    final List<Scalar.NamedCheck> checks;
    /** Defaults that the view's columns have of their own, by attribute number of the base. */
    final Map<Integer, Scalar> defaults;
    private final List<Access> accesses;
    private final Set<Column> refused = new HashSet<>();

    private UpdatableView(TableDef view, TableDef base, String baseAlias, Relation rows, List<Column> columns, List<Scalar> conditions, List<Scalar.NamedCheck> checks,
            Map<Integer, Scalar> defaults, List<Access> accesses) {
        this.view = view;
        this.base = base;
        this.baseAlias = baseAlias;
        this.rows = rows;
        this.columns = columns;
        this.conditions = conditions;
        this.checks = checks;
        this.defaults = defaults;
        this.accesses = accesses;
    }

    /** 55000 for a view that shows no single relation row by row. */
    static UpdatableView of(TableDef view, int event, Access access, Analysis analysis) {
        int owner = analysis.viewOwner;
        try {
            return of(view, event, access, analysis, false);
        } finally {
            analysis.viewOwner = owner;
        }
    }

    static boolean hasTrigger(TableDef view, int event, Analysis analysis) {
        for (TriggerDef trigger : analysis.catalog.catalog().triggers(view.oid())) {
            if (trigger.is(TriggerDef.INSTEAD | event) && trigger.fires()) return true;
        }
        return false;
    }

    private static UpdatableView of(TableDef view, int event, Access access, Analysis analysis, boolean cascaded) {
        SelectStatement query = SqlParser.parseStoredQuery(java.util.Objects.requireNonNull(view.viewQuery()));
        String option = view.options().get("check_option");
        Scope scope = new Scope(analysis, null, null);
        analysis.viewOwner = FromAnalyzer.reader(view);
        Relation relation = analysis.selects.analyze(query, scope).relation();
        String refusal = refusal(query, relation, scope, analysis);
        if (refusal != null) throw cannot(view, event, refusal);
        Reach reach = reach(scope, event, access, analysis);
        Flat flat = flatten(relation, reach);
        List<Column> own = own(view, flat, reach);
        if (event != TriggerDef.DELETE && own.stream().allMatch(column -> column.base() == null)) {
            throw cannot(view, event, "Views that have no updatable columns are not automatically updatable.");
        }
        boolean cascades = cascaded || "cascaded".equals(option);
        List<Scalar.NamedCheck> checks = new ArrayList<>();
        Map<Integer, Scalar> defaults = new HashMap<>();
        UpdatableView made;
        boolean checked = cascades || option != null;
        if (reach.base.kind() == 'v' && !hasTrigger(reach.base, event, analysis)) {
            UpdatableView below = of(reach.base, event, reach.access, analysis, cascades);
            List<Scalar> values = below.columns.stream().map(Column::value).toList();
            List<Scalar> conditions = new ArrayList<>(below.conditions);
            List<Scalar> more = flat.conditions.stream().map(each -> over(values, 0, each)).toList();
            conditions.addAll(more);
            checks.addAll(below.checks);
            if (checked) addChecks(checks, view, more);
            defaults.putAll(below.defaults);
            List<Column> columns = new ArrayList<>();
            for (Column column : own) columns.add(joined(column, below, over(values, 0, column.value())));
            List<Access> accesses = new ArrayList<>(List.of(reach.access));
            accesses.addAll(below.accesses);
            made = new UpdatableView(view, below.base, below.baseAlias, below.rows, columns, conditions, checks, defaults, accesses);
        } else {
            if (checked) addChecks(checks, view, flat.conditions);
            Relation rows = reach.rows != null ? reach.rows : scan(reach, analysis);
            made = new UpdatableView(view, reach.base, reach.alias, rows, own, flat.conditions, checks, defaults, List.of(reach.access));
        }
        TableRules rules = analysis.catalog.tableRules(view);
        for (Column column : made.columns) {
            Scalar value = rules.defaultOf(column.shown().number());
            if (value == null) continue;
            if (column.base() != null) defaults.put(column.base().number(), value);
            else if (event == TriggerDef.INSERT) made.refused.add(column);
        }
        return made;
    }

    private static void addChecks(List<Scalar.NamedCheck> checks, TableDef view, List<Scalar> conditions) {
        for (Scalar condition : conditions) checks.add(new Scalar.NamedCheck(view.name(), condition, true));
    }

    private static Relation scan(Reach reach, Analysis analysis) {
        TableDef table = reach.base;
        List<Field> fields = new ArrayList<>(analysis.from.tableFields(table));
        fields.addAll(ColumnResolver.systemFields(table.oid()));
        return new Relation.TableScan(table, reach.alias, fields, true, -1);
    }

    private static PgException cannot(TableDef view, int event, String detail) {
        String verb = event == TriggerDef.INSERT ? "insert into" : event == TriggerDef.UPDATE ? "update" : "delete from";
        String doing = event == TriggerDef.INSERT ? "inserting into" : event == TriggerDef.UPDATE ? "updating" : "deleting from";
        String word = event == TriggerDef.INSERT ? "INSERT" : event == TriggerDef.UPDATE ? "UPDATE" : "DELETE";
        return PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cannot " + verb + " view \"" + view.name() + "\"").withDetail(detail)
                .withHint("To enable " + doing + " the view, provide an INSTEAD OF " + word + " trigger or an unconditional ON " + word + " DO INSTEAD rule.")
                .exception();
    }

    /** Why rows of the query are no single relation's rows; null when they are. */
    private static @Nullable String refusal(SelectStatement query, Relation relation, Scope scope, Analysis analysis) {
        SelectStatement.SelectBody body = query.body() instanceof SelectStatement.SelectBody select ? select : null;
        String single = "Views that do not select from a single table or view are not automatically updatable.";
        String what = body != null && body.distinct() != SelectStatement.DistinctKind.ALL ? "DISTINCT" : body != null && body.groupBy() != null ? "GROUP BY"
                : body != null && body.having() != null ? "HAVING" : query.body() instanceof SelectStatement.SetOperationBody ? "UNION, INTERSECT, or EXCEPT"
                : query.with() != null ? "WITH" : query.limit() != null ? "LIMIT or OFFSET" : null;
        if (what != null) return "Views containing " + what + " are not automatically updatable.";
        String returned = returned(relation, scope.items.isEmpty() ? null : scope.items.getFirst().source);
        if (returned != null) return "Views that return " + returned + " are not automatically updatable.";
        if (body == null || body.from().size() != 1 || !(body.from().getFirst() instanceof FromItem.RelationItem item)) return single;
        boolean plain = analysis.from.lookup(item.relation(), null) instanceof RelationRef.Stored stored
                && (stored.table().kind() == 'r' || stored.table().kind() == 'p' || stored.table().kind() == 'v');
        if (!plain) return single;
        return item.sample() != null ? "Views containing TABLESAMPLE are not automatically updatable." : null;
    }

    /** As above for a query that is not analysed yet; also when nothing that it shows can be changed. */
    static @Nullable String refusal(SelectStatement query, Analysis analysis) {
        Scope scope = new Scope(analysis, null, null);
        Relation relation = analysis.selects.analyze(query, scope).relation();
        String refusal = refusal(query, relation, scope, analysis);
        if (refusal != null) return refusal;
        TableDef base = java.util.Objects.requireNonNull(scope.items.getFirst().table());
        int width = visible(base).size();
        Reach reach = reach(scope, 0, analysis.access(base), analysis);
        boolean any = flatten(relation, reach).outputs.stream().anyMatch(value -> value instanceof Scalar.Column column && column.index() < width);
        return any ? null : "Views that have no updatable columns are not automatically updatable.";
    }

    /** What a query returns beside columns of rows; {@code from} is what it selects from. */
    private static @Nullable String returned(Relation relation, @Nullable Relation from) {
        if (relation == from) return null;
        return switch (relation) {
            case Relation.Aggregate _ -> "aggregate functions";
            case Relation.Window window -> java.util.Objects.requireNonNullElse(returned(window.input(), from), "window functions");
            case Relation.ProjectSet set -> java.util.Objects.requireNonNullElse(returned(set.input(), from), "set-returning functions");
            case Relation.Project project -> returned(project.input(), from);
            case Relation.Filter filter -> returned(filter.input(), from);
            case Relation.Sort sort -> returned(sort.input(), from);
            default -> null;
        };
    }

    /** One relation and what a view shows of it. */
    record Level(TableDef base, List<Column> columns) {}

    /** Null when rows are not changed through the view. */
    static @Nullable Level level(TableDef view, Analysis analysis) {
        SelectStatement query = SqlParser.parseStoredQuery(java.util.Objects.requireNonNull(view.viewQuery()));
        Scope scope = new Scope(analysis, null, null);
        Relation relation = analysis.selects.analyze(query, scope).relation();
        if (refusal(query, relation, scope, analysis) != null) return null;
        Reach reach = reach(scope, 0, analysis.access(view), analysis);
        return new Level(reach.base, own(view, flatten(relation, reach), reach));
    }

    /** What the query selects from. Its reader's rights are asked for as far as the view's reader reads; what a view below reads is asked for with that view. */
    private static Reach reach(Scope scope, int event, Access viewAccess, Analysis analysis) {
        RangeItem item = scope.items.getFirst();
        TableDef base = java.util.Objects.requireNonNull(item.table());
        Access read = java.util.Objects.requireNonNull(item.access);
        int at = analysis.accesses.indexOf(read);
        if (base.kind() == 'v' && !hasTrigger(base, event, analysis)) analysis.accesses.subList(at + 1, item.accessesEnd).clear();
        Access access = Access.through(read, viewAccess);
        analysis.accesses.set(at, access);
        return new Reach(base, item.name, base.kind() == 'v' ? item.source : null, access);
    }

    private record Flat(List<Scalar> outputs, List<Scalar> conditions) {}

    /** Outputs and conditions of a query over what it selects from. */
    private static Flat flatten(Relation relation, Reach reach) {
        if (relation == reach.rows || relation instanceof Relation.TableScan) {
            List<Scalar> outputs = new ArrayList<>();
            for (Field field : relation.fields()) outputs.add(new Scalar.Column(outputs.size(), field.type(), field.typmod()));
            return new Flat(outputs, List.of());
        }
        return switch (relation) {
            case Relation.Filter filter -> {
                Flat below = flatten(filter.input(), reach);
                List<Scalar> conditions = new ArrayList<>(below.conditions);
                conditions.add(over(below.outputs, 0, filter.condition()));
                yield new Flat(below.outputs, conditions);
            }
            case Relation.Project project -> {
                Flat below = flatten(project.input(), reach);
                yield new Flat(project.expressions().stream().map(each -> over(below.outputs, 0, each)).toList(), below.conditions);
            }
            case Relation.Sort sort -> flatten(sort.input(), reach);
            case Relation.LockRows lock -> flatten(lock.input(), reach);
            default -> throw PgException.notSupported("modification of this view");
        };
    }

    /** An expression whose fields from {@code first} on are these values: over the row that the values are over. */
    static Scalar over(List<Scalar> values, int first, Scalar expression) {
        return new TreeRewriter((node, depth) -> {
            if (depth == 0 && node instanceof Scalar.Column column && column.index() >= first && column.index() < first + values.size()) {
                return values.get(column.index() - first);
            }
            if (depth > 0 && node instanceof Scalar.OuterColumn outer && outer.level() == depth && outer.index() >= first
                    && outer.index() < first + values.size()) {
                return lowered(values.get(outer.index() - first), depth);
            }
            return null;
        }).rewrite(expression);
    }

    /** The same value seen from inside a subquery. */
    private static Scalar lowered(Scalar value, int by) {
        return new TreeRewriter((node, depth) -> {
            if (depth == 0 && node instanceof Scalar.Column column) return new Scalar.OuterColumn(by, column.index(), column.type(), column.typmod());
            if (node instanceof Scalar.OuterColumn outer && outer.level() >= depth) {
                return new Scalar.OuterColumn(outer.level() + by, outer.index(), outer.type(), outer.typmod());
            }
            return null;
        }).rewrite(value);
    }

    private static List<Column> own(TableDef view, Flat flat, Reach reach) {
        List<ColumnDef> below = visible(reach.base);
        List<Column> columns = new ArrayList<>();
        for (ColumnDef shown : visible(view)) {
            Scalar value = flat.outputs.get(columns.size());
            ColumnDef base = null;
            String detail = null;
            if (value instanceof Scalar.Column column) {
                if (column.index() < below.size()) base = below.get(column.index());
                else detail = "View columns that refer to system columns are not updatable.";
            } else {
                detail = wholeRow(value, below.size()) ? "View columns that return whole-row references are not updatable."
                        : "View columns that are not columns of their base relation are not updatable.";
            }
            columns.add(new Column(shown, value, base, detail == null ? null : new Refusal(0, view.name(), shown.name(), detail), base == null ? List.of() : List.of(base.number())));
        }
        return columns;
    }

    private static boolean wholeRow(Scalar value, int width) {
        if (!(value instanceof Scalar.RowValue row) || row.fields().size() != width || row.type().kind() != 'c') return false;
        for (int i = 0; i < width; i++) {
            if (!(row.fields().get(i) instanceof Scalar.Column column) || column.index() != i) return false;
        }
        return true;
    }

    private static List<ColumnDef> visible(TableDef table) {
        return table.columns().stream().filter(column -> !column.dropped() && !column.hidden()).toList();
    }

    private static Column joined(Column column, UpdatableView below, Scalar value) {
        if (column.base() == null) return new Column(column.shown(), value, null, column.refusal(), List.of());
        for (Column inner : below.columns) {
            if (inner.shown().number() != column.base().number()) continue;
            if (inner.refusal() != null) {
                Refusal deep = new Refusal(inner.refusal().depth + 1, inner.refusal().view, inner.refusal().column, inner.refusal().detail);
                return new Column(column.shown(), value, null, deep, List.of());
            }
            List<Integer> numbers = new ArrayList<>(column.numbers());
            numbers.addAll(inner.numbers());
            return new Column(column.shown(), value, inner.base(), null, numbers);
        }
        throw new IllegalStateException("no column " + column.base().name());
    }

    /** The column of the base that is changed through one of the view; one that cannot be is remembered and stands for itself. */
    ColumnDef changed(ColumnDef shown, char letter) {
        for (Column column : columns) {
            if (column.shown().number() != shown.number()) continue;
            if (column.base() == null) {
                refused.add(column);
                return shown;
            }
            for (int i = 0; i < accesses.size(); i++) accesses.get(i).uses(letter, column.numbers().get(i));
            return column.base();
        }
        throw new IllegalStateException("no column " + shown.name());
    }

    /** 0A000 when columns are to be changed that cannot be: the first of the outermost view. */
    void requireChangeable(int event) {
        Refusal first = null;
        for (Column column : columns) {
            if (refused.contains(column) && (first == null || column.refusal().depth < first.depth)) first = column.refusal();
        }
        if (first == null) return;
        throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot " + (event == TriggerDef.INSERT ? "insert into" : "update") + " column \""
                + first.column + "\" of view \"" + first.view + "\"").withDetail(first.detail).exception();
    }

    /** What stands in the view's columns, over the base's row. */
    List<Scalar> values() {
        return columns.stream().map(Column::value).toList();
    }
}
