package io.craton.storage.txn;

/** Rows in key order. Arrays are owned by the cursor's reader once returned. Close it. One thread. */
public interface RowCursor extends AutoCloseable {
    boolean next();

    /** Key of the row in its table (not the index key). */
    byte[] key();

    /** Stored image, read with {@code RowCodec}. */
    byte[] row();

    /** Position that wrote this version; 0 for the transaction's own uncommitted writes. */
    long version();

    @Override
    void close();
}
