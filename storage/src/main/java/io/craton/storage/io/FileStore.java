package io.craton.storage.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One folder. Creating, renaming and deleting become durable with {@link #syncFolder}; until then a crash may undo them in any
 * combination. A rename is atomic.
 */
public interface FileStore {
    /** Names of the files here, sorted. */
    List<String> list() throws IOException;

    boolean exists(String name) throws IOException;

    /** Opens an existing file for reading and writing. */
    BlockFile open(String name) throws IOException;

    /**
     * A second way to write an existing file: each write is durable when it returns and goes past the page cache. Null where the file system
     * has no such thing.
     */
    default @Nullable DurableFile openDurable(String name) throws IOException {
        return null;
    }

    /** Creates an empty file; it must not exist. */
    BlockFile create(String name) throws IOException;

    /** Replaces {@code to} if it exists. Open files follow their name. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    void syncFolder() throws IOException;

    /** A folder inside this one, created if it is missing. */
    FileStore folder(String name) throws IOException;

    /** Bytes that can still be written here, as far as anybody knows. */
    default long usableBytes() throws IOException {
        return Long.MAX_VALUE;
    }

    /** Where this is, for messages. */
    String describe();

    /** Gives a file of the same file system, which nobody writes to any more, a second name here. */
    default void link(Path file, String name) throws IOException {
        throw new IOException("files of " + describe() + " have one name");
    }
}
