package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Relation.SortKey;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SelectStatement.DistinctKind;
import io.craton.sql.syntax.SelectStatement.SelectBody;
import io.craton.sql.syntax.SelectStatement.SortBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries (transformSelectStmt). Clauses are analysed in PostgreSQL's order, so that of two errors the same one is reported. One analysis. */
final class SelectAnalyzer {
    static final int ENTRIES_MAX = 1664;

    /** What becomes of result columns of unknown type. */
    enum Unknowns { TO_TEXT, KEEP }

    record Result(Relation relation) {}

    private final Analysis analysis;
    private final SetOperationAnalyzer setOperations;
    private final CommonTableAnalyzer commonTables;
    private final LockAnalyzer locks;

    SelectAnalyzer(Analysis analysis) {
        this.analysis = analysis;
        this.setOperations = new SetOperationAnalyzer(analysis, this);
        this.commonTables = new CommonTableAnalyzer(analysis, this);
        this.locks = new LockAnalyzer(analysis);
    }

    CommonTableAnalyzer commonTables() {
        return commonTables;
    }

    Result analyze(SelectStatement statement, Scope scope) {
        return new Result(analyze(statement, scope, Unknowns.TO_TEXT));
    }

    Relation analyze(SelectStatement statement, Scope scope, Unknowns unknowns) {
        List<CommonTables.Entry> ctes = statement.with() == null ? List.of() : commonTables.enter(statement.with(), scope);
        Relation relation = switch (statement.body()) {
            case SelectBody body -> select(statement, body, scope, unknowns);
            case SelectStatement.ValuesBody body -> values(statement, body, scope);
            case SelectStatement.SetOperationBody body -> setOperations.analyze(statement, body, scope);
        };
        return ctes.isEmpty() ? relation : commonTables.wrap(ctes, relation);
    }

    private Relation select(SelectStatement statement, SelectBody body, Scope scope, Unknowns unknowns) {
        if (body.into() != null) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "SELECT ... INTO is not allowed here").withPosition(statement.position())
                    .exception();
        }
        scope.windowDefinitions.addAll(body.windows());
        if (!statement.locking().isEmpty()) locks.announce(statement, body, scope);
        Relation relation = analysis.from.analyze(body.from(), scope);
        TargetList targets = new TargetList(analysis, scope);
        targets.addAll(body.targets(), ExpressionKind.SELECT_TARGET);
        if (body.where() != null) {
            Scalar condition = analysis.expressions.condition(body.where(), scope, ExpressionKind.WHERE, "WHERE");
            if (analysis.findings != null) analysis.findings.clause(body.where(), condition);
            relation = new Relation.Filter(relation, condition);
        }
        Scalar having = body.having() == null ? null
                : analysis.expressions.condition(body.having(), scope, ExpressionKind.HAVING, "HAVING");
        if (having != null && analysis.findings != null) analysis.findings.clause(body.having(), having);
        List<SortItem> sort = sortItems(statement.orderBy(), targets);
        GroupClause groups = GroupClause.analyze(body.groupBy(), targets, analysis, scope);
        List<Integer> distinctOn = distinct(body, sort, targets);
        requireWidth(targets.entries.size());
        LimitClause limit = LimitClause.analyze(statement.limit(), scope, analysis);
        if (limit.withTies() && sort.isEmpty()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "WITH TIES cannot be specified without ORDER BY clause").exception();
        }
        WindowAnalyzer windows = new WindowAnalyzer(analysis, scope);
        windows.resolve();
        if (unknowns == Unknowns.TO_TEXT) targets.resolveUnknowns();
        if (analysis.findings != null) analysis.findings.query(statement, targets.found(scope));

        if (!statement.locking().isEmpty()) {
            locks.check(body, groups.present() || having != null || !scope.aggregates.isEmpty(), !scope.windows.isEmpty(), targets,
                    statement);
        }
        if (!scope.aggregates.isEmpty()) commonTables.checkAggregates(scope);
        if (scope.carried != null) carry(scope.carried, targets, scope);
        for (TargetList.Entry entry : targets.entries) entry.collation = Collations.collation(entry.value);
        Shaped shaped = shape(relation, targets, having, groups, windows, scope);
        if (!statement.locking().isEmpty()) return locked(statement, shaped, targets, sort, limit, scope);
        return finish(shaped.relation(), targets, sort, body, distinctOn, limit, scope);
    }

    private static void requireWidth(int entries) {
        if (entries > ENTRIES_MAX) throw new PgException(SqlState.TOO_MANY_COLUMNS, "target lists can have at most " + ENTRIES_MAX + " entries");
    }

    /** Adds to a recursive query's result what SEARCH and CYCLE know of the row that it extends. */
    private void carry(CommonTables.Entry recursive, TargetList targets, Scope scope) {
        RangeItem self = recursive.self;
        if (self == null || self.scope != scope) return;
        for (int i = self.fields.size() - recursive.added.size(); i < self.fields.size(); i++) {
            Field field = self.fields.get(i);
            Scalar column = analysis.columns.at(self, self.offset + i, field.type(), field.typmod(), scope);
            targets.entries.add(new TargetList.Entry(column, field.name(), null, 0, false));
        }
    }

    private record Shaped(Relation relation) {}

    /** Aggregation, HAVING and windows; entries of the target list are moved to the new row. */
    private Shaped shape(Relation input, TargetList targets, @Nullable Scalar having, GroupClause groups, WindowAnalyzer windows,
            Scope scope) {
        Relation relation = input;
        TreeRewriter grouped = new TreeRewriter((node, depth) -> null);
        if (groups.present() || having != null || !scope.aggregates.isEmpty() || !scope.groupings.isEmpty()) {
            if (groups.sets(targets)) {
                relation = groups.project(relation, targets);
                scope.sets = false;
                for (TargetList.Entry entry : targets.entries) scope.sets |= SetReturning.in(entry.value);
            }
            Grouping grouping = new Grouping(analysis, scope, groups.keys(targets), groups.groupingSets());
            List<Scalar> all = new ArrayList<>(targets.values());
            if (having != null) all.add(having);
            for (Scope.WindowUse use : scope.windows) all.addAll(use.call().arguments());
            grouping.prepare(all);
            grouped = grouping.rewriter();
            for (int i = 0; i < targets.entries.size(); i++) {
                TargetList.Entry entry = targets.entries.get(i);
                int key = groups.groupingSets().isEmpty() ? -1 : groups.targets().indexOf(i);
                entry.value = key >= 0 ? grouping.key(key) : grouped.rewrite(entry.value);
            }
            relation = grouping.relation(relation);
            if (having != null) relation = new Relation.Filter(relation, grouped.rewrite(having));
        }
        if (!scope.windows.isEmpty()) {
            WindowAnalyzer.Placed placed = windows.place(relation, grouped);
            relation = placed.relation();
            TreeRewriter windowed = new TreeRewriter((node, depth) -> {
                int index = node instanceof Scalar.Column column && depth == 0 ? column.index()
                        : node instanceof Scalar.OuterColumn outer && outer.level() == depth ? outer.index() : 0;
                return index <= Scope.WINDOW_BASE
                        ? TreeRewriter.reference(depth, placed.places()[Scope.WINDOW_BASE - index], node.type(), node.typmod()) : null;
            });
            for (TargetList.Entry entry : targets.entries) entry.value = windowed.rewrite(entry.value);
        }
        return new Shaped(relation);
    }

    /** An ORDER BY item: which entry, and how. */
    record SortItem(int target, SortBy sort) {}

    List<SortItem> sortItems(List<SortBy> orderBy, TargetList targets) {
        List<SortItem> items = new ArrayList<>(orderBy.size());
        for (SortBy sort : orderBy) {
            int target = targets.find(sort.value(), ExpressionKind.ORDER_BY);
            settle(targets.entries.get(target));
            if (analysis.findings != null) analysis.findings.clause(sort.value(), targets.entries.get(target).value);
            Ordering.key(targets.entries.get(target).value, sort, analysis);
            items.add(new SortItem(target, sort));
        }
        return items;
    }

    private void settle(TargetList.Entry entry) {
        entry.value = analysis.coercions.resolveUnknown(entry.value, entry.position);
    }

    private List<Integer> distinct(SelectBody body, List<SortItem> sort, TargetList targets) {
        if (body.distinct() == DistinctKind.DISTINCT) {
            for (SortItem item : sort) {
                if (targets.entries.get(item.target()).junk) {
                    throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE,
                                    "for SELECT DISTINCT, ORDER BY expressions must appear in select list")
                            .withPosition(targets.entries.get(item.target()).position).exception();
                }
            }
            for (TargetList.Entry entry : targets.entries) {
                if (entry.junk) continue;
                settle(entry);
                Ordering.equality(entry.value.type(), analysis, entry.position);
            }
            if (targets.visible() == 0) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "SELECT DISTINCT must have at least one column").exception();
            }
        }
        if (body.distinct() != DistinctKind.DISTINCT_ON) return List.of();
        List<Integer> keys = new ArrayList<>();
        for (Expr expr : body.distinctOn()) {
            int target = targets.find(expr, ExpressionKind.DISTINCT_ON);
            settle(targets.entries.get(target));
            if (analysis.findings != null) analysis.findings.clause(expr, targets.entries.get(target).value);
            if (!keys.contains(target)) keys.add(target);
        }
        boolean skipped = false;
        int matched = 0;
        for (SortItem item : sort) {
            if (keys.contains(item.target())) {
                if (skipped) {
                    throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE,
                                    "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
                            .withPosition(Positions.of(body.distinctOn().getFirst())).exception();
                }
                matched++;
            } else {
                skipped = true;
            }
        }
        if (skipped && matched < keys.size()) {
            for (int i = 0; i < keys.size(); i++) {
                int key = keys.get(i);
                boolean sorted = false;
                for (SortItem item : sort) sorted |= item.target() == key;
                if (!sorted) {
                    throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE,
                                    "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
                            .withPosition(Positions.of(body.distinctOn().get(Math.min(i, body.distinctOn().size() - 1)))).exception();
                }
            }
        }
        return keys;
    }

    private Relation finish(Relation input, TargetList targets, List<SortItem> sort, SelectBody body, List<Integer> distinctOn,
            LimitClause limit, Scope scope) {
        PostponedTargets postponed = body.distinct() == DistinctKind.DISTINCT ? null
                : PostponedTargets.of(input, targets, sort, distinctOn, limit.present());
        Relation relation = postponed != null ? postponed.below()
                : scope.sets ? new Relation.ProjectSet(input, targets.values(), targets.fields())
                : new Relation.Project(input, targets.values(), targets.fields());
        List<Field> fields = relation.fields();
        if (body.distinct() == DistinctKind.DISTINCT) {
            relation = new Relation.DistinctRows(relation, equalities(fields));
        }
        List<SortKey> keys = sortKeys(sort, fields, targets);
        if (!distinctOn.isEmpty()) {
            List<SortKey> all = new ArrayList<>(keys);
            List<Scalar> columns = new ArrayList<>();
            List<FunctionDef> equalities = new ArrayList<>();
            for (int target : distinctOn) {
                Scalar column = column(target, fields);
                columns.add(column);
                equalities.add(Ordering.equality(column.type(), analysis, 0));
                boolean sorted = false;
                for (SortItem item : sort) sorted |= item.target() == target;
                if (!sorted) {
                    all.add(Ordering.key(column, new SortBy(new Expr.NullLiteral(0), SelectStatement.Direction.DEFAULT,
                            SelectStatement.Nulls.DEFAULT, List.of(), 0), analysis).under(targets.entries.get(target).collation));
                }
            }
            relation = new Relation.DistinctOn(new Relation.Sort(relation, all), columns, equalities);
        } else if (!keys.isEmpty()) {
            relation = new Relation.Sort(relation, keys);
        }
        if (postponed != null && postponed.sets()) {
            relation = new Relation.ProjectSet(relation, postponed.entries(), targets.fields());
        }
        relation = limit.apply(relation, keys);
        if (postponed != null && !postponed.sets()) relation = new Relation.Project(relation, postponed.entries(), targets.fields());
        return withoutJunk(relation, targets);
    }

    private static Scalar column(int index, List<Field> fields) {
        Field field = fields.get(index);
        return new Scalar.Column(index, field.type(), field.typmod());
    }

    private List<SortKey> sortKeys(List<SortItem> sort, List<Field> fields, TargetList targets) {
        List<SortKey> keys = new ArrayList<>(sort.size());
        for (SortItem item : sort) {
            Scalar column = column(item.target(), fields);
            keys.add(Ordering.key(column, item.sort(), analysis).under(targets.entries.get(item.target()).collation));
        }
        return keys;
    }

    List<FunctionDef> equalities(List<Field> fields) {
        List<FunctionDef> equalities = new ArrayList<>(fields.size());
        for (Field field : fields) equalities.add(Ordering.equality(field.type(), analysis, 0));
        return equalities;
    }

    private static Relation withoutJunk(Relation relation, TargetList targets) {
        int visible = targets.visible();
        if (visible == targets.entries.size()) return relation;
        List<Scalar> columns = new ArrayList<>(visible);
        List<Field> fields = new ArrayList<>(visible);
        for (int i = 0; i < targets.entries.size(); i++) {
            if (targets.entries.get(i).junk) continue;
            Field field = relation.fields().get(i);
            columns.add(new Scalar.Column(i, field.type(), field.typmod()));
            fields.add(field);
        }
        return new Relation.Project(relation, columns, fields);
    }

    /** FOR UPDATE: rows are sorted, then locked as LIMIT asks for them, then projected. */
    private Relation locked(SelectStatement statement, Shaped shaped, TargetList targets, List<SortItem> sort, LimitClause limit,
            Scope scope) {
        Relation relation = shaped.relation();
        List<SortKey> keys = new ArrayList<>();
        for (SortItem item : sort) keys.add(Ordering.key(targets.entries.get(item.target()).value, item.sort(), analysis));
        if (!keys.isEmpty()) relation = new Relation.Sort(relation, keys);
        relation = locks.lock(statement, relation, scope);
        relation = limit.apply(relation, keys);
        return withoutJunk(new Relation.Project(relation, targets.values(), targets.fields()), targets);
    }

    /** VALUES as a query: columns column1, column2, ... of the rows' common types. */
    private Relation values(SelectStatement statement, SelectStatement.ValuesBody body, Scope scope) {
        if (!statement.locking().isEmpty()) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, LockAnalyzer.name(statement.locking().getFirst())
                    + " cannot be applied to VALUES").exception();
        }
        List<List<Scalar>> rows = new ArrayList<>();
        int width = body.rows().getFirst().size();
        requireWidth(width);
        for (List<Expr> row : body.rows()) {
            if (row.size() != width) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "VALUES lists must all be the same length")
                        .withPosition(Positions.of(row.getFirst())).exception();
            }
            List<Scalar> values = new ArrayList<>();
            for (Expr expr : row) values.add(analysis.expressions.analyze(expr, scope, ExpressionKind.VALUES));
            rows.add(values);
        }
        List<Field> fields = ValuesTypes.unify(rows, body.rows(), analysis);
        if (analysis.findings != null) {
            for (int r = 0; r < rows.size(); r++) {
                for (int c = 0; c < width; c++) analysis.findings.clause(body.rows().get(r).get(c), rows.get(r).get(c));
            }
        }
        if (!scope.aggregates.isEmpty()) throw PgException.notSupported("aggregate in VALUES");
        Relation relation = new Relation.Values(rows, fields);
        TargetList targets = new TargetList(analysis, scope);
        RangeItem item = new RangeItem(RangeItem.Kind.VALUES, "*VALUES*", true, scope, 0, fields, null);
        analysis.from.place(relation, item, width, scope);
        scope.namespace = new ArrayList<>(List.of(new Visible(item, true, true)));
        for (int i = 0; i < width; i++) {
            Scalar column = column(i, fields);
            if (analysis.findings != null) analysis.findings.variable(column, item, i, scope, 0);
            targets.entries.add(new TargetList.Entry(column, fields.get(i).name(), null, 0, false));
        }
        if (analysis.findings != null) analysis.findings.query(statement, targets.found(scope));
        if (statement.orderBy().isEmpty() && statement.limit() == null) return relation;
        List<SortItem> sort = sortItems(statement.orderBy(), targets);
        LimitClause limit = LimitClause.analyze(statement.limit(), scope, analysis);
        SelectBody plain = new SelectBody(DistinctKind.ALL, List.of(), List.of(), null, List.of(), null, null, null, List.of());
        return finish(relation, targets, sort, plain, List.of(), limit, scope);
    }
}
