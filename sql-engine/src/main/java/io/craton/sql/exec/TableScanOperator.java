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
    private @Nullable ScanTests tests;
    private final @Nullable SharedScan shared;
    private final boolean leader;
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
        this.shared = (SharedScan) scope.shared(plan.identity());
        this.leader = scope.statement() == scope.leader().statement();
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
        int[] fields = plan.byColumn() ? fieldsByColumn(plan, joins) : new int[0];
        for (int i = 0; i < fields.length; i++) chunkOf[fields[i]] = i;
        if (shared != null) {
            byColumn = true;
            return;
        }
        rows = new RowRoad(scope, decoder, path, plan.needed(), path.ranges(scope, RowView.EMPTY).iterator());
        columns = columns(scope, plan);
    }

    /** Fields that are read at all, in the order in which their columns are asked for. */
    private static int[] fieldsByColumn(Nodes.TableScan plan, List<KeyFilters.Entry> joins) {
        BitSet read = (BitSet) plan.needed().clone();
        read.or(plan.filter().fields());
        for (KeyFilters.Entry join : joins) read.set(join.field());
        return read.stream().toArray();
    }

    /** The columns at the snapshot of this very moment; small tables are left to the rows. */
    static @Nullable ColumnScan columns(Scope scope, Nodes.TableScan plan) {
        if (!plan.byColumn() || plan.decoder().asOf() >= 0) return null;
        Transaction transaction = scope.context().transaction();
        if (transaction.rowCount(plan.decoder().table()) < TABLE_ROWS_MIN) return null;
        int[] numbers = fieldsByColumn(plan, KeyFilters.of(scope, plan.identity()).entries());
        for (int i = 0; i < numbers.length; i++) numbers[i] = plan.decoder().column(numbers[i]);
        return transaction.columns(plan.decoder().table(), numbers, scope.context()::checkInterrupts);
    }

    /** Goes on by column behind the rows that were read already. */
    private void startColumns() {
        byte[] last = rows.lastKey();
        if (last != null) columns.startAt(Arrays.copyOf(last, last.length + 1));
        closeRows();
        byColumn = true;
    }

    private boolean nextPiece() {
        Piece next = shared != null ? shared.next(leader) : columns.next();
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
