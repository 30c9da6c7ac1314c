package io.craton.storage.columnar;

import io.craton.storage.projection.RowSource;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.row.RowCodec;
import org.jspecify.annotations.Nullable;

/**
 * Where a table's rows are read from.
 *
 * @param temporary the rows of one session alone, which have no history: there is only the newest state
 */
public record StoredTable(TenantProjection projection, long storage, RowCodec codec, boolean temporary) {
    RowSource scan(byte @Nullable [] from, byte @Nullable [] to, long snapshot) {
        return projection.scan(storage, from, to, false, snapshot);
    }

    byte @Nullable [] get(byte[] key, long snapshot) {
        return projection.get(storage, key, snapshot);
    }

    /** At or above the position of every change that the watchers were told of before this call. */
    long lastChange() {
        return projection.lastChange(storage);
    }

    /** Everything at or below it can be read. */
    long published() {
        return temporary ? Long.MAX_VALUE : projection.state().position();
    }
}
