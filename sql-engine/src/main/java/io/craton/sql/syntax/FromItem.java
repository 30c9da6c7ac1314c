package io.craton.sql.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may stand in FROM. */
public sealed interface FromItem {
    int position();

    /** AS name (columns). */
    record Alias(String name, List<String> columns, int position) {}

    /** A table, view or CTE. {@code only}: without its children. */
    record RelationItem(QualifiedName relation, boolean only, @Nullable Alias alias, @Nullable TableSample sample, @Nullable SystemTime systemTime, int position)
            implements FromItem {
        public RelationItem(QualifiedName relation, boolean only, @Nullable Alias alias, @Nullable TableSample sample, int position) {
            this(relation, only, alias, sample, null, position);
        }
    }

    /** FOR SYSTEM_TIME AS OF: as it was at a time, or with {@code isPosition} when the log had so many entries. */
    record SystemTime(boolean isPosition, Expr value, int position) {}

    record TableSample(List<String> method, List<Expr> arguments, @Nullable Expr repeatable, int position) {}

    record SubqueryItem(boolean lateral, SelectStatement query, @Nullable Alias alias, int position) implements FromItem {}

    /** A column of a column definition list: AS f(a int, b text). */
    record ColumnDefinitionItem(String name, TypeName type, List<String> collation, int position) {}

    /** One function of ROWS FROM, or the only one. The function is a FunctionCall or another function-like expression. */
    record FunctionSource(Expr function, List<ColumnDefinitionItem> columns) {}

    /** Functions in FROM. A column definition list after the alias stands in the only source's {@code columns}. */
    record FunctionItem(
            boolean lateral, boolean rowsFrom, List<FunctionSource> functions, boolean ordinality, @Nullable Alias alias, int position)
            implements FromItem {
        /** The functions that are called: {@code unnest(a, b)} is {@code unnest(a), unnest(b)}. */
        public List<FunctionSource> split() {
            List<FunctionSource> result = new ArrayList<>();
            for (FunctionSource source : functions) {
                if (source.function() instanceof Expr.FunctionCall call && call.name().equals(List.of("unnest"))
                        && call.arguments().size() > 1 && !call.star() && !call.distinct() && !call.variadic()
                        && call.orderBy().isEmpty() && call.filter() == null && call.over() == null && source.columns().isEmpty()) {
                    for (Expr argument : call.arguments()) {
                        result.add(new FunctionSource(Expr.FunctionCall.of(call.name(), List.of(argument), call.syntax(), call.position()), List.of()));
                    }
                } else {
                    result.add(source);
                }
            }
            return result;
        }
    }

    enum JoinKind { INNER, LEFT, FULL, RIGHT, CROSS }

    /**
     * A join. NATURAL, USING (with an optional alias of the merged columns), ON, or none (CROSS). {@code alias} when parenthesised and named.
     */
    record JoinItem(
            JoinKind kind,
            boolean natural,
            FromItem left,
            FromItem right,
            List<String> using,
            @Nullable Alias usingAlias,
            @Nullable Expr condition,
            @Nullable Alias alias,
            int position)
            implements FromItem {}

    record XmlTableColumn(
            String name, @Nullable TypeName type, boolean ordinality, @Nullable Expr path, @Nullable Expr defaultValue, boolean notNull, int position) {}

    record XmlTableItem(
            boolean lateral,
            List<Expr.XmlNamed> namespaces,
            Expr rowExpression,
            Expr document,
            List<XmlTableColumn> columns,
            @Nullable Alias alias,
            int position)
            implements FromItem {}
}
