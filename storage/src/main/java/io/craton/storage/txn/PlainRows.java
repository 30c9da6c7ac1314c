package io.craton.storage.txn;

import io.craton.storage.projection.RowSource;
import io.craton.storage.row.RowCodec;

/** Committed rows as they are. */
record PlainRows(RowSource rows) implements RowCursor {
    @Override
    public boolean next() {
        return rows.next();
    }

    @Override
    public byte[] key() {
        return rows.key();
    }

    @Override
    public byte[] row() {
        return rows.row();
    }

    @Override
    public long version() {
        return RowCodec.version(rows.row());
    }

    @Override
    public void close() {
        rows.close();
    }
}
