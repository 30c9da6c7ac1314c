package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Assignment;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.ArrayList;
import java.util.List;

/** UPDATE (transformUpdateStmt), and the SET lists of ON CONFLICT. One statement. */
final class UpdateAnalyzer {
    private final Analysis analysis;
    private final Scope scope;

    UpdateAnalyzer(Analysis analysis, Scope scope) {
        this.analysis = analysis;
        this.scope = scope;
    }

    Relation.Modify analyze(ModifyStatement.Update update) {
        ModifyTarget target = new ModifyTarget(update.target(), TriggerDef.UPDATE, analysis);
        target.access.need('w');
        FromAnalyzer.Source source = target.rows(update.target(), scope);
        if (analysis.findings != null) analysis.findings.item(update.target(), source.items().getFirst());
        for (Visible visible : source.visible()) FromAnalyzer.setLateral(visible, true, false);
        scope.namespace.addAll(source.visible());
        Relation input = analysis.from.analyze(update.from(), scope, source.relation());
        if (update.where() != null) {
            input = new Relation.Filter(input, target.condition(update.where(), scope));
            if (analysis.findings != null) analysis.findings.clause(update.where(), ((Relation.Filter) input).condition());
        }
        List<Findings.Target> returned = List.of();
        List<Scalar> returning = List.of();
        List<Field> fields = List.of();
        if (!update.returning().isEmpty()) {
            TargetList list = target.returning(update.returning(), scope);
            returned = list.found(scope).targets();
            returning = target.overNewRow(target.throughView(list.values(), target.viewOffset()));
            fields = list.fields();
        }
        List<Assignment> assignments = assignments(update.assignments(), target);
        target.requireChangeable();
        if (analysis.findings != null) analysis.findings.change(update, new Findings.Query(List.copyOf(scope.items), returned));
        return new Relation.Modify(Relation.ModifyKind.UPDATE, target.table, target.tableAlias(), input, List.of(), assignments,
                target.rules.computed(), target.checks(), null, List.of(), false, returning, fields);
    }

    /** A SET list; columns are those of the scope's row, whose first fields are the target's visible columns. */
    List<Assignment> assignments(List<ModifyStatement.Assignment> list, ModifyTarget target) {
        List<Assignment> result = new ArrayList<>();
        List<Boolean> partial = new ArrayList<>();
        for (ModifyStatement.Assignment assignment : list) {
            if (!assignment.multiple()) {
                add(result, partial, assignment.columns().getFirst(), assignment.value(), null, target);
                continue;
            }
            multiple(result, partial, assignment, target);
        }
        return result;
    }

    private void multiple(List<Assignment> result, List<Boolean> partial, ModifyStatement.Assignment assignment, ModifyTarget target) {
        int count = assignment.columns().size();
        if (assignment.value() instanceof Expr.RowExpr row) {
            if (row.fields().size() != count) throw mismatch(Positions.of(row));
            for (int i = 0; i < count; i++) add(result, partial, assignment.columns().get(i), row.fields().get(i), null, target);
        } else if (assignment.value() instanceof Expr.SubLink link && link.kind() == Expr.SubLinkKind.SCALAR) {
            ExpressionKind before = scope.kind;
            scope.kind = ExpressionKind.UPDATE_SOURCE;
            Relation relation = analysis.selects.analyze(link.query(), scope.subquery()).relation();
            scope.kind = before;
            if (relation.fields().size() != count) throw mismatch(link.position());
            Scalar row = new Scalar.RowSubquery(relation, PgTypes.RECORD);
            for (int i = 0; i < count; i++) {
                Field field = relation.fields().get(i);
                add(result, partial, assignment.columns().get(i), link, new Scalar.Field(row, i, field.type(), field.typmod()), target);
            }
        } else {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED,
                            "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression")
                    .withPosition(Positions.of(assignment.value())).exception();
        }
    }

    private static PgException mismatch(int position) {
        return PgError.error(SqlState.SYNTAX_ERROR, "number of columns does not match number of values").withPosition(position).exception();
    }

    private void add(List<Assignment> result, List<Boolean> partial, ModifyStatement.TargetColumn name, Expr expr,
            @org.jspecify.annotations.Nullable Scalar ready, ModifyTarget target) {
        ColumnDef column = target.column(name, 'w');
        boolean isDefault = ready == null && expr instanceof Expr.SetToDefault;
        if (isDefault && !name.steps().isEmpty()) throw InsertAnalyzer.defaultOfPart(name);
        int existing = -1;
        for (int i = 0; i < result.size(); i++) if (result.get(i).attributeNumber() == column.number()) existing = i;
        Scalar value;
        if (isDefault) {
            value = target.updateDefault(name, column);
        } else {
            Scalar raw = ready != null ? ready : analysis.expressions.analyze(expr, scope, ExpressionKind.UPDATE_SOURCE);
            int position = Positions.of(expr);
            if (name.steps().isEmpty()) {
                value = target.assigned(raw, position, column);
                if (analysis.findings != null && ready == null) analysis.findings.clause(expr, value);
            } else {
                int ordinal = target.columns.indexOf(column);
                Scalar old = existing >= 0 && partial.get(existing) ? result.get(existing).value()
                        : new Scalar.Column(ordinal, target.type(column), column.typmod());
                value = analysis.expressions.indirections().assign(old, target.type(column), name.steps(), 0, raw, position,
                        column.name(), scope, name.position());
                if (analysis.findings != null) analysis.findings.part(name, value);
                if (analysis.findings != null && ready == null) analysis.findings.clause(expr, value);
            }
        }
        if (existing >= 0 && (name.steps().isEmpty() || !partial.get(existing))) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "multiple assignments to same column \"" + column.name() + "\"").exception();
        }
        if (!isDefault && (column.generated() != 0 || column.identity() == 'a')) {
            throw PgError.error(SqlState.GENERATED_ALWAYS, "column \"" + column.name() + "\" can only be updated to DEFAULT")
                    .withDetail("Column \"" + column.name() + "\" is " + (column.generated() != 0 ? "a generated column."
                            : "an identity column defined as GENERATED ALWAYS.")).exception();
        }
        if (column.generated() != 0) return;
        Assignment assignment = new Assignment(column.number(), value);
        if (existing >= 0) {
            result.set(existing, assignment);
        } else {
            result.add(assignment);
            partial.add(!name.steps().isEmpty());
        }
    }
}
