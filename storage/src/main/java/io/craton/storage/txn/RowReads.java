package io.craton.storage.txn;

import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.columnar.ColumnScan;
import org.jspecify.annotations.Nullable;

/** Rows of tables at one moment: a transaction's snapshot under what it has written, or a position of the past. */
public interface RowReads {
    /** The visible row with this key, or null. The image is shared with the row cache: never change it. */
    byte @Nullable [] get(TableDef table, byte[] key);

    /** As {@link #get}, but only from memory; {@link Transaction#NOT_CACHED} when a disk read would be needed. */
    byte @Nullable [] getCached(TableDef table, byte[] key);

    RowCursor scan(TableDef table, KeyRange range, boolean reverse);

    /** Rows in index order. The range is over the index's own key parts. */
    RowCursor scanIndex(TableDef table, IndexDef index, KeyRange range, boolean reverse);

    /**
     * All rows of the table at the current snapshot, by column, in key order, this transaction's own writes included; null when {@link #scan} is the better way: the
     * table was never scanned before, or the transaction wrote much to it or changed the schema, or the moment is past.
     *
     * @param columns 0-based columns to give
     * @param interrupts called now and then while rows are decoded; may throw
     */
    default @Nullable ColumnScan columns(TableDef table, int[] columns, Runnable interrupts) {
        return null;
    }
}
