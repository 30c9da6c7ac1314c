package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.plan.AccessPath;
import io.craton.sql.plan.PlanNode;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.RowReads;
import java.util.BitSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For each left row the right table's rows by key or index. */
public final class IndexLookupJoinOperator extends LookupJoinOperator {
    private final RowDecoder decoder;
    private final AccessPath path;
    private final BitSet needed;
    private final Object identity;
    private final byte[][] keys = new byte[Batch.SIZE][];
    private final byte[][] rows = new byte[Batch.SIZE][];
    private @Nullable RowCursor cursor;
    private Iterator<KeyRange> ranges = Collections.emptyIterator();

    public IndexLookupJoinOperator(Scope scope, JoinKind kind, PlanNode left, List<Relation.Field> rightFields, RowDecoder decoder,
            AccessPath path, @Nullable Evaluator residual, BitSet needed, Object identity) {
        super(scope, kind, left, rightFields, residual);
        this.decoder = decoder;
        this.path = path;
        this.needed = needed;
        this.identity = identity;
    }

    @Override
    void abandon() {
        closeCursor();
        ranges = Collections.emptyIterator();
    }

    private void closeCursor() {
        if (cursor != null) cursor.close();
        cursor = null;
    }

    @Override
    Vector right(int field, int count) {
        return needed.get(field) ? decoder.vector(field, keys, rows, count) : decoder.absent(field, count);
    }

    @Override
    int collect(int[] lefts) {
        int count = 0;
        RowReads reads = decoder.reads(scope.context().transaction());
        RowView.OfBatch row = new RowView.OfBatch(outer);
        RowOverride override = RowOverride.of(scope, identity);
        while (count < Batch.SIZE) {
            if (cursor != null) {
                if (cursor.next()) {
                    lefts[count] = outer.positions()[at];
                    keys[count] = cursor.key();
                    rows[count++] = cursor.row();
                    if (oneIsEnough()) abandon();
                    continue;
                }
                closeCursor();
            }
            if (ranges.hasNext()) {
                KeyRange range = ranges.next();
                cursor = path.index() == null || path.index().clustered()
                        ? reads.scan(decoder.table(), range, false)
                        : reads.scanIndex(decoder.table(), path.index(), range, false);
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
                byte[] found = key == null ? null : reads.get(decoder.table(), key);
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
}
