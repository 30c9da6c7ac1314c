package io.craton.sql.largeobject;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/** A file of the machine on which the session runs, read or written from its start to its end. Errors have PostgreSQL's words and codes. */
public final class ServerFile implements AutoCloseable {
    /** Bytes that are read at once: a multiple of a page. */
    public static final int PART = 64 * LargeObject.PAGE;

    private final String name;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(PART);

    private ServerFile(String name, FileChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    public static ServerFile open(String name) {
        try {
            return new ServerFile(name, FileChannel.open(path(name), StandardOpenOption.READ));
        } catch (IOException e) {
            throw failed("could not open server file", name, e);
        }
    }

    /** Makes the file, or empties it. All may read it. */
    public static ServerFile create(String name) {
        try {
            return new ServerFile(name, FileChannel.open(path(name), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"))));
        } catch (IOException e) {
            throw failed("could not create server file", name, e);
        }
    }

    private static Path path(String name) throws IOException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new NoSuchFileException(name);
        }
    }

    /** The next bytes; none at the end. All but the last have the size of {@link #PART}. */
    public byte[] read() {
        buffer.clear();
        try {
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) continue;
        } catch (IOException e) {
            throw failed("could not read server file", name, e);
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    public void write(byte[] bytes) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        try {
            while (rest.hasRemaining()) channel.write(rest);
        } catch (IOException e) {
            throw failed("could not write server file", name, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed("could not close file", name, e);
        }
    }

    private static PgException failed(String what, String name, IOException cause) {
        String told = reason(cause);
        return new PgException(PgError.error(state(told), what + " \"" + name + "\": " + told), cause);
    }

    /** As the C library says it. */
    private static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException none -> "No such file or directory";
            case AccessDeniedException denied -> "Permission denied";
            case FileAlreadyExistsException there -> "File exists";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }

    private static SqlState state(String reason) {
        return switch (reason) {
            case "No such file or directory" -> SqlState.UNDEFINED_FILE;
            case "Permission denied", "Operation not permitted", "Read-only file system" -> SqlState.INSUFFICIENT_PRIVILEGE;
            case "File exists" -> SqlState.DUPLICATE_FILE;
            case "Is a directory", "Not a directory" -> SqlState.WRONG_OBJECT_TYPE;
            case "No space left on device" -> SqlState.DISK_FULL;
            case "Too many open files" -> SqlState.INSUFFICIENT_RESOURCES;
            case "Input/output error" -> SqlState.IO_ERROR;
            default -> SqlState.INTERNAL_ERROR;
        };
    }
}
