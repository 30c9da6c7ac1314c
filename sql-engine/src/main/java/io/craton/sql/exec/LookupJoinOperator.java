package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.plan.PlanNode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For each left row the right rows that a look-up finds. INNER, LEFT, SEMI and ANTI. The residual sees left and right fields. */
abstract class LookupJoinOperator extends Operator {
    final JoinKind kind;
    final @Nullable Evaluator residual;
    /** The left batch at work, and the place among its selected rows of the one that is looked up. */
    @Nullable Batch outer;
    int at;
    private final RowSource left;
    private final List<Relation.Field> leftFields;
    private final List<Relation.Field> rightFields;
    private long[] matched = new long[0];

    LookupJoinOperator(Scope scope, JoinKind kind, PlanNode left, List<Relation.Field> rightFields, @Nullable Evaluator residual) {
        super(scope);
        this.kind = kind;
        this.left = start(left);
        this.leftFields = left.fields();
        this.rightFields = rightFields;
        this.residual = residual;
    }

    /**
     * Finds the next pairs, at most a batch of them, and keeps their right rows.
     *
     * @param lefts takes the positions of their left rows
     * @return how many; none when the left batch is through
     */
    abstract int collect(int[] lefts);

    /** A field of the right rows found last. */
    abstract Vector right(int field, int count);

    /** Lets go of a look-up that is under way. */
    abstract void abandon();

    /** Whether one right row is enough, whatever it holds. */
    final boolean oneIsEnough() {
        return residual == null && (kind == JoinKind.SEMI || kind == JoinKind.ANTI);
    }

    @Override
    public final void open() {
        abandon();
        outer = null;
        left.open();
    }

    @Override
    public final @Nullable Batch next() {
        while (true) {
            scope.context().checkInterrupts();
            if (outer == null) {
                outer = left.next();
                if (outer == null) return null;
                at = -1;
                abandon();
                matched = Nulls.create(outer.rows());
            }
            int[] lefts = new int[Batch.SIZE];
            int count = collect(lefts);
            Batch result = count == 0 ? finish() : join(lefts, count);
            if (result != null) return result;
        }
    }

    private @Nullable Batch join(int[] lefts, int count) {
        Vector[] columns = new Vector[leftFields.size() + rightFields.size()];
        for (int i = 0; i < leftFields.size(); i++) columns[i] = outer.columns()[i].gather(lefts, count);
        for (int i = 0; i < rightFields.size(); i++) columns[leftFields.size() + i] = right(i, count);
        Batch joined = Batch.of(columns, count);
        if (residual != null) {
            int[] passed = new int[count];
            joined = joined.select(passed, residual.select(scope, joined, passed));
        }
        int[] positions = joined.positions();
        for (int i = 0; i < joined.selected(); i++) Nulls.set(matched, lefts[positions[i]]);
        return joined.selected() == 0 || kind == JoinKind.SEMI || kind == JoinKind.ANTI ? null : joined;
    }

    private @Nullable Batch finish() {
        Batch batch = outer;
        outer = null;
        if (kind == JoinKind.INNER) return null;
        boolean wanted = kind == JoinKind.SEMI;
        int[] due = new int[batch.selected()];
        int count = 0;
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) {
            if (Nulls.get(matched, positions[i]) == wanted) due[count++] = positions[i];
        }
        if (count == 0) return null;
        Batch result = batch.select(due, count);
        if (kind != JoinKind.LEFT) return result;
        Vector[] columns = Arrays.copyOf(batch.columns(), leftFields.size() + rightFields.size());
        for (int i = 0; i < rightFields.size(); i++) {
            columns[leftFields.size() + i] = ConstantVector.of(rightFields.get(i).type().repr(), null, batch.rows());
        }
        return result.with(columns);
    }

    @Override
    public final void close() {
        abandon();
        left.close();
        outer = null;
    }
}
