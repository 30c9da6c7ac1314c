package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.AccessPath;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.Transaction;
import java.util.BitSet;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table by an access path. Columns of the filter are decoded first, the others only for rows that pass, and only those that somebody reads.
 * While a locked row is re-checked, the scan of its table gives that row alone ({@link RowOverride}).
 */
public final class TableScanOperator extends Operator {
    private final RowDecoder decoder;
    private final AccessPath path;
    private final @Nullable Evaluator filter;
    private final @Nullable Evaluator whole;
    private final BitSet filterFields;
    private final BitSet needed;
    private final Object identity;
    private @Nullable Iterator<KeyRange> ranges;
    private @Nullable RowCursor cursor;
    private byte[][] keys = new byte[Batch.SIZE][];
    private byte[][] rows = new byte[Batch.SIZE][];
    private boolean overridden;
    private int wanted;

    /**
     * @param filter what the path does not already guarantee
     * @param whole all conditions, for a row that did not come by the path
     * @param identity the plan node, by which an override finds its scan
     */
    public TableScanOperator(Scope scope, RowDecoder decoder, AccessPath path, @Nullable Evaluator filter, @Nullable Evaluator whole,
            BitSet filterFields, BitSet needed, Object identity) {
        super(scope);
        this.decoder = decoder;
        this.path = path;
        this.filter = filter;
        this.whole = whole;
        this.filterFields = filterFields;
        this.needed = needed;
        this.identity = identity;
    }

    @Override
    public void open() {
        close();
        ranges = null;
        overridden = false;
        wanted = 32;
    }

    @Override
    public @Nullable Batch next() {
        RowOverride override = RowOverride.of(scope, identity);
        if (override != null) return overridden(override);
        if (ranges == null) ranges = path.ranges(scope, RowView.EMPTY).iterator();
        while (true) {
            scope.context().checkInterrupts();
            int count = fill();
            if (count == 0) return null;
            Batch batch = decode(count, filter, filterFields);
            if (batch != null) return batch;
        }
    }

    private @Nullable Batch overridden(RowOverride override) {
        if (overridden) return null;
        overridden = true;
        keys[0] = override.key();
        rows[0] = override.row();
        return decode(1, whole, everything());
    }

    /** Reads up to a batch of stored rows; batches start small so that LIMIT and EXISTS read little. */
    private int fill() {
        int count = 0;
        int size = wanted;
        wanted = Math.min(Batch.SIZE, wanted * 4);
        Transaction transaction = scope.context().transaction();
        TableDef table = decoder.table();
        while (count < size) {
            if (cursor == null) {
                if (!ranges.hasNext()) break;
                KeyRange range = ranges.next();
                cursor = path.index() == null || path.index().clustered()
                        ? transaction.scan(table, range, path.reverse())
                        : transaction.scanIndex(table, path.index(), range, path.reverse());
            }
            if (cursor.next()) {
                keys[count] = cursor.key();
                rows[count++] = cursor.row();
            } else {
                cursor.close();
                cursor = null;
            }
        }
        return count;
    }

    private BitSet everything() {
        BitSet all = new BitSet();
        all.set(0, decoder.width());
        return all;
    }

    private @Nullable Batch decode(int count, @Nullable Evaluator condition, BitSet first) {
        Vector[] columns = new Vector[decoder.width()];
        if (condition == null) {
            fillNeeded(columns, count);
            return Batch.of(columns, count);
        }
        for (int i = 0; i < columns.length; i++) {
            columns[i] = first.get(i) ? decoder.vector(i, keys, rows, count) : decoder.absent(i, count);
        }
        int[] passed = new int[count];
        int hits = condition.select(scope, Batch.of(columns, count), passed);
        if (hits == 0) return null;
        if (hits < count) {
            for (int i = 0; i < columns.length; i++) {
                columns[i] = first.get(i) ? columns[i].gather(passed, hits) : decoder.absent(i, hits);
            }
            for (int i = 0; i < hits; i++) {
                keys[i] = keys[passed[i]];
                rows[i] = rows[passed[i]];
            }
        }
        for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
            if (!first.get(i)) columns[i] = decoder.vector(i, keys, rows, hits);
        }
        return Batch.of(columns, hits);
    }

    private void fillNeeded(Vector[] columns, int count) {
        for (int i = 0; i < columns.length; i++) {
            columns[i] = needed.get(i) ? decoder.vector(i, keys, rows, count) : decoder.absent(i, count);
        }
    }

    @Override
    public void close() {
        if (cursor != null) cursor.close();
        cursor = null;
        ranges = null;
    }
}
