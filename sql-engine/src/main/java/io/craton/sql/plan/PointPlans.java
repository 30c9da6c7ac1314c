package io.craton.sql.plan;

import io.craton.sql.exec.ModifySpec;
import io.craton.sql.exec.ScanFilter;
import io.craton.sql.exec.RowDecoder;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.ModifyKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recognises plans that touch one row by its whole clustering key. Pure functions. */
final class PointPlans {
    private PointPlans() {}

    private static boolean isPoint(Nodes.TableScan scan) {
        return scan.path().wholeUnique() && (scan.path().index() == null || scan.path().index().clustered());
    }

    /** Of a query, or null. */
    static @Nullable PointPlan of(PlanNode root) {
        int[] columns = null;
        PlanNode node = root;
        if (node instanceof Nodes.Project project) {
            columns = project.columns();
            node = project.input();
        }
        if (!(node instanceof Nodes.TableScan scan) || !isPoint(scan) || !scan.filter().isEmpty()) return null;
        int[] visible = RowDecoder.visibleColumns(scan.decoder().table());
        int[] result = new int[columns == null ? scan.fields().size() : columns.length];
        for (int i = 0; i < result.length; i++) {
            int field = columns == null ? i : columns[i];
            if (field < 0 || field >= visible.length) return null;
            result[i] = visible[field];
        }
        return new PointSelect(scan.decoder().table(), scan.path().equal(), scan.path().codec(), scan.decoder().codec(), result, scan.decoder().asOf());
    }

    /** Of a data change, or null. */
    static @Nullable PointPlan of(Relation.Modify modify, PlanNode root, boolean alone) {
        if (!alone || !(root instanceof Changes.Modify change) || !modify.returning().isEmpty()) return null;
        ModifySpec spec = change.spec();
        if (!spec.firings().isEmpty() || spec.writer().isView()) return null;
        if (spec.kind() == ModifyKind.INSERT) {
            if (spec.onConflict() != null || !(change.input() instanceof Nodes.Values values) || values.values().size() != 1) return null;
            return new PointWrite(spec, List.of(), null, null, ScanFilter.NONE, ScanFilter.NONE,
                    values.values().get(0));
        }
        if (spec.kind() == ModifyKind.MERGE || !(change.input() instanceof Nodes.TableScan scan) || !isPoint(scan)) return null;
        return new PointWrite(spec, scan.path().equal(), scan.path().codec(), scan.decoder(), scan.whole(), scan.filter(),
                new Evaluator[0]);
    }
}
