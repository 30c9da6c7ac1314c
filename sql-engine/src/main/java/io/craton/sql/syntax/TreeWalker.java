package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Visits every part of a raw query in PostgreSQL's order. Subclasses override what they look for and call super to go on below. */
public abstract class TreeWalker {
    protected TreeWalker() {}

    /** A table, view or WITH query named in FROM or as the target of a modification. */
    protected void relation(FromItem.RelationItem item) {
        if (item.sample() != null) {
            expressions(item.sample().arguments());
            expression(item.sample().repeatable());
        }
        if (item.systemTime() != null) expression(item.systemTime().value());
    }

    protected void with(SelectStatement.@Nullable WithClause with) {
        if (with != null) for (SelectStatement.CommonTable table : with.tables()) statement(table.query());
    }

    public void statement(Statement.Optimizable statement) {
        switch (statement) {
            case SelectStatement select -> select(select);
            case ModifyStatement modify -> modify(modify);
        }
    }

    protected void select(SelectStatement query) {
        with(query.with());
        body(query);
    }

    /** A query without its WITH. */
    protected void body(SelectStatement query) {
        switch (query.body()) {
            case SelectStatement.SelectBody body -> selectBody(body);
            case SelectStatement.ValuesBody body -> body.rows().forEach(this::expressions);
            case SelectStatement.SetOperationBody _ -> { }
        }
        tail(query);
        if (query.body() instanceof SelectStatement.SetOperationBody body) {
            select(body.left());
            select(body.right());
        }
    }

    /** ORDER BY and LIMIT. */
    protected void tail(SelectStatement query) {
        sorts(query.orderBy());
        if (query.limit() != null) {
            expression(query.limit().offset());
            expression(query.limit().count());
        }
    }

    private void selectBody(SelectStatement.SelectBody body) {
        expressions(body.distinctOn());
        targets(body.targets());
        body.from().forEach(this::from);
        expression(body.where());
        if (body.groupBy() != null) body.groupBy().elements().forEach(this::grouping);
        expression(body.having());
        body.windows().forEach(this::window);
    }

    private void targets(List<SelectStatement.Target> targets) {
        for (SelectStatement.Target target : targets) expression(target.value());
    }

    private void grouping(SelectStatement.GroupingElement element) {
        switch (element) {
            case SelectStatement.GroupingExpr n -> expression(n.value());
            case SelectStatement.EmptyGrouping _ -> { }
            case SelectStatement.Rollup n -> expressions(n.arguments());
            case SelectStatement.Cube n -> expressions(n.arguments());
            case SelectStatement.GroupingSets n -> n.elements().forEach(this::grouping);
        }
    }

    private void window(@Nullable WindowSpecification window) {
        if (window == null) return;
        expressions(window.partitionBy());
        sorts(window.orderBy());
        if (window.frame() == null) return;
        expression(window.frame().start().offset());
        if (window.frame().end() != null) expression(window.frame().end().offset());
    }

    private void sorts(List<SelectStatement.SortBy> sorts) {
        for (SelectStatement.SortBy sort : sorts) expression(sort.value());
    }

    public void from(FromItem item) {
        switch (item) {
            case FromItem.RelationItem n -> relation(n);
            case FromItem.SubqueryItem n -> select(n.query());
            case FromItem.FunctionItem n -> {
                for (FromItem.FunctionSource source : n.functions()) expression(source.function());
            }
            case FromItem.JoinItem n -> join(n);
            case FromItem.XmlTableItem n -> {
                named(n.namespaces());
                expression(n.rowExpression());
                expression(n.document());
                for (FromItem.XmlTableColumn column : n.columns()) {
                    expression(column.path());
                    expression(column.defaultValue());
                }
            }
        }
    }

    protected void join(FromItem.JoinItem join) {
        from(join.left());
        from(join.right());
        expression(join.condition());
    }

    private void modify(ModifyStatement modify) {
        with(modify.with());
        relation(modify.target());
        switch (modify) {
            case ModifyStatement.Insert n -> {
                columns(n.columns());
                if (n.source() != null) select(n.source());
                if (n.onConflict() != null) conflict(n.onConflict());
                targets(n.returning());
            }
            case ModifyStatement.Update n -> {
                assignments(n.assignments());
                expression(n.where());
                n.from().forEach(this::from);
                targets(n.returning());
            }
            case ModifyStatement.Delete n -> {
                n.using().forEach(this::from);
                expression(n.where());
                targets(n.returning());
            }
            case ModifyStatement.Merge n -> merge(n);
        }
    }

    private void merge(ModifyStatement.Merge merge) {
        from(merge.source());
        expression(merge.condition());
        for (ModifyStatement.MergeWhen when : merge.whens()) {
            expression(when.condition());
            switch (when.action()) {
                case ModifyStatement.MergeUpdate n -> assignments(n.assignments());
                case ModifyStatement.MergeInsert n -> {
                    columns(n.columns());
                    expressions(n.values());
                }
                case ModifyStatement.MergeDelete _, ModifyStatement.MergeNothing _ -> { }
            }
        }
    }

    private void conflict(ModifyStatement.OnConflict conflict) {
        for (ModifyStatement.IndexElement element : conflict.elements()) expression(element.expression());
        expression(conflict.inferenceWhere());
        assignments(conflict.assignments());
        expression(conflict.where());
    }

    private void assignments(List<ModifyStatement.Assignment> assignments) {
        for (ModifyStatement.Assignment assignment : assignments) {
            columns(assignment.columns());
            expression(assignment.value());
        }
    }

    private void columns(List<ModifyStatement.TargetColumn> columns) {
        for (ModifyStatement.TargetColumn column : columns) steps(column.steps());
    }

    private void steps(List<Expr.Step> steps) {
        for (Expr.Step step : steps) {
            switch (step) {
                case Expr.SubscriptStep n -> expression(n.index());
                case Expr.SliceStep n -> {
                    expression(n.lower());
                    expression(n.upper());
                }
                case Expr.FieldStep _, Expr.StarStep _ -> { }
            }
        }
    }

    private void named(List<Expr.XmlNamed> named) {
        for (Expr.XmlNamed one : named) expression(one.value());
    }

    protected final void expressions(List<Expr> expressions) {
        for (Expr expr : expressions) expression(expr);
    }

    protected void subLink(Expr.SubLink link) {
        expression(link.test());
        select(link.query());
    }

    private void call(Expr.FunctionCall call) {
        expressions(call.arguments());
        sorts(call.orderBy());
        expression(call.filter());
        window(call.over());
    }

    public void expression(@Nullable Expr expr) {
        if (expr == null) return;
        switch (expr) {
            case Expr.SubLink n -> subLink(n);
            case Expr.FunctionCall n -> call(n);
            case Expr.OperatorCall n -> pair(n.left(), n.right());
            case Expr.BoolExpr n -> expressions(n.arguments());
            case Expr.Not n -> expression(n.argument());
            case Expr.NullTest n -> expression(n.argument());
            case Expr.BooleanTest n -> expression(n.argument());
            case Expr.DistinctFrom n -> pair(n.left(), n.right());
            case Expr.Like n -> pair(n.argument(), n.pattern());
            case Expr.Between n -> {
                expression(n.argument());
                pair(n.low(), n.high());
            }
            case Expr.InList n -> {
                expression(n.argument());
                expressions(n.items());
            }
            case Expr.QuantifiedComparison n -> pair(n.left(), n.array());
            case Expr.Case n -> {
                expression(n.operand());
                for (Expr.When when : n.whens()) pair(when.condition(), when.result());
                expression(n.otherwise());
            }
            case Expr.Coalesce n -> expressions(n.arguments());
            case Expr.NullIf n -> pair(n.left(), n.right());
            case Expr.MinMax n -> expressions(n.arguments());
            case Expr.ArrayExpr n -> expressions(n.elements());
            case Expr.RowExpr n -> expressions(n.fields());
            case Expr.Grouping n -> expressions(n.arguments());
            case Expr.TypeCast n -> expression(n.argument());
            case Expr.Collate n -> expression(n.argument());
            case Expr.Indirection n -> {
                expression(n.argument());
                steps(n.steps());
            }
            case Expr.NamedArgument n -> expression(n.value());
            case Expr.XmlExpr n -> {
                named(n.named());
                expressions(n.arguments());
            }
            case Expr.XmlSerialize n -> expression(n.argument());
            case Expr.ColumnRef _, Expr.Star _, Expr.ParamRef _, Expr.Literal _, Expr.CurrentValue _, Expr.SetToDefault _, Expr.CurrentOf _ -> { }
        }
    }

    private void pair(@Nullable Expr left, @Nullable Expr right) {
        expression(left);
        expression(right);
    }
}
