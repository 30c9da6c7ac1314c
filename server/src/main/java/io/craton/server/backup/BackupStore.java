package io.craton.server.backup;

import java.io.IOException;
import java.util.List;

/** Where a backup lies: things with names, each there whole or not at all. Names are paths with slashes. One thread. */
public interface BackupStore extends AutoCloseable {
    /** Something that is there. */
    record Item(String name, long bytes) {}

    /** What is there under a folder, in any order. */
    List<Item> list(String folder) throws IOException;

    boolean exists(String name) throws IOException;

    byte[] read(String name) throws IOException;

    /** Durable when it returns, and there as it was given; in the place of what had that name. */
    void write(String name, byte[] content) throws IOException;

    void delete(String name) throws IOException;

    /** For messages. */
    String describe();

    @Override
    void close() throws IOException;
}
