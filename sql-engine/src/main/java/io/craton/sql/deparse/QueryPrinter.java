package io.craton.sql.deparse;

import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.Findings;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.deparse.ExpressionPrinter.Implicit;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SelectStatement.GroupingElement;
import io.craton.sql.syntax.SelectStatement.SelectBody;
import io.craton.sql.syntax.SelectStatement.SetOperationBody;
import io.craton.sql.syntax.SelectStatement.ValuesBody;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.WindowSpecification;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries as SQL, in PostgreSQL's lines and indentation (get_query_def). One printing, one thread. */
final class QueryPrinter {
    /** Whether anybody sees the names of the result's columns, or not even the catalog keeps them. */
    enum Names { VISIBLE, INVISIBLE, NONE }

    private final PrintSource source;
    private final Findings findings;
    private final Layout out;
    private final ExpressionPrinter expressions;
    private final FromPrinter from;

    QueryPrinter(PrintSource source, Layout out, ExpressionPrinter expressions) {
        this.source = source;
        this.findings = source.findings();
        this.out = out;
        this.expressions = expressions;
        this.from = new FromPrinter(source, out, expressions, this);
        expressions.queries(this);
    }

    /** @param resultNames names of a view's columns, which its query's columns get; null: they keep their own */
    void top(SelectStatement query, @Nullable List<String> resultNames) {
        query(query, null, resultNames, Names.VISIBLE);
    }

    /** A statement of a routine's body. */
    void ofRoutine(Statement.Optimizable statement, Names names) {
        any(statement, null, names);
    }

    private void any(Statement.Optimizable statement, @Nullable Level parent, Names names) {
        switch (statement) {
            case SelectStatement query -> query(query, parent, null, names);
            case ModifyStatement change -> new ChangePrinter(source, out, expressions, from, this).print(change, parent, names);
        }
    }

    /** A query inside another. */
    void nested(SelectStatement query, Level parent, Names names) {
        query(query, parent, null, names);
    }

    private void query(SelectStatement query, @Nullable Level parent, @Nullable List<String> resultNames, Names names) {
        Level before = expressions.level;
        int depth = out.depth();
        Findings.Query found = findings.query(query);
        List<RangeItem> items = found == null ? List.of() : found.items();
        List<FromItem> clause = query.body() instanceof SelectBody body ? body.from() : List.of();
        // a view's own range table also holds the view as OLD and NEW
        Level level = Level.of(parent, query.with(), items, found == null || parent == null ? 2 : entries(clause, items));
        level.nameColumns(items, clause, source);
        if (query.body() instanceof SelectBody body) level.windows(body.windows());
        expressions.level = level;
        with(query.with(), level);
        if (query.body() instanceof SetOperationBody body) setOperation(body, level, resultNames, names);
        else basic(query, level, java.util.Objects.requireNonNull(found), resultNames, names);
        tail(query, level);
        expressions.level = before;
        out.depth(depth);
    }

    /** How many entries PostgreSQL's range table has: joins count there even without a name. */
    private static int entries(List<FromItem> from, List<RangeItem> items) {
        int count = 0;
        for (FromItem item : from) count += entries(item);
        return from.isEmpty() ? items.size() : count;
    }

    private static int entries(FromItem item) {
        return item instanceof FromItem.JoinItem join ? 1 + entries(join.left()) + entries(join.right()) : 1;
    }

    // ---- WITH ------------------------------------------------------------------------------------------------------

    void with(SelectStatement.@Nullable WithClause with, Level level) {
        if (with == null) return;
        if (out.lines) {
            out.indent(Layout.STEP);
            out.add(" ");
        }
        String separator = with.recursive() ? "WITH RECURSIVE " : "WITH ";
        for (SelectStatement.CommonTable table : with.tables()) {
            out.add(separator + source.naming().identifier(table.name()));
            if (!table.columns().isEmpty()) out.add("(" + names(table.columns()) + ")");
            out.add(switch (table.materialization()) {
                case DEFAULT -> " AS (";
                case ALWAYS -> " AS MATERIALIZED (";
                case NEVER -> " AS NOT MATERIALIZED (";
            });
            if (out.lines) out.word("", 0, 0, 0);
            any((Statement.Optimizable) table.query(), level, Names.VISIBLE);
            if (out.lines) out.word("", 0, 0, 0);
            out.add(")");
            if (table.search() != null) {
                out.add(" SEARCH " + (table.search().breadthFirst() ? "BREADTH" : "DEPTH") + " FIRST BY " + names(table.search().columns())
                        + " SET " + source.naming().identifier(table.search().sequenceColumn()));
            }
            if (table.cycle() != null) cycle(table.cycle());
            separator = ", ";
        }
        if (out.lines) {
            out.indent(-Layout.STEP);
            out.word("", 0, 0, 0);
        } else {
            out.add(" ");
        }
    }

    private void cycle(SelectStatement.CycleClause cycle) {
        out.add(" CYCLE " + names(cycle.columns()) + " SET " + source.naming().identifier(cycle.markColumn()));
        if (cycle.mark() != null && cycle.markDefault() != null) {
            Scalar mark = findings.clause(cycle.mark());
            Scalar otherwise = findings.clause(cycle.markDefault());
            if (!isBoolean(mark, true) || !isBoolean(otherwise, false)) {
                out.add(" TO ");
                expressions.print(mark, Implicit.HIDDEN);
                out.add(" DEFAULT ");
                expressions.print(otherwise, Implicit.HIDDEN);
            }
        }
        out.add(" USING " + source.naming().identifier(cycle.pathColumn()));
    }

    private static boolean isBoolean(Scalar value, boolean expected) {
        return value instanceof Scalar.Constant constant && constant.type().oid() == TypeOid.BOOL
                && Boolean.valueOf(expected).equals(constant.value());
    }

    private String names(List<String> columns) {
        return String.join(", ", columns.stream().map(source.naming()::identifier).toList());
    }

    // ---- set operations --------------------------------------------------------------------------------------------

    private void setOperation(SetOperationBody body, Level level, @Nullable List<String> resultNames, Names names) {
        int inside = 0;
        SetOperationBody left = bare(body.left());
        boolean parenthesised = left != null && (left.operator() != body.operator() || left.all() != body.all());
        if (parenthesised) {
            out.add("(");
            inside = Layout.STEP;
            out.word("", inside, 0, 0);
        }
        operand(body.left(), level, resultNames, names);
        if (parenthesised) out.word(") ", -inside, 0, 0);
        else if (out.lines) out.word("", -inside, 0, 0);
        else out.add(" ");
        out.add(body.operator().name() + (body.all() ? " ALL " : " "));
        parenthesised = bare(body.right()) != null;
        inside = parenthesised ? Layout.STEP : 0;
        if (parenthesised) out.add("(");
        out.word("", inside, 0, 0);
        operand(body.right(), level, resultNames, Names.INVISIBLE);
        if (out.lines) out.indent(-inside);
        if (parenthesised) out.word(")", 0, 0, 0);
    }

    /** A set operation that is part of the tree around it, not a query of its own. */
    private static @Nullable SetOperationBody bare(SelectStatement query) {
        boolean bare = query.orderBy().isEmpty() && query.limit() == null && query.locking().isEmpty() && query.with() == null;
        return bare && query.body() instanceof SetOperationBody body ? body : null;
    }

    private void operand(SelectStatement query, Level level, @Nullable List<String> resultNames, Names names) {
        SetOperationBody tree = bare(query);
        if (tree != null) {
            setOperation(tree, level, resultNames, names);
            return;
        }
        boolean parenthesised = query.with() != null || !query.orderBy().isEmpty() || !query.locking().isEmpty() || query.limit() != null
                || query.body() instanceof SetOperationBody;
        if (parenthesised) out.add("(");
        query(query, level, resultNames, names);
        if (parenthesised) out.add(")");
    }

    // ---- SELECT and VALUES -----------------------------------------------------------------------------------------

    private void basic(SelectStatement query, Level level, Findings.Query found, @Nullable List<String> resultNames, Names names) {
        if (out.lines) {
            out.indent(Layout.STEP);
            out.add(" ");
        }
        if (query.body() instanceof ValuesBody body) {
            if (plainValues(found, resultNames)) {
                values(body);
                return;
            }
            out.add("SELECT");
            targets(found.targets(), resultNames, names);
            out.word(" FROM ", -Layout.STEP, Layout.STEP, 2);
            out.add("(");
            values(body);
            out.add(") \"*VALUES*\"");
            ColumnNames.Side side = level.columns().of(found.items().getFirst());
            if (side != null && side.printed) FromPrinter.aliases(side, source.naming(), out);
            return;
        }
        SelectBody body = (SelectBody) query.body();
        out.add("SELECT");
        distinct(body);
        targets(found.targets(), resultNames, names);
        from.print(" FROM ", body.from(), level);
        if (body.where() != null) {
            out.word(" WHERE ", -Layout.STEP, Layout.STEP, 1);
            expressions.print(findings.clause(body.where()), Implicit.HIDDEN);
        }
        groupBy(body);
        if (body.having() != null) {
            out.word(" HAVING ", -Layout.STEP, Layout.STEP, 0);
            expressions.print(findings.clause(body.having()), Implicit.HIDDEN);
        }
        windows(body.windows());
    }

    private static boolean plainValues(Findings.Query found, @Nullable List<String> resultNames) {
        for (int i = 0; resultNames != null && i < resultNames.size(); i++) {
            if (!resultNames.get(i).equals(found.targets().get(i).name())) return false;
        }
        return true;
    }

    private void values(ValuesBody body) {
        out.add("VALUES ");
        for (int r = 0; r < body.rows().size(); r++) {
            out.add(r > 0 ? ", (" : "(");
            List<Expr> row = body.rows().get(r);
            for (int c = 0; c < row.size(); c++) {
                if (c > 0) out.add(",");
                expressions.top(findings.clause(row.get(c)), Implicit.HIDDEN);
            }
            out.add(")");
        }
    }

    private void distinct(SelectBody body) {
        switch (body.distinct()) {
            case ALL -> { }
            case DISTINCT -> out.add(" DISTINCT");
            case DISTINCT_ON -> {
                out.add(" DISTINCT ON (");
                for (int i = 0; i < body.distinctOn().size(); i++) {
                    if (i > 0) out.add(", ");
                    expressions.calls().sortExpression(findings.clause(body.distinctOn().get(i)));
                }
                out.add(")");
            }
        }
    }

    void targets(List<Findings.Target> targets, @Nullable List<String> resultNames, Names names) {
        boolean multiline = false;
        boolean identity = source.naming().byIdentity();
        String separator = " ";
        for (int i = 0; i < targets.size(); i++) {
            Findings.Target target = targets.get(i);
            String name = resultNames != null && i < resultNames.size() ? resultNames.get(i) : target.name();
            String text = out.apart(() -> {
                expressions.top(target.value(), Implicit.SHOWN);
                String own = expressions.columnName(target.value());
                if (own == null) own = names == Names.VISIBLE ? null : "?column?";
                if (names != Names.NONE && (identity || !name.equals(own))) out.add(" AS " + source.naming().identifier(name));
            });
            out.add(separator);
            separator = ", ";
            out.entry(text, i == 0, multiline);
            multiline = text.indexOf('\n', text.startsWith("\n") ? 1 : 0) >= 0;
        }
    }

    private void groupBy(SelectBody body) {
        if (body.groupBy() == null || body.groupBy().elements().isEmpty()) return;
        out.word(" GROUP BY ", -Layout.STEP, Layout.STEP, 1);
        if (body.groupBy().distinct()) out.add("DISTINCT ");
        expressions.grouping = true;
        boolean plain = body.groupBy().elements().stream().allMatch(SelectStatement.GroupingExpr.class::isInstance);
        String separator = "";
        for (GroupingElement element : body.groupBy().elements()) {
            out.add(separator);
            separator = ", ";
            if (plain) simple(((SelectStatement.GroupingExpr) element).value(), false, false);
            else element(element, true);
        }
        expressions.grouping = false;
    }

    private void element(GroupingElement element, boolean bare) {
        switch (element) {
            case SelectStatement.EmptyGrouping n -> out.add("()");
            case SelectStatement.GroupingExpr n -> simple(n.value(), !bare, true);
            case SelectStatement.Rollup n -> simples("ROLLUP(", n.arguments());
            case SelectStatement.Cube n -> simples("CUBE(", n.arguments());
            case SelectStatement.GroupingSets n -> {
                out.add("GROUPING SETS (");
                for (int i = 0; i < n.elements().size(); i++) {
                    if (i > 0) out.add(", ");
                    element(n.elements().get(i), false);
                }
                out.add(")");
            }
        }
    }

    private void simples(String word, List<Expr> arguments) {
        out.add(word);
        for (int i = 0; i < arguments.size(); i++) {
            if (i > 0) out.add(", ");
            simple(arguments.get(i), false, true);
        }
        out.add(")");
    }

    /** One key, or several that count as one. */
    private void simple(Expr expr, boolean parenthesised, boolean lists) {
        List<Expr> keys = expr instanceof Expr.RowExpr row && !row.explicit() ? row.fields() : List.of(expr);
        boolean enclosed = lists && (parenthesised || keys.size() != 1);
        if (enclosed) out.add("(");
        for (int i = 0; i < keys.size(); i++) {
            if (i > 0) out.add(", ");
            expressions.calls().sortExpression(findings.clause(keys.get(i)));
        }
        if (enclosed) out.add(")");
    }

    private void windows(List<WindowSpecification> windows) {
        for (int i = 0; i < windows.size(); i++) {
            if (i == 0) out.word(" WINDOW ", -Layout.STEP, Layout.STEP, 1);
            else out.add(", ");
            out.add(source.naming().identifier(String.valueOf(windows.get(i).name())) + " AS ");
            expressions.calls().window(windows.get(i));
        }
    }

    // ---- ORDER BY, LIMIT, FOR UPDATE -------------------------------------------------------------------------------

    private void tail(SelectStatement query, Level level) {
        boolean places = query.body() instanceof SetOperationBody;
        for (int i = 0; i < query.orderBy().size(); i++) {
            SelectStatement.SortBy sort = query.orderBy().get(i);
            if (i == 0) out.word(" ORDER BY ", -Layout.STEP, Layout.STEP, 1);
            else out.add(", ");
            if (places) out.add(String.valueOf(findings.place(sort.value())));
            else expressions.calls().sortExpression(findings.clause(sort.value()));
            expressions.calls().direction(sort);
        }
        if (query.limit() != null) limit(query.limit());
        for (SelectStatement.Locking locking : query.locking()) locking(query, locking, level);
    }

    private void limit(SelectStatement.Limit limit) {
        if (limit.offset() != null) {
            out.word(" OFFSET ", -Layout.STEP, Layout.STEP, 0);
            expressions.print(findings.clause(limit.offset()), Implicit.HIDDEN);
        }
        if (limit.count() == null) return;
        Scalar count = findings.clause(limit.count());
        if (limit.withTies()) {
            out.word(" FETCH FIRST ", -Layout.STEP, Layout.STEP, 0);
            out.add("(");
            expressions.print(count, Implicit.HIDDEN);
            out.add(") ROWS WITH TIES");
            return;
        }
        out.word(" LIMIT ", -Layout.STEP, Layout.STEP, 0);
        if (count instanceof Scalar.Constant constant && constant.value() == null) out.add("ALL");
        else expressions.print(count, Implicit.HIDDEN);
    }

    private void locking(SelectStatement query, SelectStatement.Locking locking, Level level) {
        for (RangeItem item : java.util.Objects.requireNonNull(findings.query(query)).items()) {
            if (item.kind() == RangeItem.Kind.JOIN) continue;
            boolean named = locking.relations().isEmpty() ? item.kind() == RangeItem.Kind.TABLE || item.kind() == RangeItem.Kind.SUBQUERY
                    : locking.relations().stream().anyMatch(name -> Mark.of(name.name()) instanceof Mark.Column(int _, int number, int _)
                            ? number == item.number() : name.name().equals(item.name()));
            if (!named) continue;
            out.word(" FOR " + locking.strength().name().replace('_', ' '), -Layout.STEP, Layout.STEP, 0);
            out.add(" OF " + (source.naming().byIdentity() ? new Mark.Column(0, item.number(), 0).text()
                    : source.naming().identifier(String.valueOf(level.name(item)))));
            switch (locking.waiting()) {
                case NOWAIT -> out.add(" NOWAIT");
                case SKIP -> out.add(" SKIP LOCKED");
                case BLOCK -> { }
            }
        }
    }
}
