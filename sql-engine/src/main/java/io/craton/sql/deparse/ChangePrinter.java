package io.craton.sql.deparse;

import io.craton.core.type.PgTypes;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.Findings;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.deparse.ExpressionPrinter.Implicit;
import io.craton.sql.function.CollationTable;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.ModifyStatement.Assignment;
import io.craton.sql.syntax.ModifyStatement.Insert;
import io.craton.sql.syntax.ModifyStatement.TargetColumn;
import io.craton.sql.syntax.SelectStatement;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** INSERT, UPDATE, DELETE and MERGE as SQL, in PostgreSQL's lines (get_insert_query_def and its like). One printing, one thread. */
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
            case ModifyStatement.Merge merge -> merge(merge, table, entry, level);
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
            case ModifyStatement.Merge merge -> List.of(merge.source());
            case ModifyStatement.Delete delete -> delete.using();
            default -> List.of();
        };
    }

    private void where(@Nullable Expr condition) {
        if (condition == null) return;
        out.word(" WHERE ", -Layout.STEP, Layout.STEP, 1);
        if (condition instanceof Expr.CurrentOf current) out.add("CURRENT OF " + source.naming().identifier(current.cursor()));
        else expressions.print(findings.clause(condition), Implicit.HIDDEN);
    }

    // ---- INSERT ----------------------------------------------------------------------------------------------------

    private void insert(Insert insert, TableDef table, RangeItem entry, Level level) {
        out.add("INSERT INTO ");
        from.target(insert.target(), entry, level, " AS ");
        out.add(" ");
        SelectStatement given = insert.source();
        if (given != null) {
            out.add("(");
            columns(insert, table);
            out.add(") ");
        }
        switch (insert.overriding()) {
            case SYSTEM -> out.add("OVERRIDING SYSTEM VALUE ");
            case USER -> out.add("OVERRIDING USER VALUE ");
            case NONE -> { }
        }
        if (given == null) out.add("DEFAULT VALUES");
        else if (plainValues(given) instanceof SelectStatement.ValuesBody body) values(body, insert.columns());
        else queries.nested(given, level, QueryPrinter.Names.INVISIBLE);
        ModifyStatement.OnConflict conflict = insert.onConflict();
        if (conflict != null) conflict(conflict, table, entry, level);
    }

    /** Columns without which a column added later would be meant, too. */
    private void columns(Insert insert, TableDef table) {
        SelectStatement given = Objects.requireNonNull(insert.source());
        List<Expr> row = plainValues(given) instanceof SelectStatement.ValuesBody body ? body.rows().getFirst() : null;
        if (!insert.columns().isEmpty()) {
            columns(insert.columns(), table);
            return;
        }
        Findings.Query query = findings.query(given);
        int width = row != null ? row.size() : query == null ? Integer.MAX_VALUE : query.targets().size();
        List<String> names = new ArrayList<>();
        for (ColumnDef column : table.columns()) {
            if (!column.dropped() && !column.hidden() && names.size() < width) names.add(name(column, table));
        }
        out.add(String.join(", ", names));
    }

    private void columns(List<TargetColumn> columns, TableDef table) {
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) out.add(", ");
            target(columns.get(i), table);
        }
    }

    /** A column, and the way to the part of it that is assigned. */
    private void target(TargetColumn column, TableDef table) {
        out.add(column(column, table));
        if (column.steps().isEmpty()) return;
        Scalar at = findings.part(column);
        for (int left = column.steps().size(); left > 0; ) {
            switch (at) {
                case Scalar.FieldAssignment field -> {
                    out.add("." + source.attributeName(source.catalog().baseType(field.type()), field.index()));
                    left--;
                    at = field.value();
                }
                case Scalar.ElementAssignment element -> {
                    expressions.subscripts(element.subscripts());
                    left -= element.subscripts().size();
                    at = element.value();
                }
                default -> at = inside(at);
            }
        }
    }

    /** What the part becomes. */
    private static Scalar assigned(Scalar whole, List<Expr.Step> steps) {
        Scalar at = whole;
        for (int left = steps.size(); left > 0; ) {
            switch (at) {
                case Scalar.FieldAssignment field -> {
                    left--;
                    at = field.value();
                }
                case Scalar.ElementAssignment element -> {
                    left -= element.subscripts().size();
                    at = element.value();
                }
                default -> at = inside(at);
            }
        }
        return at;
    }

    /** A value of a domain is checked anew when a part of it changes. */
    private static Scalar inside(Scalar value) {
        return switch (value) {
            case Scalar.DomainCheck check -> check.argument();
            case Scalar.Relabel relabel -> relabel.argument();
            default -> throw new IllegalStateException("no assignment to a part: " + value);
        };
    }

    private String column(TargetColumn column, TableDef table) {
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

    private void values(SelectStatement.ValuesBody body, List<TargetColumn> columns) {
        boolean one = body.rows().size() == 1;
        if (one) out.word("VALUES (", -Layout.STEP, Layout.STEP, 2);
        else out.add("VALUES ");
        for (int r = 0; r < body.rows().size(); r++) {
            if (!one) out.add(r > 0 ? ", (" : "(");
            List<Expr> row = body.rows().get(r);
            for (int c = 0; c < row.size(); c++) {
                if (c > 0) out.add(one ? ", " : ",");
                cell(row.get(c), c < columns.size() ? columns.get(c).steps() : List.of());
            }
            out.add(")");
        }
    }

    private void cell(Expr value, List<Expr.Step> steps) {
        if (value instanceof Expr.SetToDefault) out.add("DEFAULT");
        else expressions.top(assigned(findings.clause(value), steps), Implicit.HIDDEN);
    }

    private void conflict(ModifyStatement.OnConflict conflict, TableDef table, RangeItem entry, Level level) {
        out.add(" ON CONFLICT");
        if (conflict.constraint() != null) out.add(" ON CONSTRAINT " + constraint(conflict.constraint(), table));
        if (!conflict.elements().isEmpty()) {
            String separator = "(";
            for (ModifyStatement.IndexElement element : conflict.elements()) {
                out.add(separator);
                separator = ", ";
                element(element, table, entry);
            }
            out.add(")");
            if (conflict.inferenceWhere() != null) {
                out.word(" WHERE ", -Layout.STEP, Layout.STEP, 1);
                overRow(TableExpressions.exploreAs(entry.name(), conflict.inferenceWhere(), table, ExpressionKind.INDEX_PREDICATE, PgTypes.BOOL, source.catalog()), false);
            }
        }
        if (!conflict.doUpdate()) {
            out.add(" DO NOTHING");
            return;
        }
        out.add(" DO UPDATE SET ");
        assignments(conflict.assignments(), table, level);
        where(conflict.where());
    }

    private String constraint(String written, TableDef table) {
        for (ConstraintDef constraint : source.catalog().catalog().constraints(table.oid())) {
            boolean meant = Mark.of(written) instanceof Mark.Constraint(int oid) ? constraint.oid() == oid : constraint.name().equals(written);
            if (meant) return source.naming().byIdentity() ? new Mark.Constraint(constraint.oid()).text() : source.naming().identifier(constraint.name());
        }
        throw new IllegalStateException("no constraint " + written);
    }

    /** What ON CONFLICT looks for among the indexes. */
    private void element(ModifyStatement.IndexElement element, TableDef table, RangeItem entry) {
        if (element.column() != null) {
            out.add(column(new TargetColumn(element.column(), List.of(), element.position()), table));
        } else {
            overRow(TableExpressions.exploreAs(entry.name(), Objects.requireNonNull(element.expression()), table, ExpressionKind.INDEX_EXPRESSION, null,
                    source.catalog()), true);
        }
        if (!element.collation().isEmpty()) {
            String written = element.collation().getLast();
            int collation = Mark.of(written) instanceof Mark.Collation(int oid) ? oid : CollationTable.find(written, source.catalog().catalog());
            out.add(" COLLATE " + source.naming().collation(collation));
        }
        if (!element.operatorClass().isEmpty()) out.add(" " + source.naming().identifier(element.operatorClass().getLast()));
    }

    /** An expression over the table's row alone: without the table's name. */
    private void overRow(TableExpressions.Explored explored, boolean enclosed) {
        PrintSource own = new PrintSource(source.catalog(), explored.findings(), source.naming());
        ExpressionPrinter printer = new ExpressionPrinter(own, out, Level.ofTable(explored.rows()));
        new QueryPrinter(own, out, printer);
        boolean parentheses = enclosed && (source.naming().byIdentity() || !NodeKind.of(explored.value(), explored.findings()).functionLike());
        if (parentheses) out.add("(");
        printer.print(explored.value(), Implicit.HIDDEN);
        if (parentheses) out.add(")");
    }

    // ---- MERGE -----------------------------------------------------------------------------------------------------

    private void merge(ModifyStatement.Merge merge, TableDef table, RangeItem entry, Level level) {
        out.add("MERGE INTO " + (merge.target().only() ? "ONLY " : ""));
        from.target(merge.target(), entry, level, " ");
        from.print(" USING ", List.of(merge.source()), level);
        out.word(" ON ", -Layout.STEP, Layout.STEP, 2);
        expressions.print(findings.clause(merge.condition()), Implicit.HIDDEN);
        for (ModifyStatement.MergeWhen when : merge.whens()) {
            out.word(" WHEN ", -Layout.STEP, Layout.STEP, 2);
            out.add(when.matched() ? "MATCHED" : "NOT MATCHED");
            if (when.condition() != null) {
                out.word(" AND ", -Layout.STEP, Layout.STEP, 3);
                expressions.print(findings.clause(when.condition()), Implicit.HIDDEN);
            }
            out.word(" THEN ", -Layout.STEP, Layout.STEP, 3);
            switch (when.action()) {
                case ModifyStatement.MergeInsert insert -> mergeInsert(insert, table);
                case ModifyStatement.MergeUpdate update -> {
                    out.add("UPDATE SET ");
                    assignments(update.assignments(), table, level);
                }
                case ModifyStatement.MergeDelete _ -> out.add("DELETE");
                case ModifyStatement.MergeNothing _ -> out.add("DO NOTHING");
            }
        }
    }

    private void mergeInsert(ModifyStatement.MergeInsert insert, TableDef table) {
        out.add("INSERT");
        List<Expr> values = insert.values();
        if (!values.isEmpty()) {
            out.add(" (");
            if (insert.columns().isEmpty()) {
                List<String> names = new ArrayList<>();
                for (ColumnDef column : table.columns()) {
                    if (!column.dropped() && !column.hidden() && names.size() < values.size()) names.add(name(column, table));
                }
                out.add(String.join(", ", names));
            } else {
                columns(insert.columns(), table);
            }
            out.add(")");
        }
        switch (insert.overriding()) {
            case SYSTEM -> out.add(" OVERRIDING SYSTEM VALUE");
            case USER -> out.add(" OVERRIDING USER VALUE");
            case NONE -> { }
        }
        if (values.isEmpty()) {
            out.add(" DEFAULT VALUES");
            return;
        }
        out.word(" VALUES (", -Layout.STEP, Layout.STEP, 4);
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) out.add(", ");
            cell(values.get(i), insert.columns().isEmpty() ? List.of() : insert.columns().get(i).steps());
        }
        out.add(")");
    }

    // ---- SET -------------------------------------------------------------------------------------------------------

    private void assignments(List<Assignment> list, TableDef table, Level level) {
        String separator = "";
        for (Assignment assignment : list) {
            out.add(separator);
            separator = ", ";
            if (assignment.multiple() && assignment.value() instanceof Expr.SubLink link) {
                out.add("(");
                columns(assignment.columns(), table);
                out.add(") = (");
                queries.nested(link.query(), level, QueryPrinter.Names.INVISIBLE);
                out.add(")");
                continue;
            }
            List<Expr> values = assignment.multiple() ? ((Expr.RowExpr) assignment.value()).fields() : List.of(assignment.value());
            for (int i = 0; i < values.size(); i++) {
                if (i > 0) out.add(", ");
                TargetColumn column = assignment.columns().get(i);
                target(column, table);
                out.add(" = ");
                if (values.get(i) instanceof Expr.SetToDefault) out.add("DEFAULT");
                else expressions.print(assigned(findings.clause(values.get(i)), column.steps()), Implicit.HIDDEN);
            }
        }
    }
}
