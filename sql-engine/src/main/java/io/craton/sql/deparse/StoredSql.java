package io.craton.sql.deparse;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.Findings;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.analyze.Variables;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Statement;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts as the catalog keeps them: analysed, with marks for the names of users' objects and columns, constants in their type's form, nothing that the
 * search path or a setting could change. Stateless.
 */
public final class StoredSql {
    private StoredSql() {}

    /**
     * An expression for the catalog.
     *
     * @param value what it came to
     * @param uses attribute numbers of the table's columns that it reads, in order, and where in the statement; 0 for the whole row
     */
    public record Stored(String text, Scalar value, Map<Integer, Integer> uses) {}

    /** A view's query, and the collations of its columns where they are not their types'. */
    public record Query(String text, List<Integer> collations) {}

    /** A query's text, of a view. */
    public static Query query(SelectStatement query, CatalogView names) {
        Analyzer.Explored explored = Analyzer.explore(query, names);
        Findings findings = explored.findings();
        Layout out = new Layout(false, false, Layout.NO_WRAP);
        PrintSource source = source(findings, names);
        ExpressionPrinter expressions = new ExpressionPrinter(source, out, Level.ofTable(List.of()));
        new QueryPrinter(source, out, expressions).top(query, null);
        String text = out.toString();
        Analyzer.explore(SqlParser.parseStoredQuery(text), names); // what cannot be read again must not be kept
        return new Query(text, explored.collations(query));
    }

    /** A query of a routine's body; its arguments become {@code $n}. */
    public static String routineQuery(Statement.Optimizable query, Variables variables, CatalogView names) {
        return routine(query, variables, QueryPrinter.Names.VISIBLE, names);
    }

    private static String routine(Statement.Optimizable query, Variables variables, QueryPrinter.Names columns, CatalogView names) {
        Findings findings = Analyzer.explore(query, names, variables).findings();
        Layout out = new Layout(false, false, Layout.NO_WRAP);
        PrintSource source = source(findings, names);
        new QueryPrinter(source, out, new ExpressionPrinter(source, out, Level.ofTable(List.of()))).ofRoutine(query, columns);
        return out.toString();
    }

    /** What RETURN of a routine's body returns. */
    public static String routineExpression(Expr expression, Variables variables, CatalogView names) {
        String query = routine(SelectStatement.of(expression), variables, QueryPrinter.Names.NONE, names);
        return query.substring("SELECT ".length());
    }

    /** An expression's text; parameters as of {@link TableExpressions#compile}. */
    public static Stored expression(Expr expression, @Nullable TableDef table, ExpressionKind kind, @Nullable PgType type, int typmod,
            @Nullable String column, CatalogView names) {
        return stored(TableExpressions.explore(expression, table, kind, type, typmod, column, names), names);
    }

    /** The default of a routine's argument. */
    public static String argumentDefault(Expr expression, PgType type, CatalogView names) {
        return stored(TableExpressions.exploreArgumentDefault(expression, type, names), names).text();
    }

    /** A trigger's condition. */
    public static String triggerCondition(TableExpressions.Explored condition, CatalogView names) {
        return stored(condition, names).text();
    }

    /** A domain's check over VALUE. */
    public static Stored domainCheck(Expr condition, PgType domain, CatalogView names) {
        return stored(TableExpressions.exploreDomainCheck(condition, domain, names), names);
    }

    private static Stored stored(TableExpressions.Explored explored, CatalogView names) {
        Layout out = new Layout(false, false, Layout.NO_WRAP);
        PrintSource source = source(explored.findings(), names);
        ExpressionPrinter expressions = new ExpressionPrinter(source, out, Level.ofTable(explored.rows()));
        new QueryPrinter(source, out, expressions);
        expressions.print(explored.value(), ExpressionPrinter.Implicit.HIDDEN);
        Map<Integer, Integer> uses = new LinkedHashMap<>();
        for (Findings.Variable use : explored.findings().uses()) {
            int number = use.wholeRow() ? 0 : use.systemAttribute() != 0 ? use.systemAttribute() : use.item().columnNumber(use.column());
            uses.putIfAbsent(number, use.position());
        }
        return new Stored(out.toString(), explored.value(), uses);
    }

    private static PrintSource source(Findings findings, CatalogView names) {
        return new PrintSource(names, findings, new MarkNaming(names, names.format()));
    }

    /** The default of a serial column. */
    public static String nextval(int sequenceOid) {
        return "pg_catalog.nextval(" + constant(TypeOid.REGCLASS, sequenceOid) + ")";
    }

    /** An oid of one of the reg types, as texts have it. */
    private static String constant(int regType, int oid) {
        return "'" + Integer.toUnsignedString(oid) + "'::pg_catalog." + PgTypes.get(regType).name();
    }

    /** Whether a text names an object as a constant of a reg type. */
    public static boolean mentions(String text, int regType, int oid) {
        return text.contains(constant(regType, oid));
    }

    /** Whether an expression over a table's row reads the column. */
    public static boolean reads(String text, int column) {
        return text.contains(new Mark.Column(0, 0, column).text()) || text.contains(new Mark.Column(0, 0, 0).text());
    }

    /** Whether a part of an expression over a table's row is this column and nothing more. */
    public static boolean isColumn(Expr part, int column) {
        return part instanceof Expr.ColumnRef reference && Mark.of(reference.names().getLast()) instanceof Mark.Column(int _, int _, int number) && number == column;
    }

    /** Whether a trigger's condition reads the column, of OLD or NEW. */
    public static boolean readsOfTrigger(String text, int column) {
        for (int row = 0; row < 2; row++) {
            if (text.contains(new Mark.Column(0, row, column).text()) || text.contains(new Mark.Column(0, row, 0).text())) return true;
        }
        return false;
    }

    /** What a column with this expression is called when nobody names it: after its function, say. */
    public static String columnName(String text, TableDef table, Catalog catalog) {
        String name = Analyzer.resultName(SqlParser.parseStoredExpression(text));
        return switch (Mark.of(name)) {
            case Mark.Function(int oid) -> {
                RoutineDef routine = catalog.find(RoutineDef.class, oid);
                yield routine == null ? "expr" : routine.name();
            }
            case Mark.Column(int _, int _, int column) when column > 0 -> table.column(column).name();
            case Mark.Type(int oid) -> {
                PgType type = catalog.type(oid);
                yield type == null ? "expr" : type.name();
            }
            case null -> name.equals("?column?") ? "expr" : name;
            default -> "expr";
        };
    }

    /** The text of an expression over one table as one over another: columns by their numbers there. */
    public static String remapped(String text, java.util.function.IntUnaryOperator numbers) {
        StringBuilder out = new StringBuilder();
        int from = 0;
        for (Mark.Placed placed : Mark.placed(text)) {
            if (!(placed.mark() instanceof Mark.Column(int level, int item, int column)) || column <= 0) continue;
            out.append(text, from, placed.start()).append(new Mark.Column(level, item, numbers.applyAsInt(column)).text());
            from = placed.end();
        }
        return out.append(text, from, text.length()).toString();
    }
}
