package io.craton.storage.txn;

import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.TenantState;
import org.jspecify.annotations.Nullable;

/** Committed rows as they were at a position, under the definitions of that moment. Nobody changes them any more, so nothing is locked or remembered for them. */
final class PastReads implements RowReads {
    private final TransactionPast past;
    private final TenantState state;
    private final long position;

    PastReads(TransactionPast past, TenantState state, long position) {
        this.past = past;
        this.state = state;
        this.position = position;
    }

    long position() {
        return position;
    }

    TenantState state() {
        return state;
    }

    @Override
    public byte @Nullable [] get(TableDef table, byte[] key) {
        if (past.mayNotWait()) {
            byte[] row = getCached(table, key);
            if (row == Transaction.NOT_CACHED) throw WouldBlockException.INSTANCE;
            return row;
        }
        return past.projectionAt(table, position).get(table.storageId(), key, position);
    }

    @Override
    public byte @Nullable [] getCached(TableDef table, byte[] key) {
        return past.projectionAt(table, position).getFromMemory(table.storageId(), key, position, Transaction.NOT_CACHED);
    }

    @Override
    public RowCursor scan(TableDef table, KeyRange range, boolean reverse) {
        requireThread();
        return new PlainRows(past.projectionAt(table, position).scan(table.storageId(), range.from(), range.to(), reverse, position));
    }

    @Override
    public RowCursor scanIndex(TableDef table, IndexDef index, KeyRange range, boolean reverse) {
        if (index.clustered()) return scan(table, range, reverse);
        requireThread();
        IndexLayout layout = state.schema().layout(table).index(index);
        return new PlainRows(past.projectionAt(table, position).scanIndex(table.storageId(), layout, range.from(), range.to(), reverse, position));
    }

    private void requireThread() {
        if (past.mayNotWait()) throw WouldBlockException.INSTANCE;
    }
}
