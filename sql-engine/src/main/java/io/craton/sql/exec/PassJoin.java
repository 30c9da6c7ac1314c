package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.plan.Nodes;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Joins two files whose keys are too equal for partitions to get smaller: as many right rows as the budget allows are kept, all left rows probe them, and so on with the
 * next right rows. One thread.
 */
final class PassJoin {
    private final Scope scope;
    private final Nodes.HashJoin plan;
    private final SpillFile lefts;
    private final SpillFile rights;
    private final boolean buildTested;
    /** By number in the left file: had a partner in some pass. */
    private final long[] leftMatched;
    private final ArrayDeque<Batch> ready = new ArrayDeque<>();
    private int nextRight;
    private int nextLeft;
    private long leftRow;
    private boolean begun;
    private @Nullable JoinTable table;

    PassJoin(Scope scope, Nodes.HashJoin plan, SpillFile lefts, SpillFile rights) {
        this.scope = scope;
        this.plan = plan;
        this.lefts = lefts;
        this.rights = rights;
        this.buildTested = plan.tested() == HashJoinOperator.Tested.BUILD;
        this.leftMatched = Nulls.create((int) lefts.rows());
    }

    @Nullable Batch next() {
        while (ready.isEmpty()) {
            scope.context().checkInterrupts();
            if (table == null && !beginPass()) return null;
            if (nextLeft == lefts.batches()) endPass();
            else probe(lefts.read(nextLeft++));
        }
        return ready.poll();
    }

    /** There is one pass at least, for left rows that are given without a partner. */
    private boolean beginPass() {
        if (begun && nextRight == rights.batches()) return false;
        begun = true;
        table = new JoinTable(new RowStore(scope.context(), RowStore.reprs(plan.right().fields())), HashBuild.types(plan.rightKeys()));
        boolean fits = true;
        while (fits && nextRight < rights.batches()) {
            Batch batch = rights.read(nextRight++);
            fits = table.add(batch, HashBuild.vectors(scope, plan.rightKeys(), batch));
        }
        table.finish(plan.buildAtEnd());
        nextLeft = 0;
        leftRow = 0;
        return true;
    }

    private boolean lastPass() {
        return nextRight == rights.batches();
    }

    private void probe(Batch batch) {
        int[] groups = new int[batch.rows()];
        table.prober().find(HashBuild.vectors(scope, plan.leftKeys(), batch), batch, groups);
        int[] left = new int[Batch.SIZE];
        int[] right = new int[Batch.SIZE];
        int count = 0;
        boolean existence = plan.kind() == JoinKind.SEMI || plan.kind() == JoinKind.ANTI;
        for (int row = 0; row < batch.rows(); row++) {
            if (groups[row] < 0 || existence && !buildTested && Nulls.get(leftMatched, (int) leftRow + row)) continue;
            for (int chain = table.first(groups[row]); chain >= 0; chain = table.next(chain)) {
                if (buildTested && table.isMatched(chain)) continue;
                left[count] = row;
                right[count++] = chain;
                if (count < Batch.SIZE) continue;
                pairs(batch, left, right, count);
                count = 0;
            }
        }
        if (count > 0) pairs(batch, left, right, count);
        if (lastPass()) due(batch);
        leftRow += batch.rows();
    }

    private void pairs(Batch batch, int[] left, int[] right, int count) {
        Batch joined = Batch.of(HashJoinOperator.pairs(batch, left, table, right, count), count);
        if (plan.residual() != null) {
            int[] passed = new int[count];
            joined = joined.select(passed, plan.residual().select(scope, joined, passed));
        }
        int[] positions = joined.positions();
        for (int i = 0; i < joined.selected(); i++) {
            Nulls.set(leftMatched, (int) leftRow + left[positions[i]]);
            if (plan.buildAtEnd()) table.match(right[positions[i]]);
        }
        if (joined.selected() > 0 && plan.kind() != JoinKind.SEMI && plan.kind() != JoinKind.ANTI) ready.add(joined);
    }

    /** In the last pass all partners of a left row are known. */
    private void due(Batch batch) {
        JoinKind kind = plan.kind();
        if (buildTested || kind == JoinKind.INNER || kind == JoinKind.RIGHT) return;
        boolean wanted = kind == JoinKind.SEMI;
        int[] due = new int[batch.rows()];
        int count = 0;
        for (int row = 0; row < batch.rows(); row++) if (Nulls.get(leftMatched, (int) leftRow + row) == wanted) due[count++] = row;
        if (count == 0) return;
        Batch rows = batch.select(due, count);
        ready.add(kind == JoinKind.SEMI || kind == JoinKind.ANTI ? rows : HashProbe.padded(rows, plan.right().fields()));
    }

    /** All left rows have seen the kept ones: these are settled. */
    private void endPass() {
        JoinTable kept = java.util.Objects.requireNonNull(table);
        if (plan.buildAtEnd()) {
            boolean wanted = buildTested && plan.kind() == JoinKind.SEMI;
            for (int from = 0; from < kept.rows(); from += Batch.SIZE) {
                int[] due = new int[Batch.SIZE];
                int count = 0;
                for (int row = from; row < Math.min(kept.rows(), from + Batch.SIZE); row++) if (kept.isMatched(row) == wanted) due[count++] = row;
                if (count > 0) ready.add(atEnd(kept, due, count));
            }
        }
        kept.release();
        table = null;
    }

    private Batch atEnd(JoinTable kept, int[] due, int count) {
        Batch rows = kept.gather(due, count);
        if (buildTested) return rows;
        int width = plan.left().fields().size();
        Vector[] columns = new Vector[width + rows.columns().length];
        for (int i = 0; i < width; i++) columns[i] = ConstantVector.of(plan.left().fields().get(i).type().repr(), null, count);
        System.arraycopy(rows.columns(), 0, columns, width, rows.columns().length);
        return Batch.of(columns, count);
    }

    void close() {
        if (table != null) table.release();
        table = null;
        ready.clear();
    }
}
