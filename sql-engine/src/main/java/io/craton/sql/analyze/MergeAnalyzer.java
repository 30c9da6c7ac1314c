package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Assignment;
import io.craton.sql.logical.Relation.MergeAction;
import io.craton.sql.logical.Relation.ModifyKind;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.ModifyStatement.MergeWhen;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.ArrayList;
import java.util.List;

/**
 * MERGE (transformMergeStmt): the target's rows joined with the source's by the condition, an outer join when there is something to insert, and the WHEN clauses over
 * that row. One statement.
 */
final class MergeAnalyzer {
    private final Analysis analysis;
    private final Scope scope;

    MergeAnalyzer(Analysis analysis, Scope scope) {
        this.analysis = analysis;
        this.scope = scope;
    }

    Relation.Modify analyze(ModifyStatement.Merge merge) {
        checkReachable(merge);
        checkKind(merge.target());
        ModifyTarget target = new ModifyTarget(merge.target(), TriggerDef.UPDATE, analysis);
        boolean inserts = false;
        for (MergeWhen when : merge.whens()) {
            inserts |= when.action() instanceof ModifyStatement.MergeInsert;
            target.access.need(switch (when.action()) {
                case ModifyStatement.MergeInsert _ -> 'a';
                case ModifyStatement.MergeUpdate _ -> 'w';
                case ModifyStatement.MergeDelete _ -> 'd';
                case ModifyStatement.MergeNothing _ -> 'r';
            });
        }
        FromAnalyzer.Source own = target.rows(merge.target(), scope);
        if (analysis.findings != null) analysis.findings.item(merge.target(), own.items().getFirst());
        FromAnalyzer.Source source = analysis.from.item(merge.source(), scope);
        String name = own.items().getFirst().name;
        for (Visible visible : source.visible()) {
            if (visible.relation && visible.item.name.equals(name)) {
                throw PgError.error(SqlState.DUPLICATE_ALIAS, "name \"" + name + "\" specified more than once")
                        .withDetail("The name is used both as MERGE target table and data source.").exception();
            }
        }
        List<Visible> both = new ArrayList<>(source.visible());
        both.addAll(own.visible());
        for (Visible visible : both) FromAnalyzer.setLateral(visible, false, true);
        scope.namespace = both;
        Scalar condition = analysis.expressions.condition(merge.condition(), scope, ExpressionKind.JOIN_ON, "JOIN/ON");
        if (analysis.findings != null) analysis.findings.clause(merge.condition(), condition);
        List<MergeAction> actions = new ArrayList<>();
        for (MergeWhen when : merge.whens()) {
            scope.namespace = when.matched() ? both : new ArrayList<>(source.visible());
            actions.add(action(when, target));
        }
        if (analysis.findings != null) analysis.findings.change(merge, new Findings.Query(List.copyOf(scope.items), List.of()));
        List<Assignment> defaults = new ArrayList<>();
        for (ColumnDef column : target.columns) {
            Scalar value = column.generated() != 0 ? null : target.rules.defaultOf(column.number());
            if (value != null) defaults.add(new Assignment(column.number(), value));
        }
        defaults.addAll(target.rules.computed());
        Relation input = new Relation.Join(inserts ? Relation.JoinKind.RIGHT : Relation.JoinKind.INNER, own.relation(), source.relation(), condition, false);
        return new Relation.Modify(ModifyKind.MERGE, target.table, target.alias, input, List.of(), List.of(), defaults, target.rules.checks(), null, actions,
                false, List.of(), List.of());
    }

    private static void checkReachable(ModifyStatement.Merge merge) {
        boolean[] ended = new boolean[2];
        for (MergeWhen when : merge.whens()) {
            int kind = when.matched() ? 0 : 1;
            if (ended[kind]) {
                throw new PgException(SqlState.SYNTAX_ERROR, "unreachable WHEN clause specified after unconditional WHEN clause");
            }
            ended[kind] = when.condition() == null;
        }
    }

    private void checkKind(FromItem.RelationItem item) {
        String kinds = switch (analysis.from.lookup(item.relation(), null)) {
            case RelationRef.Stored stored -> switch (stored.table().kind()) {
                case 'v' -> "views";
                case 'm' -> "materialized views";
                default -> "";
            };
            case RelationRef.Sequence _ -> "sequences";
            case RelationRef.Index _, RelationRef.Builtin _ -> "";
        };
        if (kinds.isEmpty()) return;
        throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot execute MERGE on relation \"" + item.relation().name() + "\"")
                .withDetail("This operation is not supported for " + kinds + ".").exception();
    }

    private MergeAction action(MergeWhen when, ModifyTarget target) {
        Scalar condition = when.condition() == null ? null : analysis.expressions.condition(when.condition(), scope, ExpressionKind.MERGE_WHEN, "WHEN");
        if (condition != null && analysis.findings != null) analysis.findings.clause(when.condition(), condition);
        return switch (when.action()) {
            case ModifyStatement.MergeInsert insert ->
                new MergeAction(false, condition, ModifyKind.INSERT, new InsertAnalyzer(analysis, scope).merged(insert, target));
            case ModifyStatement.MergeUpdate update ->
                new MergeAction(true, condition, ModifyKind.UPDATE, new UpdateAnalyzer(analysis, scope).assignments(update.assignments(), target));
            case ModifyStatement.MergeDelete _ -> new MergeAction(true, condition, ModifyKind.DELETE, List.of());
            case ModifyStatement.MergeNothing _ -> new MergeAction(when.matched(), condition, null, List.of());
        };
    }
}
