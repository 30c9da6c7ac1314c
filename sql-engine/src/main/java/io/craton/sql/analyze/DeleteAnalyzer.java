package io.craton.sql.analyze;

import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.List;

/** DELETE (transformDeleteStmt). One statement. */
final class DeleteAnalyzer {
    private final Analysis analysis;
    private final Scope scope;

    DeleteAnalyzer(Analysis analysis, Scope scope) {
        this.analysis = analysis;
        this.scope = scope;
    }

    Relation.Modify analyze(ModifyStatement.Delete delete) {
        ModifyTarget target = new ModifyTarget(delete.target(), TriggerDef.DELETE, analysis);
        target.access.need('d');
        FromAnalyzer.Source source = target.rows(delete.target(), scope);
        if (analysis.findings != null) analysis.findings.item(delete.target(), source.items().getFirst());
        for (Visible visible : source.visible()) FromAnalyzer.setLateral(visible, true, false);
        scope.namespace.addAll(source.visible());
        Relation input = analysis.from.analyze(delete.using(), scope, source.relation());
        if (delete.where() != null) {
            input = new Relation.Filter(input, target.condition(delete.where(), scope));
            if (analysis.findings != null) analysis.findings.clause(delete.where(), ((Relation.Filter) input).condition());
        }
        List<Findings.Target> returned = List.of();
        List<Scalar> returning = List.of();
        List<Field> fields = List.of();
        if (!delete.returning().isEmpty()) {
            TargetList list = target.returning(delete.returning(), scope);
            returned = list.found(scope).targets();
            returning = target.overNewRow(target.throughView(list.values(), target.viewOffset()));
            fields = list.fields();
        }
        if (analysis.findings != null) analysis.findings.change(delete, new Findings.Query(List.copyOf(scope.items), returned));
        return new Relation.Modify(Relation.ModifyKind.DELETE, target.table, target.tableAlias(), input, List.of(), List.of(), List.of(), List.of(),
                null, List.of(), false, returning, fields);
    }
}
