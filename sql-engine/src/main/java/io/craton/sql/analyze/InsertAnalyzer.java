package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Assignment;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.ModifyStatement.Overriding;
import io.craton.sql.syntax.ModifyStatement.TargetColumn;
import io.craton.sql.syntax.SelectStatement;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** INSERT (transformInsertStmt, and what the rewriter does to it: defaults, identity). One statement. */
final class InsertAnalyzer {
    private final Analysis analysis;
    private final Scope scope;

    InsertAnalyzer(Analysis analysis, Scope scope) {
        this.analysis = analysis;
        this.scope = scope;
    }

    Relation.Modify analyze(ModifyStatement.Insert insert) {
        ModifyTarget target = new ModifyTarget(insert.target(), TriggerDef.INSERT, analysis);
        target.access.need('a');
        if (insert.onConflict() != null && !insert.onConflict().assignments().isEmpty()) target.access.need('w');
        List<RangeItem> seen = new ArrayList<>();
        seen.add(item(target, target.alias, scope, 0)); // for hints only: nothing of it can be named in the source
        if (analysis.findings != null) analysis.findings.item(insert.target(), seen.getFirst());
        List<TargetColumn> names = insert.columns();
        Relation input;
        List<ColumnDef> given;
        if (insert.source() == null) {
            columns(names, target, 0);
            input = new Relation.Values(List.of(List.of()), List.of());
            given = List.of();
        } else if (plainValues(insert.source()) instanceof SelectStatement.ValuesBody written) {
            SelectStatement.ValuesBody values = expanded(written);
            int width = values.rows().getFirst().size();
            List<ColumnDef> columns = columns(names, target, width);
            checkWidth(width, columns, names, values.rows().getFirst());
            given = columns.subList(0, width);
            input = values(values, given, names, insert.overriding(), target);
        } else {
            Relation query = analysis.selects.analyze(insert.source(), new Scope(analysis, scope, scope.outer), SelectAnalyzer.Unknowns.KEEP);
            int width = query.fields().size();
            List<ColumnDef> columns = columns(names, target, width);
            checkWidth(width, columns, names, insert.source());
            given = columns.subList(0, width);
            input = query(query, given, names, insert, target);
        }
        List<Integer> numbers = new ArrayList<>();
        Set<Integer> present = new HashSet<>();
        for (Field field : input.fields()) {
            numbers.add(field.attributeNumber());
            present.add(field.attributeNumber());
        }
        List<Assignment> defaults = new ArrayList<>();
        for (ColumnDef column : target.columns) {
            Scalar value = present.contains(column.number()) || column.generated() != 0 ? null : target.ownDefault(column.number());
            if (value != null) defaults.add(new Assignment(column.number(), value));
        }
        defaults.addAll(target.rules.computed());
        Relation.OnConflict conflict = insert.onConflict() == null ? null
                : new OnConflictAnalyzer(target, scope, seen).analyze(insert.onConflict());
        List<Scalar> returning = List.of();
        List<Field> fields = List.of();
        List<Findings.Target> returned = List.of();
        if (!insert.returning().isEmpty()) {
            Scope row = rowScope(target);
            if (insert.onConflict() != null && insert.onConflict().doUpdate()) item(target, "excluded", row, target.columns.size()); // for hints
            TargetList list = target.returning(insert.returning(), row);
            returned = list.found(row).targets();
            seen.addAll(row.items);
            returning = target.throughView(list.values(), target.columns.size());
            fields = list.fields();
        }
        target.requireChangeable();
        if (analysis.findings != null) analysis.findings.change(insert, new Findings.Query(List.copyOf(seen), returned));
        return new Relation.Modify(Relation.ModifyKind.INSERT, target.table, target.tableAlias(), input, numbers, List.of(), defaults,
                target.checks(), conflict, List.of(), insert.overriding() == Overriding.USER, returning, fields);
    }

    /** A scope in which the new row's columns are visible. */
    private Scope rowScope(ModifyTarget target) {
        Scope row = new Scope(analysis, scope.parent, scope.outer);
        row.commonTables = scope.commonTables;
        RangeItem written = item(target, target.alias, row, target.through == null ? 0 : target.columns.size());
        written.systemColumns = target.through == null && target.table.kind() != 'v';
        row.namespace = new ArrayList<>(List.of(new Visible(written, true, true)));
        return row;
    }

    static RangeItem item(ModifyTarget target, String name, Scope scope, int offset) {
        if (target.through != null) return target.rowItem(name, scope, offset);
        RangeItem item = new RangeItem(RangeItem.Kind.TABLE, name, !name.equals(target.table.name()), scope, offset,
                target.analysis.from.tableFields(target.table), null);
        item.table = target.table;
        item.access = target.access;
        item.relationOid = target.table.oid();
        item.schema = target.analysis.catalog.schemaName(target.table.schemaOid());
        item.relationName = target.table.name();
        item.rowType = target.table.rowTypeOid() == 0 ? null : target.analysis.catalog.type(target.table.rowTypeOid());
        scope.items.add(item);
        return item;
    }

    private static SelectStatement.@Nullable QueryBody plainValues(SelectStatement source) {
        boolean plain = source.with() == null && source.orderBy().isEmpty() && source.limit() == null && source.locking().isEmpty();
        return plain ? source.body() : null;
    }

    private SelectStatement.ValuesBody expanded(SelectStatement.ValuesBody body) {
        Scope inner = new Scope(analysis, scope, scope.outer);
        return new SelectStatement.ValuesBody(body.rows().stream().map(row -> StarExpansion.written(row, inner)).toList());
    }

    private static List<ColumnDef> columns(List<TargetColumn> names, ModifyTarget target, int width) {
        List<ColumnDef> columns = names.isEmpty() ? target.inOrder(width) : new ArrayList<>();
        Set<String> whole = new HashSet<>();
        Set<String> partial = new HashSet<>();
        for (TargetColumn name : names) {
            ColumnDef column = target.column(name, 'a');
            String shown = name.name();
            boolean duplicate = name.steps().isEmpty() ? !whole.add(shown) || partial.contains(shown) : whole.contains(shown);
            if (!name.steps().isEmpty()) partial.add(shown);
            if (duplicate) {
                throw PgError.error(SqlState.DUPLICATE_COLUMN, "column \"" + shown + "\" specified more than once")
                        .withPosition(name.position()).exception();
            }
            columns.add(column);
        }
        target.requireChangeable();
        checkOnce(columns, names, width);
        return columns;
    }

    /** A view may show a column twice; then only parts of it may be given in two places. */
    private static void checkOnce(List<ColumnDef> columns, List<TargetColumn> names, int width) {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < Math.min(width, columns.size()); i++) {
            boolean part = !names.isEmpty() && !names.get(i).steps().isEmpty();
            if (!part && !given.add(columns.get(i).number())) {
                throw new PgException(SqlState.SYNTAX_ERROR, "multiple assignments to same column \"" + columns.get(i).name() + "\"");
            }
        }
    }

    private static void checkWidth(int width, List<ColumnDef> columns, List<TargetColumn> names, List<Expr> row) {
        if (width > columns.size()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "INSERT has more expressions than target columns")
                    .withPosition(Positions.of(row.get(columns.size()))).exception();
        }
        if (width < columns.size() && !names.isEmpty()) {
            PgError error = PgError.error(SqlState.SYNTAX_ERROR, "INSERT has more target columns than expressions")
                    .withPosition(names.get(width).position());
            boolean one = row.size() == 1 && row.getFirst() instanceof Expr.RowExpr single && single.fields().size() == columns.size();
            throw (one ? error.withHint("The insertion source is a row expression containing the same number of columns expected by the INSERT. Did you accidentally use extra parentheses?")
                    : error).exception();
        }
    }

    private static void checkWidth(int width, List<ColumnDef> columns, List<TargetColumn> names, SelectStatement source) {
        if (width > columns.size()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "INSERT has more expressions than target columns")
                    .withPosition(SetOperationAnalyzer.targetPosition(source, columns.size())).exception();
        }
        if (width < columns.size() && !names.isEmpty()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "INSERT has more target columns than expressions")
                    .withPosition(names.get(width).position()).exception();
        }
    }

    private Relation values(SelectStatement.ValuesBody body, List<ColumnDef> columns, List<TargetColumn> names, Overriding overriding,
            ModifyTarget target) {
        Scope inner = new Scope(analysis, scope, scope.outer);
        ExpressionKind kind = body.rows().size() == 1 ? ExpressionKind.VALUES_SINGLE : ExpressionKind.VALUES;
        List<List<Scalar>> rows = new ArrayList<>(body.rows().size());
        boolean[] allDefault = new boolean[columns.size()];
        java.util.Arrays.fill(allDefault, true);
        for (List<Expr> row : body.rows()) {
            if (row.size() != columns.size()) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "VALUES lists must all be the same length")
                        .withPosition(Positions.of(row.getFirst())).exception();
            }
            List<Scalar> values = new ArrayList<>(row.size());
            for (int i = 0; i < row.size(); i++) {
                Expr expr = row.get(i);
                ColumnDef column = columns.get(i);
                if (expr instanceof Expr.SetToDefault || overriding == Overriding.USER && column.identity() != 0) {
                    if (expr instanceof Expr.SetToDefault && !names.isEmpty() && !names.get(i).steps().isEmpty()) {
                        throw defaultOfPart(names.get(i));
                    }
                    values.add(target.defaultOf(column));
                    // A default of the view's own is a value.
                    if (column.generated() != 0 && target.through != null && target.through.defaults.containsKey(column.number())) allDefault[i] = false;
                    continue;
                }
                allDefault[i] = false;
                int position = Positions.of(expr);
                Scalar value = analysis.expressions.analyze(expr, inner, kind);
                values.add(part(value, position, column, names, i, before(values, columns, i), target, inner));
                if (analysis.findings != null) analysis.findings.clause(expr, values.getLast());
            }
            rows.add(values);
        }
        for (int i = 0; i < columns.size(); i++) if (!allDefault[i]) checkWritable(columns.get(i), overriding);
        return withoutGenerated(rows, columns, names, inner, target);
    }

    /** The row that a WHEN NOT MATCHED inserts, over the scope's row. */
    List<Assignment> merged(ModifyStatement.MergeInsert insert, ModifyTarget target) {
        List<TargetColumn> names = insert.columns();
        List<Expr> given = StarExpansion.written(insert.values(), scope);
        List<ColumnDef> columns = columns(names, target, given.size());
        if (given.isEmpty()) return List.of();
        checkWidth(given.size(), columns, names, given);
        List<Assignment> row = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            Expr expr = given.get(i);
            ColumnDef column = columns.get(i);
            boolean isDefault = expr instanceof Expr.SetToDefault;
            if (isDefault && !names.isEmpty() && !names.get(i).steps().isEmpty()) throw defaultOfPart(names.get(i));
            if (isDefault || insert.overriding() == Overriding.USER && column.identity() != 0) {
                if (column.generated() == 0) row.add(new Assignment(column.number(), target.defaultOf(column)));
                continue;
            }
            Scalar value = analysis.expressions.analyze(expr, scope, ExpressionKind.VALUES_SINGLE);
            Assignment before = null;
            for (Assignment other : row) if (other.attributeNumber() == column.number()) before = other;
            value = part(value, Positions.of(expr), column, names, i, before == null ? null : before.value(), target, scope);
            if (analysis.findings != null) analysis.findings.clause(expr, value);
            checkWritable(column, insert.overriding());
            if (before != null) row.remove(before);
            row.add(new Assignment(column.number(), value));
        }
        return row;
    }

    /** What the values so far make of the column at {@code index}; null when none is for it. */
    private static @Nullable Scalar before(List<Scalar> values, List<ColumnDef> columns, int index) {
        for (int i = index - 1; i >= 0; i--) if (columns.get(i).number() == columns.get(index).number()) return values.get(i);
        return null;
    }

    /** Of several parts of a column the last one has them all. */
    private static boolean isLast(List<ColumnDef> columns, int index, int width) {
        for (int i = index + 1; i < width; i++) if (columns.get(i).number() == columns.get(index).number()) return false;
        return true;
    }

    static PgException defaultOfPart(TargetColumn column) {
        return PgError.error(SqlState.FEATURE_NOT_SUPPORTED, column.steps().getFirst() instanceof Expr.FieldStep ? "cannot set a subfield to DEFAULT"
                : "cannot set an array element to DEFAULT").withPosition(column.position()).exception();
    }

    /** @param before the value that earlier parts of the same column make, null when there are none */
    private Scalar part(Scalar value, int position, ColumnDef column, List<TargetColumn> names, int index, @Nullable Scalar before, ModifyTarget target,
            Scope inner) {
        if (names.isEmpty() || names.get(index).steps().isEmpty()) return target.assigned(value, position, column);
        PgType type = target.type(column);
        Scalar whole = analysis.expressions.indirections().assign(before != null ? before : ModifyTarget.nullOf(type), type, names.get(index).steps(), 0, value,
                position, column.name(), inner, names.get(index).position());
        if (analysis.findings != null) analysis.findings.part(names.get(index), whole);
        return whole;
    }

    static void checkWritable(ColumnDef column, Overriding overriding) {
        String detail = column.generated() != 0 ? "Column \"" + column.name() + "\" is a generated column."
                : column.identity() == 'a' && overriding == Overriding.NONE
                        ? "Column \"" + column.name() + "\" is an identity column defined as GENERATED ALWAYS." : null;
        if (detail == null) return;
        PgError error = PgError.error(SqlState.GENERATED_ALWAYS, "cannot insert a non-DEFAULT value into column \"" + column.name() + "\"")
                .withDetail(detail);
        throw (column.generated() == 0 ? error.withHint("Use OVERRIDING SYSTEM VALUE to override.") : error).exception();
    }

    /** Generated columns written as DEFAULT are left out: they are computed. */
    private Relation withoutGenerated(List<List<Scalar>> rows, List<ColumnDef> columns, List<TargetColumn> names, Scope inner,
            ModifyTarget target) {
        List<Field> fields = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            ColumnDef column = columns.get(i);
            if (column.generated() != 0) continue;
            if (!isLast(columns, i, columns.size())) continue;
            fields.add(new Field(column.name(), target.type(column), column.typmod(), target.table.oid(), column.number()));
            kept.add(i);
        }
        List<List<Scalar>> result = rows;
        if (kept.size() < columns.size()) {
            result = new ArrayList<>();
            for (List<Scalar> row : rows) {
                List<Scalar> values = new ArrayList<>();
                for (int i : kept) values.add(row.get(i));
                result.add(values);
            }
        }
        if (!inner.sets) return new Relation.Values(result, fields);
        return new Relation.ProjectSet(new Relation.Values(List.of(List.of()), List.of()), result.getFirst(), fields);
    }

    private Relation query(Relation query, List<ColumnDef> columns, List<TargetColumn> names, ModifyStatement.Insert insert,
            ModifyTarget target) {
        List<Field> source = query.fields();
        Scope inner = new Scope(analysis, scope, scope.outer);
        List<Scalar> values = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            ColumnDef column = columns.get(i);
            if (insert.overriding() == Overriding.USER && column.identity() != 0) {
                values.add(target.defaultOf(column));
                continue;
            }
            int position = SetOperationAnalyzer.targetPosition(insert.source(), i);
            Scalar value = new Scalar.Column(i, source.get(i).type(), source.get(i).typmod());
            if (source.get(i).type().oid() == io.craton.core.type.TypeOid.UNKNOWN && query instanceof Relation.Project project) {
                value = project.expressions().get(i);
            }
            values.add(part(value, position, column, names, i, before(values, columns, i), target, inner));
            checkWritable(column, insert.overriding());
        }
        List<Field> fields = new ArrayList<>();
        List<Scalar> kept = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            ColumnDef column = columns.get(i);
            if (!isLast(columns, i, values.size())) continue;
            fields.add(new Field(column.name(), target.type(column), column.typmod(), target.table.oid(), column.number()));
            kept.add(values.get(i));
        }
        return new Relation.Project(query, kept, fields);
    }
}
