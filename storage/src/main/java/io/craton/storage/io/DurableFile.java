package io.craton.storage.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file written in whole blocks, each write durable when it returns. One writer; after a failed write its owner must not write again. Readers use
 * a {@link BlockFile} of the same file beside it and see what was written.
 */
public interface DurableFile extends AutoCloseable {
    /** A power of two: positions and lengths of writes are multiples of it. */
    int blockBytes();

    /** A buffer that can be written from: direct memory, aligned as the file wants it. */
    ByteBuffer allocate(int bytes);

    /** Writes everything that remains in a buffer made by {@link #allocate}. */
    void write(ByteBuffer from, long position) throws IOException;

    @Override
    void close() throws IOException;
}
