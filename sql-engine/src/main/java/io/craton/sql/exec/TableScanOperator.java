package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.AccessPath;
import io.craton.sql.plan.Nodes;
import io.craton.storage.columnar.ColumnScan;
import io.craton.storage.columnar.ColumnScan.Piece;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.Transaction;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table by an access path. A scan of the whole table takes columns when storage has them ({@link ColumnRoad}); all else, and its first rows, come from
 * stored rows ({@link RowRoad}). While a locked row is re-checked, the scan of its table gives that row alone ({@link RowOverride}).
 */
public final class TableScanOperator extends Operator {
    private static final int TABLE_ROWS_MIN = 256;
    /** A scan that ends early shall not decode a whole segment. */
    private static final int ROWS_BEFORE_DECODING = 2048;

    private final Nodes.TableScan plan;
    private final RowDecoder decoder;
    private final AccessPath path;
    private final int[] chunkOf;
    private final int @Nullable [] columnFields;
    private @Nullable ScanTests tests;
    private @Nullable ColumnScan columns;
    private @Nullable RowRoad rows;
    private @Nullable ColumnRoad piece;
    private boolean byColumn;
    private boolean overridden;

    public TableScanOperator(Scope scope, Nodes.TableScan plan) {
        super(scope);
        this.plan = plan;
        this.decoder = plan.decoder();
        this.path = plan.path();
        this.chunkOf = new int[decoder.width()];
        this.columnFields = columnFields();
    }

    /** Stored fields that are read at all, when the path is such that they may come by column. */
    private int @Nullable [] columnFields() {
        boolean whole = path.isFull() && !path.reverse() && (path.index() == null || path.index().clustered());
        BitSet read = (BitSet) plan.needed().clone();
        read.or(plan.filter().fields());
        if (!whole || read.length() > decoder.stored()) return null;
        return read.stream().toArray();
    }

    @Override
    public void open() {
        close();
        overridden = false;
    }

    @Override
    public @Nullable Batch next() {
        RowOverride override = RowOverride.of(scope, plan.origin());
        if (override != null) return overridden(override);
        if (tests == null) begin();
        while (true) {
            if (byColumn) {
                Batch batch = piece == null ? null : piece.next(tests);
                if (batch != null) return batch;
                piece = null;
                if (rows != null) {
                    batch = rows.next(tests);
                    if (batch != null) return batch;
                    closeRows();
                }
                if (!nextPiece()) return null;
                continue;
            }
            if (columns != null && (rows.read() >= ROWS_BEFORE_DECODING || rows.read() == 0 && columns.ready())) {
                startColumns();
                continue;
            }
            return rows.next(tests);
        }
    }

    private void begin() {
        List<KeyFilters.Entry> joins = KeyFilters.of(scope, plan.identity()).entries();
        tests = new ScanTests(scope, plan.filter(), joins);
        rows = new RowRoad(scope, decoder, path, plan.needed(), path.ranges(scope, RowView.EMPTY).iterator());
        columns = columns(joins);
    }

    /** The columns at the snapshot of this very moment; small tables are left to the rows. */
    private @Nullable ColumnScan columns(List<KeyFilters.Entry> joins) {
        if (columnFields == null) return null;
        Transaction transaction = scope.context().transaction();
        if (transaction.rowCount(decoder.table()) < TABLE_ROWS_MIN) return null;
        BitSet read = new BitSet();
        for (int field : columnFields) read.set(field);
        for (KeyFilters.Entry join : joins) read.set(join.field());
        int[] fields = read.stream().toArray();
        int[] numbers = new int[fields.length];
        for (int i = 0; i < fields.length; i++) {
            chunkOf[fields[i]] = i;
            numbers[i] = decoder.column(fields[i]);
        }
        return transaction.columns(decoder.table(), numbers, scope.context()::checkInterrupts);
    }

    /** Goes on by column behind the rows that were read already. */
    private void startColumns() {
        byte[] last = rows.lastKey();
        if (last != null) columns.startAt(Arrays.copyOf(last, last.length + 1));
        closeRows();
        byColumn = true;
    }

    private boolean nextPiece() {
        Piece next = columns.next();
        if (next == null) return false;
        switch (next) {
            case Piece.Columns decoded -> piece = new ColumnRoad(scope, decoder, plan.needed(), chunkOf, plan.ordered(), decoded, tests);
            case Piece.Stored stored -> rows = new RowRoad(scope, decoder, path, plan.needed(), List.<KeyRange>of(stored.range()).iterator());
        }
        return true;
    }

    private @Nullable Batch overridden(RowOverride override) {
        if (overridden) return null;
        overridden = true;
        return new RowRoad(scope, decoder, path, plan.needed(), List.<KeyRange>of().iterator())
                .single(override.key(), override.row(), new ScanTests(scope, plan.whole(), List.of()));
    }

    private void closeRows() {
        if (rows != null) rows.close();
        rows = null;
    }

    @Override
    public void close() {
        closeRows();
        tests = null;
        columns = null;
        piece = null;
        byColumn = false;
    }
}
