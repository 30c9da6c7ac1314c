package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.Nodes;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Hash join of every kind: the right side is kept in columns with a table of its keys, the left side probes batch by batch. A residual condition sees left and right
 * columns. Over the memory budget both sides go to files by the hash of their keys, which are joined pair by pair; where keys are so equal that this does not help, a
 * pair is joined in several passes over its left file, each with as many right rows as fit.
 */
public final class HashJoinOperator extends Operator {
    /** Whose rows SEMI and ANTI give: the probing ones (as they come) or the kept ones (when all have probed). */
    public enum Tested { PROBE, BUILD }

    /** Two files of equal hashes. */
    private record Pair(SpillFile left, SpillFile right, int level) {}

    private final Nodes.HashJoin plan;
    private final RowSource left;
    private final @Nullable RowSource right;
    private final HashProbe probe;
    private final ArrayDeque<Pair> pending = new ArrayDeque<>();
    private @Nullable HashBuild build;
    /** Of a right side that is the same in every run. */
    private @Nullable HashBuild lasting;
    private boolean partitioned;
    private @Nullable Pair pair;
    private @Nullable PassJoin passes;

    public HashJoinOperator(Scope scope, Nodes.HashJoin plan) {
        super(scope);
        this.plan = plan;
        this.left = start(plan.left());
        this.right = scope.shared(plan) == null ? start(plan.right()) : null;
        this.probe = new HashProbe(scope, plan);
    }

    @Override
    public void open() {
        release();
        if (RowOverride.active(scope)) lasting = null;
        if (lasting == null && scope.shared(plan) == null) HashBuild.forget(scope, plan);
        left.open();
    }

    @Override
    public @Nullable Batch next() {
        if (build == null) begin();
        while (true) {
            if (passes != null) {
                Batch batch = passes.next();
                if (batch != null) return batch;
                passes.close();
                passes = null;
            } else if (!partitioned || pair != null) {
                Batch batch = probe.next();
                if (batch != null) return batch;
            }
            endPair();
            if (pending.isEmpty()) return null;
            beginPair(pending.pop());
        }
    }

    /** The kept side is read now, or was by whoever runs this join on several threads. */
    private void begin() {
        HashBuild shared = (HashBuild) scope.shared(plan);
        HashBuild built = shared != null ? shared : lasting != null ? lasting : HashBuild.of(scope, plan, java.util.Objects.requireNonNull(right));
        build = built;
        if (plan.right() instanceof Nodes.Materialize && built.table() != null && !RowOverride.active(scope)) {
            if (lasting != null) built.table().reset();
            lasting = built;
        }
        if (built.table() != null) {
            probe.start(built.table(), left);
            return;
        }
        partitioned = true;
        split(left, java.util.Objects.requireNonNull(built.files()), 0);
    }

    /** Spreads the left rows as the right ones were spread. */
    private void split(RowSource lefts, SpillPartitions rights, int level) {
        SpillPartitions files = new SpillPartitions(scope, plan.left().fields(), HashBuild.types(plan.leftKeys()), level);
        for (Batch batch = lefts.next(); batch != null; batch = lefts.next()) {
            scope.context().checkInterrupts();
            files.write(batch, HashBuild.vectors(scope, plan.leftKeys(), batch));
        }
        lefts.close();
        for (int i = SpillPartitions.COUNT - 1; i >= 0; i--) {
            if (files.file(i).rows() + rights.file(i).rows() == 0) {
                files.file(i).close();
                rights.file(i).close();
            } else {
                pending.push(new Pair(files.file(i), rights.file(i), level + 1));
            }
        }
    }

    private void beginPair(Pair next) {
        pair = next;
        if (next.level >= SpillPartitions.LEVELS_MAX) {
            passes = new PassJoin(scope, plan, next.left, next.right);
            return;
        }
        HashBuild built = HashBuild.read(scope, plan, new SpillSource(next.right), next.level);
        if (built.table() != null) {
            build = built;
            probe.start(built.table(), new SpillSource(next.left));
        } else {
            split(new SpillSource(next.left), java.util.Objects.requireNonNull(built.files()), next.level);
            pair = null;
        }
    }

    private void endPair() {
        if (pair == null) return;
        pair.left.close();
        pair.right.close();
        pair = null;
        if (build != null && build.table() != null) build.release();
    }

    private void release() {
        endPair();
        if (build != null && build != lasting && scope.shared(plan) == null) build.release();
        build = null;
        partitioned = false;
        if (passes != null) passes.close();
        passes = null;
        for (Pair each : pending) {
            each.left.close();
            each.right.close();
        }
        pending.clear();
        probe.stop();
    }

    @Override
    public void close() {
        left.close();
        if (right != null) right.close();
        release();
    }

    /** Columns of pairs of left and right rows. */
    static Vector[] pairs(Batch left, int[] lefts, JoinTable table, int[] rights, int count) {
        int width = left.columns().length;
        Vector[] columns = new Vector[width + table.width()];
        for (int i = 0; i < width; i++) columns[i] = left.columns()[i].gather(lefts, count);
        for (int i = 0; i < table.width(); i++) columns[width + i] = table.column(i).gather(rights, count);
        return columns;
    }
}
