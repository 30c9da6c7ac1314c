package io.craton.sql.deparse;

import io.craton.core.type.PgType;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.Collations;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.analyze.Variables;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.Statement;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts of the catalog as PostgreSQL prints them for readers, with names as one session sees them. Immutable. */
public final class Definitions {
    /** PRETTY: fewer parentheses. */
    public enum Style { PLAIN, PRETTY }

    /**
     * An expression's text.
     *
     * @param call it looks like a call, which needs no parentheses in an index
     * @param collation what it is of by itself; 0: its type's
     */
    public record Printed(String text, boolean call, int collation) {}

    private final CatalogView names;

    public Definitions(CatalogView names) {
        this.names = names;
    }

    /**
     * A view's query.
     *
     * @param wrap column at which lists wrap; 0: after every entry, negative: never
     */
    public String view(TableDef view, Style style, int wrap) {
        List<String> columns = new ArrayList<>();
        for (ColumnDef column : view.columns()) if (!column.hidden()) columns.add(column.name());
        SelectStatement query = SqlParser.parseStoredQuery(java.util.Objects.requireNonNull(view.viewQuery()));
        Layout out = new Layout(style == Style.PRETTY, true, wrap);
        PrintSource source = new PrintSource(names, Analyzer.explore(query, names).findings(), new DisplayNaming(names));
        new QueryPrinter(source, out, new ExpressionPrinter(source, out, Level.ofTable(List.of()))).top(query, columns);
        return out.toString() + ";";
    }

    /** A statement of a routine's SQL body; arguments by their names where they have some. */
    public String routineStatement(Statement.Optimizable query, Variables variables, String routine, List<String> arguments) {
        return routine(query, variables, routine, arguments, QueryPrinter.Names.INVISIBLE);
    }

    /** What RETURN of a routine's SQL body returns. */
    public String routineReturn(Expr value, Variables variables, String routine, List<String> arguments) {
        String query = routine(SelectStatement.of(value), variables, routine, arguments, QueryPrinter.Names.NONE).strip();
        return query.substring("SELECT ".length());
    }

    private String routine(Statement.Optimizable query, Variables variables, String routine, List<String> arguments, QueryPrinter.Names columns) {
        Layout out = new Layout(false, true, 0);
        PrintSource source = new PrintSource(names, Analyzer.explore(query, names, variables).findings(), new DisplayNaming(names, routine, arguments));
        new QueryPrinter(source, out, new ExpressionPrinter(source, out, Level.ofTable(List.of()))).ofRoutine(query, columns);
        return out.toString();
    }

    /** The text of the catalog for an expression once a column of its table has another type: printed under the old one and read under the new. */
    public String under(String text, TableDef before, TableDef after, @Nullable PgType type) {
        String printed = print(TableExpressions.explore(SqlParser.parseStoredExpression(text), before, ExpressionKind.CHECK_CONSTRAINT, null, -1, null,
                names), Style.PLAIN).text();
        return StoredSql.expression(SqlParser.parseExpression(printed), after, ExpressionKind.CHECK_CONSTRAINT, type, -1, null, names).text();
    }

    /** A check, index expression or predicate over a table's row. */
    public Printed condition(String text, TableDef table, Style style) {
        return print(TableExpressions.explore(SqlParser.parseStoredExpression(text), table, ExpressionKind.CHECK_CONSTRAINT, null, -1, null, names),
                style);
    }

    /** Expressions as a pg_node_tree column shows them: one, or several with commas between them; over a table's row, or over nothing. */
    public List<String> list(String text, @Nullable TableDef table, Style style) {
        List<String> printed = new ArrayList<>();
        for (Expr part : ((Expr.RowExpr) SqlParser.parseStoredExpression("ROW(" + text + ")")).fields()) {
            printed.add(print(TableExpressions.explore(part, table, ExpressionKind.OTHER, null, -1, null, names), style).text());
        }
        return printed;
    }

    /** A default or a generation expression. */
    public Printed value(String text, @Nullable TableDef table, PgType type, int typmod, Style style) {
        return print(TableExpressions.explore(SqlParser.parseStoredExpression(text), table,
                table == null ? ExpressionKind.COLUMN_DEFAULT : ExpressionKind.GENERATED_COLUMN, type, typmod, "", names), style);
    }

    /** A trigger's condition. */
    public Printed triggerCondition(String text, TableDef table, Style style) {
        return print(TableExpressions.exploreTrigger(SqlParser.parseStoredExpression(text), table, names), style);
    }

    /** A part of an index as error messages name it. */
    public String keyPart(IndexDef.KeyPart part, TableDef table) {
        if (part.expression() == null) return table.column(part.column()).name();
        Printed printed = condition(part.expression(), table, Style.PLAIN);
        return printed.text();
    }

    /** A domain's check. */
    public Printed domainCheck(String text, PgType domain, Style style) {
        return print(TableExpressions.exploreDomainCheck(SqlParser.parseStoredExpression(text), domain, names), style);
    }

    private Printed print(TableExpressions.Explored explored, Style style) {
        Layout out = new Layout(style == Style.PRETTY, true, 0);
        PrintSource source = new PrintSource(names, explored.findings(), new DisplayNaming(names));
        ExpressionPrinter expressions = new ExpressionPrinter(source, out, Level.ofTable(explored.rows()));
        new QueryPrinter(source, out, expressions);
        expressions.print(explored.value(), ExpressionPrinter.Implicit.HIDDEN);
        return new Printed(out.toString(), NodeKind.of(explored.value(), explored.findings()).functionLike(), Collations.collation(explored.value()));
    }
}
