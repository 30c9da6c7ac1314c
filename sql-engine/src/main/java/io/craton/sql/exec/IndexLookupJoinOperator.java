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
import io.craton.sql.plan.AccessPath;
import io.craton.sql.plan.PlanNode;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.Transaction;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For each left row the right table's rows by key or index. INNER, LEFT, SEMI and ANTI. The residual sees left and right fields. */
public final class IndexLookupJoinOperator extends Operator {
    private final JoinKind kind;
    private final RowSource left;
    private final List<Relation.Field> leftFields;
    private final List<Relation.Field> rightFields;
    private final RowDecoder decoder;
    private final AccessPath path;
    private final @Nullable Evaluator residual;
    private final BitSet needed;
    private final Object identity;
    private @Nullable Batch outer;
    private int at;
    private @Nullable RowCursor cursor;
    private java.util.Iterator<KeyRange> ranges = java.util.Collections.emptyIterator();
    private long[] matched = new long[0];

    public IndexLookupJoinOperator(Scope scope, JoinKind kind, PlanNode left, List<Relation.Field> rightFields, RowDecoder decoder,
            AccessPath path, @Nullable Evaluator residual, BitSet needed, Object identity) {
        super(scope);
        this.kind = kind;
        this.left = start(left);
        this.leftFields = left.fields();
        this.rightFields = rightFields;
        this.decoder = decoder;
        this.path = path;
        this.residual = residual;
        this.needed = needed;
        this.identity = identity;
    }

    @Override
    public void open() {
        closeCursor();
        outer = null;
        left.open();
    }

    private void closeCursor() {
        if (cursor != null) cursor.close();
        cursor = null;
    }

    @Override
    public @Nullable Batch next() {
        while (true) {
            scope.context().checkInterrupts();
            if (outer == null) {
                outer = left.next();
                if (outer == null) return null;
                at = -1;
                ranges = java.util.Collections.emptyIterator();
                matched = Nulls.create(outer.rows());
            }
            int[] lefts = new int[Batch.SIZE];
            byte[][] keys = new byte[Batch.SIZE][];
            byte[][] rows = new byte[Batch.SIZE][];
            int count = collect(lefts, keys, rows);
            Batch result = count == 0 ? finish() : join(lefts, keys, rows, count);
            if (result != null) return result;
        }
    }

    /** Pairs of left positions and stored right rows; none when the left batch is through. */
    private int collect(int[] lefts, byte[][] keys, byte[][] rows) {
        int count = 0;
        Transaction transaction = scope.context().transaction();
        RowView.OfBatch row = new RowView.OfBatch(outer);
        RowOverride override = RowOverride.of(scope, identity);
        boolean existence = kind == JoinKind.SEMI || kind == JoinKind.ANTI;
        while (count < Batch.SIZE) {
            if (cursor != null) {
                if (cursor.next()) {
                    lefts[count] = outer.positions()[at];
                    keys[count] = cursor.key();
                    rows[count++] = cursor.row();
                    if (existence && residual == null) {
                        closeCursor();
                        ranges = java.util.Collections.emptyIterator();
                    }
                    continue;
                }
                closeCursor();
            }
            if (ranges.hasNext()) {
                KeyRange range = ranges.next();
                cursor = path.index() == null || path.index().clustered()
                        ? transaction.scan(decoder.table(), range, false)
                        : transaction.scanIndex(decoder.table(), path.index(), range, false);
                continue;
            }
            if (++at >= outer.selected()) {
                at = outer.selected();
                break;
            }
            row.position = outer.positions()[at];
            if (override != null) {
                lefts[count] = row.position;
                keys[count] = override.key();
                rows[count++] = override.row();
                continue;
            }
            if (path.wholeUnique() && (path.index() == null || path.index().clustered())) {
                byte[] key = key(row);
                byte[] found = key == null ? null : transaction.get(decoder.table(), key);
                if (found != null) {
                    lefts[count] = row.position;
                    keys[count] = key;
                    rows[count++] = found;
                }
                continue;
            }
            ranges = path.ranges(scope, row).iterator();
        }
        return count;
    }

    private byte @Nullable [] key(RowView row) {
        Object[] values = new Object[path.equal().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = path.equal().get(i).value(scope, row);
            if (values[i] == null || !path.codec().fits(i, values[i])) return null;
        }
        return path.codec().encode(values);
    }

    private @Nullable Batch join(int[] lefts, byte[][] keys, byte[][] rows, int count) {
        Vector[] columns = new Vector[leftFields.size() + rightFields.size()];
        for (int i = 0; i < leftFields.size(); i++) columns[i] = outer.columns()[i].gather(lefts, count);
        for (int i = 0; i < rightFields.size(); i++) {
            columns[leftFields.size() + i] = needed.get(i) ? decoder.vector(i, keys, rows, count) : decoder.absent(i, count);
        }
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
    public void close() {
        closeCursor();
        left.close();
        outer = null;
    }
}
