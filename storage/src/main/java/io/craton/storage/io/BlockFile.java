package io.craton.storage.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file read and written at positions. One writer; any number of readers, also beside the writer. After a write or sync has failed the
 * state of the file is unknown and its owner must not write to it again.
 */
public interface BlockFile extends AutoCloseable {
    long size() throws IOException;

    /** Reads until the buffer is full or the file ends; answers the number of bytes read, possibly 0, never -1. */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes everything that remains in the buffer. */
    void write(ByteBuffer from, long position) throws IOException;

    void truncate(long size) throws IOException;

    /** Makes contents and size durable (fdatasync). */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
