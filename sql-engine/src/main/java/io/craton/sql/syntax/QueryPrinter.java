package io.craton.sql.syntax;

import io.craton.core.error.PgException;
import io.craton.sql.syntax.FromItem.*;
import io.craton.sql.syntax.SelectStatement.*;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries of a {@link SqlPrinter}: SELECT, VALUES, set operations, FROM, WITH over queries. */
final class QueryPrinter {
    private final SqlPrinter printer;

    QueryPrinter(SqlPrinter printer) {
        this.printer = printer;
    }

    private QueryPrinter add(String text) {
        printer.add(text);
        return this;
    }

    void select(SelectStatement query) {
        if (query.with() != null) with(query.with());
        switch (query.body()) {
            case SelectBody body -> body(body);
            case ValuesBody(List<List<Expr>> rows) -> {
                add("VALUES ");
                for (int i = 0; i < rows.size(); i++) {
                    add(i > 0 ? ", (" : "(");
                    printer.expressions(rows.get(i));
                    add(")");
                }
            }
            case SetOperationBody(SetOperator operator, boolean all, SelectStatement left, SelectStatement right) -> {
                add("(");
                select(left);
                add(") ").add(operator.name()).add(all ? " ALL (" : " (");
                select(right);
                add(")");
            }
        }
        orderBy(query.orderBy());
        if (query.limit() != null) limit(query.limit());
        for (Locking locking : query.locking()) locking(locking);
    }

    private void with(WithClause with) {
        add(with.recursive() ? "WITH RECURSIVE " : "WITH ");
        for (int i = 0; i < with.tables().size(); i++) {
            CommonTable table = with.tables().get(i);
            add(i > 0 ? ", " : "").add(Identifiers.quote(table.name()));
            columns(table.columns());
            add(switch (table.materialization()) {
                case DEFAULT -> " AS (";
                case ALWAYS -> " AS MATERIALIZED (";
                case NEVER -> " AS NOT MATERIALIZED (";
            });
            if (!(table.query() instanceof SelectStatement query)) throw PgException.notSupported("printing a data-modifying statement in WITH");
            select(query);
            add(")");
            if (table.search() != null) {
                add(table.search().breadthFirst() ? " SEARCH BREADTH FIRST BY " : " SEARCH DEPTH FIRST BY ");
                printer.names(table.search().columns());
                add(" SET ").add(Identifiers.quote(table.search().sequenceColumn()));
            }
            if (table.cycle() != null) cycle(table.cycle());
        }
        add(" ");
    }

    private void cycle(CycleClause cycle) {
        add(" CYCLE ");
        printer.names(cycle.columns());
        add(" SET ").add(Identifiers.quote(cycle.markColumn()));
        if (cycle.mark() != null && cycle.markDefault() != null) {
            add(" TO ");
            printer.expression(cycle.mark());
            add(" DEFAULT ");
            printer.expression(cycle.markDefault());
        }
        add(" USING ").add(Identifiers.quote(cycle.pathColumn()));
    }

    private void columns(List<String> names) {
        if (names.isEmpty()) return;
        add(" (");
        printer.names(names);
        add(")");
    }

    private void body(SelectBody body) {
        add("SELECT");
        if (body.distinct() != DistinctKind.ALL) add(" DISTINCT");
        if (body.distinct() == DistinctKind.DISTINCT_ON) {
            add(" ON (");
            printer.expressions(body.distinctOn());
            add(")");
        }
        for (int i = 0; i < body.targets().size(); i++) {
            Target target = body.targets().get(i);
            add(i > 0 ? ", " : " ");
            printer.expression(target.value());
            if (target.name() != null) add(" AS ").add(Identifiers.quote(target.name()));
        }
        if (body.into() != null) throw PgException.notSupported("printing SELECT INTO");
        if (!body.from().isEmpty()) {
            add(" FROM ");
            for (int i = 0; i < body.from().size(); i++) {
                if (i > 0) add(", ");
                item(body.from().get(i));
            }
        }
        clause(" WHERE ", body.where());
        if (body.groupBy() != null) {
            add(body.groupBy().distinct() ? " GROUP BY DISTINCT " : " GROUP BY ");
            grouping(body.groupBy().elements());
        }
        clause(" HAVING ", body.having());
        for (int i = 0; i < body.windows().size(); i++) {
            add(i > 0 ? ", " : " WINDOW ").add(Identifiers.quote(String.valueOf(body.windows().get(i).name()))).add(" AS ");
            window(body.windows().get(i));
        }
    }

    private void clause(String word, @Nullable Expr value) {
        if (value == null) return;
        add(word);
        printer.expression(value);
    }

    private void grouping(List<GroupingElement> elements) {
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) add(", ");
            switch (elements.get(i)) {
                case GroupingExpr(Expr value, int _) -> printer.expression(value);
                case EmptyGrouping _ -> add("()");
                case Rollup(List<Expr> arguments, int _) -> printer.call("ROLLUP ", arguments);
                case Cube(List<Expr> arguments, int _) -> printer.call("CUBE ", arguments);
                case GroupingSets(List<GroupingElement> sets, int _) -> {
                    add("GROUPING SETS (");
                    grouping(sets);
                    add(")");
                }
            }
        }
    }

    void orderBy(List<SortBy> list) {
        for (int i = 0; i < list.size(); i++) {
            SortBy sort = list.get(i);
            add(i > 0 ? ", " : " ORDER BY ");
            printer.expression(sort.value());
            switch (sort.direction()) {
                case DEFAULT -> {}
                case ASC -> add(" ASC");
                case DESC -> add(" DESC");
                case USING -> {
                    add(" USING ");
                    printer.operator(sort.operator());
                }
            }
            if (sort.nulls() != Nulls.DEFAULT) add(sort.nulls() == Nulls.FIRST ? " NULLS FIRST" : " NULLS LAST");
        }
    }

    private void limit(Limit limit) {
        clause(" OFFSET ", limit.offset());
        if (limit.count() == null) return;
        if (limit.withTies()) {
            add(" FETCH FIRST (");
            printer.expression(limit.count());
            add(") ROWS WITH TIES");
        } else {
            clause(" LIMIT ", limit.count());
        }
    }

    private void locking(Locking locking) {
        add(" FOR ").add(locking.strength().name().replace('_', ' '));
        for (int i = 0; i < locking.relations().size(); i++) add(i > 0 ? ", " : " OF ").add(Identifiers.quote(locking.relations().get(i).parts()));
        if (locking.waiting() == LockWait.NOWAIT) add(" NOWAIT");
        if (locking.waiting() == LockWait.SKIP) add(" SKIP LOCKED");
    }

    void window(WindowSpecification window) {
        if (window.reference() != null) {
            add(Identifiers.quote(window.reference()));
            return;
        }
        add("(");
        if (window.existing() != null) add(Identifiers.quote(window.existing())).add(" ");
        if (!window.partitionBy().isEmpty()) {
            add("PARTITION BY ");
            printer.expressions(window.partitionBy());
        }
        orderBy(window.orderBy());
        WindowSpecification.Frame frame = window.frame();
        if (frame != null) {
            add(" ").add(frame.mode().name()).add(frame.end() == null ? " " : " BETWEEN ");
            bound(frame.start());
            if (frame.end() != null) {
                add(" AND ");
                bound(frame.end());
            }
            if (frame.exclusion() != WindowSpecification.Exclusion.NO_OTHERS) add(" EXCLUDE ").add(frame.exclusion().name().replace('_', ' '));
        }
        add(")");
    }

    private void bound(WindowSpecification.Bound bound) {
        if (bound.offset() != null) {
            printer.operand(bound.offset());
            add(" ");
        }
        add(bound.kind().name().replace('_', ' '));
    }

    private void alias(@Nullable Alias alias) {
        if (alias == null) return;
        add(" AS ").add(Identifiers.quote(alias.name()));
        columns(alias.columns());
    }

    private void item(FromItem item) {
        switch (item) {
            case RelationItem relation -> {
                add(relation.only() ? "ONLY " : "").add(Identifiers.quote(relation.relation().parts()));
                if (relation.systemTime() != null) {
                    add(relation.systemTime().isPosition() ? " FOR SYSTEM_TIME AS OF POSITION " : " FOR SYSTEM_TIME AS OF ");
                    printer.expression(relation.systemTime().value());
                }
                alias(relation.alias());
                TableSample sample = relation.sample();
                if (sample != null) {
                    add(" TABLESAMPLE ");
                    printer.call(Identifiers.quote(sample.method()), sample.arguments());
                    if (sample.repeatable() != null) printer.call(" REPEATABLE ", List.of(sample.repeatable()));
                }
            }
            case SubqueryItem subquery -> {
                add(subquery.lateral() ? "LATERAL (" : "(");
                select(subquery.query());
                add(")");
                alias(subquery.alias());
            }
            case FunctionItem function -> function(function);
            case JoinItem join -> {
                if (join.alias() != null) add("(");
                join(join);
                if (join.alias() != null) add(")");
                alias(join.alias());
            }
            case XmlTableItem _ -> throw PgException.notSupported("printing XMLTABLE");
        }
    }

    private void function(FunctionItem item) {
        add(item.lateral() ? "LATERAL " : "").add(item.rowsFrom() ? "ROWS FROM (" : "");
        for (int i = 0; i < item.functions().size(); i++) {
            if (i > 0) add(", ");
            printer.expression(item.functions().get(i).function());
            if (item.rowsFrom()) definitions(" AS ", item.functions().get(i).columns());
        }
        add(item.rowsFrom() ? ")" : "").add(item.ordinality() ? " WITH ORDINALITY" : "");
        alias(item.alias());
        if (!item.rowsFrom()) definitions(item.alias() == null ? " AS " : " ", item.functions().getFirst().columns());
    }

    private void definitions(String before, List<ColumnDefinitionItem> columns) {
        if (columns.isEmpty()) return;
        add(before).add("(");
        for (int i = 0; i < columns.size(); i++) {
            add(i > 0 ? ", " : "").add(Identifiers.quote(columns.get(i).name())).add(" ");
            printer.type(columns.get(i).type());
            if (!columns.get(i).collation().isEmpty()) add(" COLLATE ").add(Identifiers.quote(columns.get(i).collation()));
        }
        add(")");
    }

    private void join(JoinItem join) {
        joined(join.left());
        add(join.natural() ? " NATURAL" : "").add(join.kind() == JoinKind.INNER ? "" : " " + join.kind().name()).add(" JOIN ");
        joined(join.right());
        if (!join.using().isEmpty()) {
            add(" USING");
            columns(join.using());
            alias(join.usingAlias());
        }
        clause(" ON ", join.condition());
    }

    private void joined(FromItem item) {
        boolean nested = item instanceof JoinItem join && join.alias() == null;
        add(nested ? "(" : "");
        item(item);
        add(nested ? ")" : "");
    }
}
