package io.craton.storage.engine;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.storage.entry.EntryReader;
import io.craton.storage.projection.RocksEnvironment;
import io.craton.storage.projection.StagedWrites;
import io.craton.storage.projection.StoreFailedException;
import io.craton.storage.txn.Staging;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Large transactions between their first chunk and their end. A worker works their chunks out beside the applier, which hands them over at the end of a run, when
 * everything in front of them is in the projection. Files under {@code wal/} are never synced before the end: the log has the chunks, and replay begins in front of
 * the oldest open one. Chunks of a term that is over are dropped, for their end can no longer come.
 *
 * <p>{@code lock} guards the map and the counters of what is handed over and not worked out; the staged writes themselves are the worker's, until
 * nothing of their transaction is left to work out.
 */
final class StagedTransactions implements AutoCloseable {
    private static final String PREFIX = "staged_";
    /** The applier waits when so much is handed over and not worked out. */
    private static final long BACKLOG_BYTES_MAX = 256L << 20;

    private record Identity(int tenant, long transaction) {}

    private static final class Open {
        final StagedWrites writes;
        final long term;
        final long firstPosition;
        /** Handed over and not worked out. */
        long backlogBytes;
        int backlogTasks;

        Open(StagedWrites writes, long term, long firstPosition) {
            this.writes = writes;
            this.term = term;
            this.firstPosition = firstPosition;
        }
    }

    private final Path folder;
    private final long memoryBytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final Map<Identity, Open> open = new HashMap<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("craton-staging").factory());
    private long backlogBytes;
    private long lastTerm;
    /** Of the run that is being applied. The applier's. */
    private final List<Runnable> ofRun = new ArrayList<>(0);

    /** @param memoryBytesMax what memory holds of one transaction */
    StagedTransactions(Path folder, long memoryBytesMax) {
        this.folder = folder;
        this.memoryBytesMax = memoryBytesMax;
        try {
            Files.createDirectories(folder);
            try (Stream<Path> left = Files.list(folder)) {
                for (Path path : left.toList()) {
                    if (path.getFileName().toString().startsWith(PREFIX)) RocksEnvironment.deleteFolder(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- the applier ---------------------------------------------------------------------------------------------

    /** An entry of this term is being applied: what is open of earlier terms is orphaned. */
    void term(long term) {
        if (term <= lastTerm) return;
        lastTerm = term;
        List<Identity> orphans = new ArrayList<>(0);
        lock.lock();
        try {
            open.forEach((identity, each) -> {
                if (each.term < term) orphans.add(identity);
            });
        } finally {
            lock.unlock();
        }
        for (Identity identity : orphans) drop(identity.tenant, identity.transaction, 0);
    }

    /** Adds a chunk. A first chunk that is not number 0 belongs to a transaction that ended before the place where replay began. */
    void add(Tenant tenant, long transaction, EntryReader chunk, long term, long position, int bytes) {
        if (tenant.projection.hasTaken(transaction)) return;
        Identity identity = new Identity(tenant.number, transaction);
        Open staged;
        lock.lock();
        try {
            staged = open.get(identity);
            if (staged == null) {
                if (chunk.chunks() != 0) return;
                Path own = folder.resolve(PREFIX + tenant.number + "_" + transaction);
                staged = new Open(new StagedWrites(tenant.projection, own, memoryBytesMax, transaction), term, position);
                open.put(identity, staged);
            }
        } finally {
            lock.unlock();
        }
        StagedWrites writes = staged.writes;
        enqueue(staged, bytes, () -> writes.add(chunk));
    }

    private void enqueue(Open staged, int bytes, Runnable work) {
        lock.lock();
        try {
            staged.backlogBytes += bytes;
            staged.backlogTasks++;
            backlogBytes += bytes;
        } finally {
            lock.unlock();
        }
        ofRun.add(() -> {
            try {
                work.run();
            } finally {
                lock.lock();
                try {
                    staged.backlogBytes -= bytes;
                    staged.backlogTasks--;
                    backlogBytes -= bytes;
                    progress.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        });
    }

    /** What was added is worked out from now on: everything in front of it is in the projections. */
    void endOfRun() {
        if (ofRun.isEmpty()) return;
        ofRun.forEach(worker::execute);
        ofRun.clear();
        lock.lock();
        try {
            while (backlogBytes > BACKLOG_BYTES_MAX) progress.awaitUninterruptibly();
        } finally {
            lock.unlock();
        }
    }

    /** The whole transaction, worked out; {@link #drop} it when it is applied. */
    StagedWrites ended(Tenant tenant, long transaction, int chunks) {
        endOfRun();
        lock.lock();
        try {
            Open staged = open.get(new Identity(tenant.number, transaction));
            if (staged == null && tenant.projection.hasTaken(transaction)) return new StagedWrites(tenant.projection, folder.resolve(PREFIX), memoryBytesMax, transaction);
            if (staged == null) {
                throw new IllegalStateException("transaction " + transaction + " of tenant " + tenant.number + " has " + chunks
                        + " chunks, of which none is here");
            }
            while (staged.backlogTasks > 0) progress.awaitUninterruptibly();
            staged.writes.requireChunks(chunks);
            return staged.writes;
        } finally {
            lock.unlock();
        }
    }

    /** Gives up the chunks from this one on; from 0 the whole transaction. */
    void drop(int tenant, long transaction, int from) {
        Identity identity = new Identity(tenant, transaction);
        Open staged;
        lock.lock();
        try {
            staged = from == 0 ? open.remove(identity) : open.get(identity);
        } finally {
            lock.unlock();
        }
        if (staged == null) return;
        StagedWrites writes = staged.writes;
        enqueue(staged, 0, from == 0 ? writes::close : () -> writes.drop(from));
    }

    // ---- any thread ----------------------------------------------------------------------------------------------

    /** For the transactions of one tenant on the node that leads. */
    Staging staging(int tenant, Runnable flush) {
        return new Staging() {
            @Override
            public void await(long transaction, long bytesLeft) {
                lock.lock();
                try {
                    for (Open staged = open.get(new Identity(tenant, transaction)); staged != null && staged.backlogBytes > bytesLeft;) {
                        progress.awaitUninterruptibly();
                    }
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void settle(long transaction) {
                await(transaction, 0);
                StagedWrites writes = worked(tenant, transaction);
                if (writes != null && !writes.inMemory()) flush.run();
            }

            @Override
            public void prepareEnd(long transaction) {
                await(transaction, 0);
                StagedWrites writes = worked(tenant, transaction);
                if (writes == null) return;
                writes.completeFiles();
                if (writes.failure() instanceof StoreFailedException e) {
                    throw PgError.error(SqlState.IO_ERROR, "could not prepare the end of a large transaction: " + e.getMessage()).exception();
                }
                if (!writes.inMemory()) flush.run();
            }
        };
    }

    /** An open transaction of which nothing is left to work out. */
    private @Nullable StagedWrites worked(int tenant, long transaction) {
        lock.lock();
        try {
            Open staged = open.get(new Identity(tenant, transaction));
            return staged == null ? null : staged.writes;
        } finally {
            lock.unlock();
        }
    }

    /** Position of the oldest open chunk; {@link Long#MAX_VALUE} when there is none. */
    long firstPosition() {
        lock.lock();
        try {
            long first = Long.MAX_VALUE;
            for (Open staged : open.values()) first = Math.min(first, staged.firstPosition);
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Has it open transactions of this tenant? */
    boolean holds(int tenant) {
        lock.lock();
        try {
            return open.keySet().stream().anyMatch(identity -> identity.tenant() == tenant);
        } finally {
            lock.unlock();
        }
    }

    /** Whether chunks of this tenant are open or being worked out. Waits for the worker, then drops them: the tenant goes. */
    void forget(int tenant) {
        List<Identity> own = new ArrayList<>(0);
        lock.lock();
        try {
            for (Identity identity : open.keySet()) if (identity.tenant == tenant) own.add(identity);
        } finally {
            lock.unlock();
        }
        for (Identity identity : own) drop(identity.tenant, identity.transaction, 0);
        endOfRun();
        settle();
    }

    /** Waits until the worker has done everything handed over. */
    private void settle() {
        try {
            worker.submit(() -> {}).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        worker.close();
        for (Open staged : open.values()) staged.writes.close();
        open.clear();
    }
}
