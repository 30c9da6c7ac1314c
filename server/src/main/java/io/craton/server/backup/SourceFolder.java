package io.craton.server.backup;

import io.craton.replication.cluster.FolderIdentity;
import io.craton.storage.engine.GroupFolder;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A data folder that a server may be using, or its {@code log/}; only read. One thread. */
final class SourceFolder {
    private final Path root;
    private final RealFiles log;
    /** The watermark when the whole log was looked at last, and what it ended with. */
    private long lookedAt = -1;
    private long settled;

    private SourceFolder(Path root, RealFiles log) {
        this.root = root;
        this.log = log;
    }

    Path root() {
        return root;
    }

    RealFiles log() {
        return log;
    }

    static SourceFolder open(Path given) throws IOException {
        Path path = given.toAbsolutePath().normalize();
        if (!Files.exists(path)) throw Said.failure("data folder " + path + " does not exist");
        Path log = path;
        if (Files.isDirectory(path.resolve("log"))) log = path.resolve("log");
        if (!Files.isDirectory(log) || !LogSource.isLog(RealFiles.readOnly(log))) throw Said.failure(path + " is not a data folder of Craton, nor the log/ of one");
        return new SourceFolder(log.getParent(), RealFiles.readOnly(log));
    }

    /** How many raft groups have a log there. */
    int groups() throws IOException {
        return GroupFolder.count(root.resolve("log"));
    }

    /** The same with another group's log; null while that has none. */
    @Nullable SourceFolder group(int number) throws IOException {
        if (number == 0) return this;
        RealFiles log = RealFiles.readOnly(GroupFolder.in(root.resolve("log"), number));
        return LogSource.isLog(log) ? new SourceFolder(root, log) : null;
    }

    /** Which cluster's data it is; empty for a lone node. */
    String cluster() throws IOException {
        Path meta = root.resolve("meta");
        return Files.isDirectory(meta) ? FolderIdentity.clusterOf(RealFiles.readOnly(meta)) : "";
    }

    /**
     * Up to where the log is committed. A server writes that down within a second; behind one that was killed, the last second is only in the log. A lone node would commit it at its next start, so where nobody is there
     * all of the log counts.
     */
    long committed(LogSource source) throws IOException {
        long watermark = source.committed();
        if (used() || !cluster().isEmpty()) {
            lookedAt = -1;
            return watermark;
        }
        if (lookedAt != watermark) {
            settled = source.settled();
            lookedAt = watermark;
        }
        return settled;
    }

    /**
     * The same with everything that the log has now: whoever was told of a commit finds it in a backup that begins behind that. Where a server writes nothing down in time, as it does while a member's cluster has no
     * majority, what it wrote last.
     */
    long committedByNow(LogSource source) throws IOException {
        if (used()) {
            long written = source.written();
            long begun = System.nanoTime();
            while (source.committed() < written && System.nanoTime() - begun < GroupStreams.WRITTEN_DOWN.toNanos()) SnapshotCommand.pause();
        }
        return committed(source);
    }

    /** Whether a server has the folder. A lock that readers may share is asked for and given back at once: a server that starts in that moment tries again. */
    boolean used() throws IOException {
        Path lock = root.resolve("meta/lock");
        if (!Files.exists(lock)) return true; // the log/ of a folder alone: whose it is cannot be known
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ); FileLock taken = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return taken == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }
}
