package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.AccessPath;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.columnar.ColumnScan;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.Transaction;
import java.util.BitSet;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table by an access path. Columns of the filter are decoded first, the others only for rows that pass, and only those that somebody reads.
 * A scan of the whole table takes decoded columns when storage has them; the row road gives the same rows in the same order.
 * While a locked row is re-checked, the scan of its table gives that row alone ({@link RowOverride}).
 */
public final class TableScanOperator extends Operator {
    private static final int TABLE_ROWS_MIN = 256;
    /** A scan that ends early shall not decode a whole segment. */
    private static final int ROWS_BEFORE_DECODING = 2048;
    private static final Batch END = Batch.of(new Vector[0], 0);
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
    private final int @Nullable [] columnFields;
    private final int[] columnOf;
    private @Nullable ColumnScan columns;
    private boolean byColumn;
    private long rowsRead;
    private long skip;
    private int segmentAt;

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
        this.columnOf = new int[decoder.width()];
        this.columnFields = columnFields();
    }

    /** Stored fields that are read at all, when the path is such that they may come by column. */
    private int @Nullable [] columnFields() {
        boolean whole = path.isFull() && !path.reverse() && (path.index() == null || path.index().clustered());
        BitSet read = (BitSet) needed.clone();
        if (filter != null) read.or(filterFields);
        if (!whole || read.length() > decoder.stored()) return null;
        int[] fields = read.stream().toArray();
        for (int i = 0; i < fields.length; i++) columnOf[fields[i]] = i;
        return fields;
    }

    @Override
    public void open() {
        close();
        ranges = null;
        overridden = false;
        wanted = 32;
        columns = null;
        byColumn = false;
        rowsRead = 0;
    }

    @Override
    public @Nullable Batch next() {
        RowOverride override = RowOverride.of(scope, identity);
        if (override != null) return overridden(override);
        if (ranges == null) {
            ranges = path.ranges(scope, RowView.EMPTY).iterator();
            columns = columns();
        }
        while (true) {
            scope.context().checkInterrupts();
            if (columns != null && !byColumn && (rowsRead >= ROWS_BEFORE_DECODING || columns.ready())) startColumns();
            if (byColumn) {
                Batch batch = nextOfColumns();
                if (batch == END) return null;
                if (batch != null) return batch;
                continue;
            }
            int count = fill();
            rowsRead += count;
            if (count == 0) return null;
            Batch batch = decode(count, filter, filterFields);
            if (batch != null) return batch;
        }
    }

    /** The columns at the snapshot of this very moment; small tables are left to the rows. */
    private @Nullable ColumnScan columns() {
        if (columnFields == null) return null;
        Transaction transaction = scope.context().transaction();
        if (transaction.rowCount(decoder.table()) < TABLE_ROWS_MIN) return null;
        int[] numbers = new int[columnFields.length];
        for (int i = 0; i < numbers.length; i++) numbers[i] = decoder.column(columnFields[i]);
        return transaction.columns(decoder.table(), numbers, scope.context()::checkInterrupts);
    }

    /** Goes on by column behind the rows that were read already: the order is the same. */
    private void startColumns() {
        byColumn = true;
        if (cursor != null) cursor.close();
        cursor = null;
        skip = rowsRead;
        segmentAt = Integer.MAX_VALUE;
    }

    /** {@link #END}, or null when no row of the next piece passed. */
    private @Nullable Batch nextOfColumns() {
        while (segmentAt >= columns.rows()) {
            if (!columns.next()) return END;
            segmentAt = (int) Math.min(skip, columns.rows());
            skip -= segmentAt;
        }
        int from = segmentAt;
        int count = Math.min(Batch.SIZE, columns.rows() - from);
        segmentAt += count;
        Vector[] vectors = new Vector[decoder.width()];
        if (filter == null) {
            for (int i = 0; i < vectors.length; i++) {
                vectors[i] = needed.get(i) ? columns.column(columnOf[i]).slice(from, count) : decoder.absent(i, count);
            }
            return Batch.of(vectors, count);
        }
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = filterFields.get(i) ? columns.column(columnOf[i]).slice(from, count) : decoder.absent(i, count);
        }
        Batch batch = Batch.of(vectors, count);
        int[] passed = new int[count];
        int hits = filter.select(scope, batch, passed);
        if (hits == 0) return null;
        boolean most = hits * 2 > count;
        int[] rowsOfSegment = new int[most ? 0 : hits];
        for (int i = 0; i < rowsOfSegment.length; i++) rowsOfSegment[i] = from + passed[i];
        for (int i = 0; i < vectors.length; i++) {
            if (!needed.get(i)) vectors[i] = decoder.absent(i, most ? count : hits);
            else if (!most) vectors[i] = columns.column(columnOf[i]).gather(rowsOfSegment, hits);
            else if (!filterFields.get(i)) vectors[i] = columns.column(columnOf[i]).slice(from, count);
        }
        if (!most) return Batch.of(vectors, hits);
        return hits == count ? Batch.of(vectors, count) : new Batch(vectors, count, passed, hits);
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
        columns = null;
    }
}
