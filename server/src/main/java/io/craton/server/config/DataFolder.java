package io.craton.server.config;

import io.craton.server.Version;
import io.craton.storage.engine.GroupFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A node's data folder, locked for this process as long as it is open. */
public final class DataFolder implements AutoCloseable {
    /** In meta/ while a restore fills the folder. */
    private static final String RESTORING = "restore.unfinished";
    /** A backup asks for the lock for a moment, to know whether there is a server. */
    private static final int LOCK_ATTEMPTS = 5;
    private static final long LOCK_PAUSE_NANOS = 20_000_000;
    /** Of the folder as a whole: raised when an older version must not open it. */
    private static final int FORMAT = 1;
    private static final String FORMAT_FILE = "state.json";
    private static final Pattern FORMAT_TEXT = Pattern.compile("\\{\"format\": (\\d{1,9}), \"written_by\": \"([^\"]*)\"");
    private static final Set<String> OWN = Set.of("log", "projections", "meta", "wal");

    private final Path root;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path root, FileChannel channel, FileLock lock) {
        this.root = root;
        this.channel = channel;
        this.lock = lock;
    }

    /** Creates the folder when it is missing or empty; refuses one that holds something else, or that another process uses. */
    public static DataFolder open(Path path) {
        Path root = path.toAbsolutePath().normalize();
        try {
            if (Files.exists(root) && !Files.isDirectory(root)) throw failure("data folder " + root + " is a file");
            Files.createDirectories(root.resolve("meta").getParent());
            refuseForeign(root);
            refuseUnfinished(root);
            refuseNewer(root);
            for (String name : OWN) Files.createDirectories(root.resolve(name));
            DataFolder folder = lock(root, "data folder " + root + " is in use by another craton-server");
            folder.writeFormat();
            return folder;
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw failure("data folder " + root + " cannot be created: " + e.getMessage());
        } catch (java.nio.file.AccessDeniedException e) {
            throw failure("data folder " + root + ": permission denied: " + e.getFile());
        } catch (IOException e) {
            throw failure("data folder " + root + " cannot be opened: " + e.getMessage());
        }
    }

    /** Whether {@link #open} would begin a new one there. */
    public static boolean isNew(Path path) {
        Path root = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(root)) return !Files.exists(root);
        try (Stream<Path> entries = Files.list(root)) {
            return entries.allMatch(entry -> entry.getFileName().toString().equals("lost+found"));
        } catch (IOException e) {
            return false; // open says what is wrong
        }
    }

    /** For tools that work beside no server: the folder must exist and be Craton's, and no process may use it. */
    public static DataFolder openOffline(Path path) {
        Path root = path.toAbsolutePath().normalize();
        if (!Files.exists(root)) throw failure("data folder " + root + " does not exist");
        if (!Files.isDirectory(root.resolve("log")) || !Files.isDirectory(root.resolve("meta"))) {
            throw failure(root + " is not a data folder of Craton (it has no log/ and meta/)");
        }
        refuseUnfinished(root);
        try {
            refuseNewer(root);
            return lock(root, "data folder " + root + " is in use by a running craton-server; stop it first");
        } catch (IOException e) {
            throw failure("data folder " + root + " cannot be opened: " + e.getMessage());
        }
    }

    /** For a restore: the folder must be empty or not there. No server takes it before {@link #restored}. */
    public static DataFolder openEmpty(Path path) {
        Path root = path.toAbsolutePath().normalize();
        try {
            if (Files.exists(root)) {
                if (!Files.isDirectory(root)) throw failure("data folder " + root + " is a file");
                refuseUnfinished(root);
                try (Stream<Path> entries = Files.list(root)) {
                    List<String> names = entries.map(entry -> entry.getFileName().toString()).filter(name -> !name.equals("lost+found")).sorted().toList();
                    if (!names.isEmpty()) throw failure("data folder " + root + " is not empty (it holds " + names.getFirst() + "); a restore needs an empty one");
                }
            }
            for (String name : OWN) Files.createDirectories(root.resolve(name));
            DataFolder folder = lock(root, "data folder " + root + " is in use by another craton-restore");
            Files.createFile(root.resolve("meta").resolve(RESTORING));
            folder.writeFormat();
            return folder;
        } catch (IOException e) {
            throw failure("data folder " + root + " cannot be made: " + e.getMessage());
        }
    }

    /** What {@link #openEmpty} began is whole. */
    public void restored() throws IOException {
        sync(log());
        sync(root);
        Files.delete(meta().resolve(RESTORING));
        sync(meta());
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
    }

    private static void refuseUnfinished(Path root) {
        if (!Files.exists(root.resolve("meta").resolve(RESTORING))) return;
        throw failure("data folder " + root + " is what an interrupted craton-restore left; remove it and restore again");
    }

    /** What a newer version wrote may lie elsewhere, or mean something else; the log's segments and the projections have versions besides. */
    private static void refuseNewer(Path root) throws IOException {
        Path file = root.resolve("meta").resolve(FORMAT_FILE);
        if (!Files.exists(file)) return;
        String text = Files.readString(file);
        Matcher matcher = FORMAT_TEXT.matcher(text);
        if (!matcher.lookingAt()) throw failure("data folder " + root + ": " + file + " is not as it was written");
        if (Integer.parseInt(matcher.group(1)) <= FORMAT) return;
        throw failure("data folder " + root + " was written by a newer version of Craton (" + matcher.group(2) + ", format " + matcher.group(1) + "); this one, craton " + Version.TEXT
                + ", knows formats up to " + FORMAT);
    }

    /** Folders of versions that did not write it down are of the first format. */
    private void writeFormat() throws IOException {
        Path file = meta().resolve(FORMAT_FILE);
        if (Files.exists(file)) return;
        Path unfinished = meta().resolve(FORMAT_FILE + ".new");
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(("{\"format\": " + FORMAT + ", \"written_by\": \"craton " + Version.TEXT + "\"}\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        sync(meta());
    }

    private static DataFolder lock(Path root, String inUse) throws IOException {
        FileChannel channel = FileChannel.open(root.resolve("meta/lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            for (int attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
                FileLock lock = channel.tryLock();
                if (lock != null) return new DataFolder(root, channel, lock);
                LockSupport.parkNanos(LOCK_PAUSE_NANOS);
            }
        } catch (OverlappingFileLockException e) {
            // Another user of the folder inside this process.
        }
        channel.close();
        throw failure(inUse);
    }

    private static void refuseForeign(Path root) throws IOException {
        List<String> names;
        try (Stream<Path> entries = Files.list(root)) {
            names = entries.map(entry -> entry.getFileName().toString()).filter(name -> !name.equals("lost+found")).sorted().toList();
        }
        if (names.isEmpty() || names.stream().allMatch(OWN::contains)) return;
        if (names.contains("PG_VERSION")) {
            throw failure("data folder " + root + " belongs to PostgreSQL; choose an empty folder with --data-dir");
        }
        throw failure("data folder " + root + " is not empty and not Craton's (it holds "
                + names.stream().filter(name -> !OWN.contains(name)).findFirst().orElseThrow()
                + "); choose an empty folder with --data-dir");
    }

    private static StartException failure(String message) {
        return new StartException(StartException.FAILURE, message);
    }

    public Path root() {
        return root;
    }

    public Path log() {
        return root.resolve("log");
    }

    /** The log of a group; group 0's is {@link #log()}. */
    public Path log(int group) {
        return GroupFolder.in(log(), group);
    }

    /** How many raft groups have a log here. */
    public int groups() {
        try {
            return GroupFolder.count(log());
        } catch (IOException e) {
            throw failure("data folder " + root + " cannot be read: " + e.getMessage());
        }
    }

    public Path projections() {
        return root.resolve("projections");
    }

    public Path meta() {
        return root.resolve("meta");
    }

    public Path wal() {
        return root.resolve("wal");
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // The operating system releases it with the process.
        }
    }
}
