package io.craton.storage.projection;

/** Rows in an order, one at a time. {@link #order} is what the rows are sorted by: the row key, or an index's parts and the row key. One thread. */
public interface RowSource extends AutoCloseable {
    boolean next();

    byte[] order();

    byte[] key();

    byte[] row();

    @Override
    void close();
}
