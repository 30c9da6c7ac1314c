package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Assignment;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** ON CONFLICT: which unique indexes arbitrate (infer_arbiter_indexes), and the update over the existing row and {@code excluded}. One statement. */
final class OnConflictAnalyzer {
    private final ModifyTarget target;
    private final Scope outer;
    private final List<RangeItem> seen;

    /** @param seen gets the entries that the clause sees */
    OnConflictAnalyzer(ModifyTarget target, Scope outer, List<RangeItem> seen) {
        this.target = target;
        this.outer = outer;
        this.seen = seen;
    }

    Relation.OnConflict analyze(ModifyStatement.OnConflict conflict) {
        Analysis analysis = target.analysis;
        if (conflict.doUpdate() && conflict.elements().isEmpty() && conflict.constraint() == null) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "ON CONFLICT DO UPDATE requires inference specification or constraint name")
                    .withHint("For example, ON CONFLICT (column_name).").withPosition(conflict.position()).exception();
        }
        List<IndexDef> arbiters = conflict.constraint() != null ? constraint(conflict.constraint())
                : conflict.elements().isEmpty() ? List.of() : inferred(conflict);
        if (!conflict.doUpdate()) return new Relation.OnConflict(arbiters, false, List.of(), null);
        Scope scope = new Scope(analysis, outer.parent, outer.outer);
        scope.commonTables = outer.commonTables;
        int width = target.columns.size();
        int first = target.through == null ? 0 : 2 * width;
        int second = first + (target.through == null ? width : target.through.columns.size());
        RangeItem existing = InsertAnalyzer.item(target, target.alias, scope, first);
        RangeItem excluded = InsertAnalyzer.item(target, "excluded", scope, second);
        excluded.proposed = true;
        seen.add(existing);
        seen.add(excluded);
        scope.namespace = new ArrayList<>(List.of(new Visible(existing, true, true), new Visible(excluded, true, true)));
        List<Assignment> assignments = new UpdateAnalyzer(analysis, scope).assignments(conflict.assignments(), target);
        Scalar condition = conflict.where() == null ? null
                : analysis.expressions.condition(conflict.where(), scope, ExpressionKind.WHERE, "WHERE");
        if (condition != null && analysis.findings != null) analysis.findings.clause(conflict.where(), condition);
        if (target.through == null) return new Relation.OnConflict(arbiters, true, assignments, condition);
        List<Scalar> old = target.through.values();
        List<Scalar> proposed = new ArrayList<>();
        for (Scalar value : old) proposed.add(shifted(value, width));
        UnaryOperator<Scalar> real = scalar -> UpdatableView.over(proposed, second, UpdatableView.over(old, first, scalar));
        return new Relation.OnConflict(arbiters, true, assignments.stream().map(each -> new Assignment(each.attributeNumber(), real.apply(each.value()))).toList(),
                condition == null ? null : real.apply(condition));
    }

    private static Scalar shifted(Scalar value, int by) {
        return new TreeRewriter((node, depth) -> depth == 0 && node instanceof Scalar.Column column
                ? new Scalar.Column(column.index() + by, column.type(), column.typmod()) : null).rewrite(value);
    }

    private List<IndexDef> constraint(String name) {
        for (ConstraintDef constraint : target.analysis.catalog.catalog().constraints(target.table.oid())) {
            boolean meant = Mark.of(name) instanceof Mark.Constraint(int oid) ? constraint.oid() == oid : constraint.name().equals(name);
            if (!meant) continue;
            IndexDef index = target.analysis.catalog.catalog().find(IndexDef.class, constraint.indexOid());
            if (index == null || constraint.type() == 'f') {
                throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "constraint in ON CONFLICT clause has no associated index").exception();
            }
            for (IndexDef.KeyPart part : index.keyParts()) if (part.expression() == null && target.through == null) target.access.uses('r', part.column());
            return List.of(index);
        }
        throw PgError.error(SqlState.UNDEFINED_OBJECT, "constraint \"" + name + "\" for table \"" + target.table.name()
                + "\" does not exist").exception();
    }

    private List<IndexDef> inferred(ModifyStatement.OnConflict conflict) {
        List<Integer> columns = new ArrayList<>();
        List<Scalar> expressions = new ArrayList<>();
        for (ModifyStatement.IndexElement element : conflict.elements()) {
            if (element.column() != null) {
                if (!Mark.is(element.column()) && !target.has(element.column())) throw missing(element, conflict.doUpdate());
                columns.add(target.column(new ModifyStatement.TargetColumn(element.column(), List.of(), element.position()), 'r').number());
            } else {
                Scalar expression = compiled(element.expression(), false);
                if (expressions.stream().noneMatch(other -> SameScalar.same(other, expression))) expressions.add(expression);
            }
        }
        Scalar where = conflict.inferenceWhere() == null ? null : compiled(conflict.inferenceWhere(), true);
        List<IndexDef> matching = new ArrayList<>();
        for (IndexDef index : target.analysis.catalog.catalog().indexes(target.table.oid())) {
            if (index.unique() && index.valid() && matches(index, columns, expressions, where)) matching.add(index);
        }
        // a definition may come before the index that it will need
        if (matching.isEmpty() && target.analysis.findings == null) {
            throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE,
                    "there is no unique or exclusion constraint matching the ON CONFLICT specification").exception();
        }
        return matching;
    }

    /** As for a column of a query over the table, and over what is proposed where there is an update. */
    private RuntimeException missing(ModifyStatement.IndexElement element, boolean update) {
        Scope scope = new Scope(target.analysis, outer.parent, outer.outer);
        RangeItem existing = InsertAnalyzer.item(target, target.alias, scope, 0);
        if (update) InsertAnalyzer.item(target, "excluded", scope, target.columns.size());
        scope.namespace = new ArrayList<>(List.of(new Visible(existing, true, true)));
        target.analysis.columns.resolve(new Expr.ColumnRef(List.of(Objects.requireNonNull(element.column())), element.position()), scope);
        return new IllegalStateException("column " + element.column() + " is there");
    }

    private Scalar compiled(Expr expr, boolean predicate) {
        return TableExpressions.compileAs(target.alias, expr, target.table,
                predicate ? ExpressionKind.INDEX_PREDICATE : ExpressionKind.INDEX_EXPRESSION,
                predicate ? io.craton.core.type.PgTypes.BOOL : null, -1, null, target.analysis.catalog);
    }

    private boolean matches(IndexDef index, List<Integer> columns, List<Scalar> expressions, @Nullable Scalar where) {
        int columnParts = 0;
        int expressionParts = 0;
        for (IndexDef.KeyPart part : index.keyParts()) {
            if (part.expression() == null) {
                if (!columns.contains(part.column())) return false;
                columnParts++;
            } else {
                Scalar own = compiled(SqlParser.parseStoredExpression(part.expression()), false);
                boolean found = false;
                for (Scalar expression : expressions) found |= SameScalar.same(own, expression);
                if (!found) return false;
                expressionParts++;
            }
        }
        boolean all = columnParts >= columns.stream().distinct().count() && expressionParts >= expressions.size();
        if (!all || index.predicate() == null) return all;
        if (where == null) return false;
        List<Scalar> said = conjuncts(where);
        for (Scalar part : conjuncts(compiled(SqlParser.parseStoredExpression(index.predicate()), true))) {
            if (said.stream().noneMatch(other -> SameScalar.same(other, part))) return false;
        }
        return true;
    }

    /** What AND joins: the index serves when its predicate's parts are all among those that are said. */
    private static List<Scalar> conjuncts(Scalar condition) {
        if (!(condition instanceof Scalar.Logical both) || both.kind() != Scalar.Logic.AND) return List.of(condition);
        return both.arguments().stream().flatMap(each -> conjuncts(each).stream()).toList();
    }
}
