package io.craton.sql.deparse;

import io.craton.core.error.PgException;
import io.craton.sql.analyze.Findings;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.deparse.ExpressionPrinter.Implicit;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.ModifyStatement.Assignment;
import io.craton.sql.syntax.ModifyStatement.Insert;
import io.craton.sql.syntax.ModifyStatement.TargetColumn;
import io.craton.sql.syntax.SelectStatement;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** INSERT, UPDATE and DELETE as SQL, in PostgreSQL's lines (get_insert_query_def and its like). One printing, one thread. */
final class ChangePrinter {
    private final PrintSource source;
    private final Findings findings;
    private final Layout out;
    private final ExpressionPrinter expressions;
    private final FromPrinter from;
    private final QueryPrinter queries;

    ChangePrinter(PrintSource source, Layout out, ExpressionPrinter expressions, FromPrinter from, QueryPrinter queries) {
        this.source = source;
        this.findings = source.findings();
        this.out = out;
        this.expressions = expressions;
        this.from = from;
        this.queries = queries;
    }

    void print(ModifyStatement statement, @Nullable Level parent, QueryPrinter.Names names) {
        Level before = expressions.level;
        int depth = out.depth();
        if (statement instanceof ModifyStatement.Merge) throw PgException.notSupported("MERGE in an unquoted function body");
        Findings.Query found = findings.change(statement);
        RangeItem entry = Objects.requireNonNull(findings.item(statement.target()));
        TableDef table = Objects.requireNonNull(entry.table());
        Level level = statement instanceof Insert ? Level.ofInsert(parent, statement.with(), found.items())
                : Level.of(parent, statement.with(), found.items(), 2);
        level.nameColumns(found.items(), more(statement), source);
        expressions.level = level;
        queries.with(statement.with(), level);
        if (out.lines) {
            out.add(" ");
            out.indent(Layout.STEP);
        }
        switch (statement) {
            case Insert insert -> insert(insert, table, entry, level);
            case ModifyStatement.Update update -> {
                out.add("UPDATE " + (update.target().only() ? "ONLY " : ""));
                from.target(update.target(), entry, level, " ");
                out.add(" SET ");
                assignments(update.assignments(), table, level);
                from.print(" FROM ", update.from(), level);
                where(update.where());
            }
            case ModifyStatement.Delete delete -> {
                out.add("DELETE FROM " + (delete.target().only() ? "ONLY " : ""));
                from.target(delete.target(), entry, level, " ");
                from.print(" USING ", delete.using(), level);
                where(delete.where());
            }
            case ModifyStatement.Merge merge -> throw new IllegalStateException("MERGE");
        }
        if (!found.targets().isEmpty()) {
            out.word(" RETURNING", -Layout.STEP, Layout.STEP, 1);
            queries.targets(found.targets(), null, names);
        }
        expressions.level = before;
        out.depth(depth);
    }

    private static List<FromItem> more(ModifyStatement statement) {
        return switch (statement) {
            case ModifyStatement.Update update -> update.from();
            case ModifyStatement.Delete delete -> delete.using();
            default -> List.of();
        };
    }

    private void where(@Nullable Expr condition) {
        if (condition == null) return;
        if (condition instanceof Expr.CurrentOf) throw PgException.notSupported("WHERE CURRENT OF in an unquoted function body");
        out.word(" WHERE ", -Layout.STEP, Layout.STEP, 1);
        expressions.print(findings.clause(condition), Implicit.HIDDEN);
    }

    // ---- INSERT ----------------------------------------------------------------------------------------------------

    private void insert(Insert insert, TableDef table, RangeItem entry, Level level) {
        out.add("INSERT INTO ");
        from.target(insert.target(), entry, level, " AS ");
        out.add(" ");
        SelectStatement given = insert.source();
        if (given != null) out.add("(" + String.join(", ", columns(insert, table)) + ") ");
        switch (insert.overriding()) {
            case SYSTEM -> out.add("OVERRIDING SYSTEM VALUE ");
            case USER -> out.add("OVERRIDING USER VALUE ");
            case NONE -> { }
        }
        if (given == null) out.add("DEFAULT VALUES");
        else if (plainValues(given) instanceof SelectStatement.ValuesBody body) values(body);
        else queries.nested(given, level, QueryPrinter.Names.INVISIBLE);
        ModifyStatement.OnConflict conflict = insert.onConflict();
        if (conflict != null) conflict(conflict, table, level);
    }

    /** Columns without which a column added later would be meant, too. */
    private List<String> columns(Insert insert, TableDef table) {
        List<String> names = new ArrayList<>();
        for (TargetColumn column : insert.columns()) names.add(column(column, table));
        if (!insert.columns().isEmpty()) return names;
        SelectStatement given = Objects.requireNonNull(insert.source());
        Findings.Query query = findings.query(given);
        int width = plainValues(given) instanceof SelectStatement.ValuesBody body ? body.rows().getFirst().size()
                : query == null ? Integer.MAX_VALUE : query.targets().size();
        for (ColumnDef column : table.columns()) {
            if (!column.dropped() && !column.hidden() && names.size() < width) names.add(name(column, table));
        }
        return names;
    }

    private String column(TargetColumn column, TableDef table) {
        if (!column.steps().isEmpty()) throw PgException.notSupported("assignment to a part of a column in an unquoted function body");
        return name(Mark.of(column.name()) instanceof Mark.Attribute(int _, int number) ? table.column(number)
                : Objects.requireNonNull(table.column(column.name())), table);
    }

    private String name(ColumnDef column, TableDef table) {
        return source.naming().byIdentity() ? new Mark.Attribute(table.oid(), column.number()).text() : source.naming().identifier(column.name());
    }

    private static SelectStatement.@Nullable QueryBody plainValues(SelectStatement query) {
        boolean plain = query.with() == null && query.orderBy().isEmpty() && query.limit() == null && query.locking().isEmpty();
        return plain ? query.body() : null;
    }

    private void values(SelectStatement.ValuesBody body) {
        boolean one = body.rows().size() == 1;
        if (one) out.word("VALUES (", -Layout.STEP, Layout.STEP, 2);
        else out.add("VALUES ");
        for (int r = 0; r < body.rows().size(); r++) {
            if (!one) out.add(r > 0 ? ", (" : "(");
            List<Expr> row = body.rows().get(r);
            for (int c = 0; c < row.size(); c++) {
                if (c > 0) out.add(one ? ", " : ",");
                if (row.get(c) instanceof Expr.SetToDefault) out.add("DEFAULT");
                else expressions.top(findings.clause(row.get(c)), Implicit.HIDDEN);
            }
            out.add(")");
        }
    }

    private void conflict(ModifyStatement.OnConflict conflict, TableDef table, Level level) {
        out.add(" ON CONFLICT");
        if (conflict.constraint() != null) throw PgException.notSupported("ON CONFLICT ON CONSTRAINT in an unquoted function body");
        if (!conflict.elements().isEmpty()) {
            List<String> names = new ArrayList<>();
            for (ModifyStatement.IndexElement element : conflict.elements()) {
                boolean plain = element.column() != null && element.collation().isEmpty() && element.operatorClass().isEmpty();
                if (!plain || conflict.inferenceWhere() != null) throw PgException.notSupported("ON CONFLICT with expressions in an unquoted function body");
                names.add(column(new TargetColumn(element.column(), List.of(), element.position()), table));
            }
            out.add("(" + String.join(", ", names) + ")");
        }
        if (!conflict.doUpdate()) {
            out.add(" DO NOTHING");
            return;
        }
        out.add(" DO UPDATE SET ");
        assignments(conflict.assignments(), table, level);
        where(conflict.where());
    }

    // ---- SET -------------------------------------------------------------------------------------------------------

    private void assignments(List<Assignment> list, TableDef table, Level level) {
        String separator = "";
        for (Assignment assignment : list) {
            out.add(separator);
            separator = ", ";
            if (assignment.multiple() && assignment.value() instanceof Expr.SubLink link) {
                out.add("(" + String.join(", ", assignment.columns().stream().map(each -> column(each, table)).toList()) + ") = (");
                queries.nested(link.query(), level, QueryPrinter.Names.INVISIBLE);
                out.add(")");
                continue;
            }
            List<Expr> values = assignment.multiple() ? ((Expr.RowExpr) assignment.value()).fields() : List.of(assignment.value());
            for (int i = 0; i < values.size(); i++) {
                if (i > 0) out.add(", ");
                out.add(column(assignment.columns().get(i), table) + " = ");
                if (values.get(i) instanceof Expr.SetToDefault) out.add("DEFAULT");
                else expressions.print(findings.clause(values.get(i)), Implicit.HIDDEN);
            }
        }
    }
}
