package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.plan.Nodes;
import io.craton.sql.plan.PlanNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nested loop: every left row against all right rows, the condition evaluated over batches of right rows. The right side is kept when it does not depend on the
 * left row, and runs anew for each left row when it is lateral.
 */
public final class NestedLoopOperator extends Operator {
    private final JoinKind kind;
    private final boolean lateral;
    /** Rows of RIGHT and FULL joins must outlive the left row, so their right side cannot depend on it. */
    private final boolean rerun;
    private final RowSource left;
    private final RowSource right;
    private final Scope inner;
    private final List<Relation.Field> leftFields;
    private final List<Relation.Field> rightFields;
    private final @Nullable Evaluator condition;
    private final boolean lasting;

    private @Nullable StoredRows kept;
    private int keptPage;
    private long @Nullable [] rightMatched;
    private @Nullable Batch outer;
    private int at;
    private boolean running;
    private boolean matched;
    private int from;
    private int unmatchedRight;

    public NestedLoopOperator(Scope scope, JoinKind kind, boolean lateral, PlanNode left, PlanNode right,
            @Nullable Evaluator condition) {
        super(scope);
        this.kind = kind;
        this.lateral = lateral;
        this.rerun = lateral && kind != JoinKind.RIGHT && kind != JoinKind.FULL;
        this.left = start(left);
        this.inner = lateral ? scope.child() : scope;
        this.right = Profile.start(right, inner);
        this.leftFields = left.fields();
        this.rightFields = right.fields();
        this.condition = condition;
        this.lasting = right instanceof Nodes.Materialize;
    }

    @Override
    public void open() {
        release();
        outer = null;
        running = false;
        unmatchedRight = -1;
        left.open();
    }

    @Override
    public @Nullable Batch next() {
        if (!rerun && kept == null) {
            if (lateral) inner.enter(RowView.EMPTY);
            right.open();
            kept = StoredRows.of(scope, right, rightFields);
            right.close();
        }
        if (kept != null && rightMatched == null) rightMatched = Nulls.create((int) kept.rows());
        while (unmatchedRight < 0) {
            if (outer == null) {
                outer = left.next();
                at = 0;
                if (outer == null) {
                    unmatchedRight = 0;
                    break;
                }
            }
            int row = outer.positions()[at];
            if (!running) begin(row);
            Batch inners = nextInner();
            if (inners == null) {
                Batch due = endRow(row);
                if (due != null) return due;
                continue;
            }
            Batch result = join(row, inners);
            if (result != null) return result;
        }
        return kind == JoinKind.RIGHT || kind == JoinKind.FULL ? unmatchedRight() : null;
    }

    private void begin(int row) {
        scope.context().checkInterrupts();
        running = true;
        matched = false;
        keptPage = 0;
        if (rerun) {
            inner.enter(new RowView.OfBatch(outer).at(outer, row));
            right.open();
        }
    }

    private @Nullable Batch nextInner() {
        if (matched && (kind == JoinKind.SEMI || kind == JoinKind.ANTI)) return null;
        if (rerun) return right.next();
        if (keptPage == kept.pages()) return null;
        from = keptPage * StoredRows.PAGE_ROWS;
        return kept.page(keptPage++);
    }

    private @Nullable Batch join(int row, Batch inners) {
        Vector[] columns = new Vector[leftFields.size() + rightFields.size()];
        for (int i = 0; i < leftFields.size(); i++) {
            Vector column = outer.columns()[i];
            Vector single = column instanceof ConstantVector constant ? constant.value() : column.gather(new int[] {row}, 1).flat();
            columns[i] = new ConstantVector(single, inners.rows());
        }
        System.arraycopy(inners.columns(), 0, columns, leftFields.size(), rightFields.size());
        Batch joined = inners.with(columns);
        if (condition != null) {
            int[] passed = new int[joined.selected()];
            joined = joined.select(passed, condition.select(scope, joined, passed));
        }
        if (joined.selected() == 0) return null;
        matched = true;
        if (kind == JoinKind.RIGHT || kind == JoinKind.FULL) {
            int base = from;
            int[] positions = joined.positions();
            for (int i = 0; i < joined.selected(); i++) Nulls.set(rightMatched, base + positions[i]);
        }
        return kind == JoinKind.SEMI || kind == JoinKind.ANTI ? null : joined;
    }

    private @Nullable Batch endRow(int row) {
        Batch batch = outer;
        running = false;
        if (rerun) right.close();
        if (++at >= batch.selected()) outer = null;
        boolean due = switch (kind) {
            case INNER, RIGHT -> false;
            case LEFT, FULL, ANTI -> !matched;
            case SEMI -> matched;
        };
        if (!due) return null;
        Batch single = batch.select(new int[] {row}, 1).dense();
        if (kind == JoinKind.SEMI || kind == JoinKind.ANTI) return single;
        Vector[] columns = java.util.Arrays.copyOf(single.columns(), leftFields.size() + rightFields.size());
        for (int i = 0; i < rightFields.size(); i++) {
            columns[leftFields.size() + i] = ConstantVector.of(rightFields.get(i).type().repr(), null, 1);
        }
        return Batch.of(columns, 1);
    }

    private @Nullable Batch unmatchedRight() {
        for (; unmatchedRight < kept.pages(); unmatchedRight++) {
            Batch page = kept.page(unmatchedRight);
            int[] due = new int[page.rows()];
            int count = 0;
            int base = unmatchedRight * StoredRows.PAGE_ROWS;
            for (int i = 0; i < page.rows(); i++) if (!Nulls.get(rightMatched, base + i)) due[count++] = i;
            if (count == 0) continue;
            unmatchedRight++;
            Vector[] columns = new Vector[leftFields.size() + rightFields.size()];
            for (int i = 0; i < leftFields.size(); i++) columns[i] = ConstantVector.of(leftFields.get(i).type().repr(), null, count);
            for (int i = 0; i < rightFields.size(); i++) columns[leftFields.size() + i] = page.columns()[i].gather(due, count);
            return Batch.of(columns, count);
        }
        return null;
    }

    @Override
    public void close() {
        left.close();
        right.close();
        release();
        outer = null;
    }

    /** A right side that is the same in every run is kept. */
    private void release() {
        rightMatched = null;
        if (kept == null || lasting && !RowOverride.active(scope)) return;
        kept.release();
        kept = null;
    }
}
