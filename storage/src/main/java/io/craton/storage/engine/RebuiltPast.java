package io.craton.storage.engine;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.log.LogArchive;
import io.craton.storage.projection.Stays;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.txn.PastSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tenant's past beyond what its projection keeps: a second projection, worked out from the log up to the newest position that somebody asked for, under {@code wal/}. It
 * keeps everything, so it answers all positions before that too. When nobody has asked for a while it is removed. Any thread.
 *
 * <p>{@code lock} guards making, going on and removing; who has acquired it reads without.
 */
final class RebuiltPast implements PastSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RebuiltPast.class);
    /** What a killed server left goes when it starts, as other work that was staged. */
    static final String FOLDER = "staged_past_";
    private static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int LOOK_EVERY = 16;

    private record Made(LogFeed feed, Tenant tenant) {}

    private final int number;
    private final Path folder;
    private final int databaseOid;
    private final int groups;
    private final @Nullable KeyRing keys;
    private final long bytesMax;
    private final Supplier<Stays> stays;
    private final IntFunction<LogArchive> archives;
    private final LongSupplier trimming;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Made made;
    private int users;
    private long usedNanos;
    private volatile long reached;
    private volatile long target;

    /**
     * @param data the node's folder
     * @param stays which logs have the tenant's entries
     * @param keys null where nothing is encrypted
     * @param bytesMax what it may take on the disk
     * @param trimming drops what the projection in use keeps no more
     */
    RebuiltPast(int number, int databaseOid, Path data, int groups, @Nullable KeyRing keys, long bytesMax, Supplier<Stays> stays, IntFunction<LogArchive> archives, LongSupplier trimming) {
        this.number = number;
        this.keys = keys;
        this.bytesMax = bytesMax;
        this.databaseOid = databaseOid;
        this.groups = groups;
        this.stays = stays;
        this.archives = archives;
        this.trimming = trimming;
        folder = data.resolve("wal").resolve(FOLDER + number);
    }

    @Override
    public TenantProjection acquire(long position, Runnable interrupts) {
        lockPatiently(interrupts);
        try {
            Made present = made;
            if (present == null) made = present = make();
            usedNanos = System.nanoTime();
            if (present.feed.position() < position) present = follow(present, position, interrupts);
            users++;
            return present.tenant.projection;
        } finally {
            lock.unlock();
        }
    }

    private void lockPatiently(Runnable interrupts) {
        try {
            while (!lock.tryLock(50, TimeUnit.MILLISECONDS)) interrupts.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lock.lock();
        }
    }

    private Made make() {
        long begins = LogFeed.begins(stays.get(), archives);
        if (begins > 1) throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "the log in front of position " + begins + " is still on its way to this node");
        deleteFolder();
        LogFeed feed = LogFeed.open(folder, keys == null ? null : keys.copyFor(folder), number, databaseOid, groups, stays, archives);
        // the entry that made the database is another one's: the system tenant knows of it when that is applied
        return new Made(feed, feed.engine().tenantsForRebuild().system());
    }

    private Made follow(Made present, long position, Runnable interrupts) {
        target = position;
        long began = System.nanoTime();
        long[] told = {began};
        int[] runs = {0};
        try {
            present.feed.to(position, () -> {
                reached = present.feed.position();
                interrupts.run();
                if (++runs[0] % LOOK_EVERY == 0) requireRoom(present);
                if (System.nanoTime() - told[0] < TELL_NANOS) return;
                told[0] = System.nanoTime();
                LOG.info("the past of tenant {} is rebuilt from the log: position {} of {}", number, reached, position);
            });
            Tenant tenant = present.tenant.number == number ? present.tenant : present.feed.engine().tenantsForRebuild().pin(number);
            if (tenant == null) throw new PgException(SqlState.UNDEFINED_DATABASE, "the database was not there at position " + position);
            Made followed = new Made(present.feed, tenant);
            made = followed;
            requireRoom(followed);
            LOG.info("the past of tenant {} is rebuilt up to position {}, in {} ms", number, position, (System.nanoTime() - began) / 1_000_000);
            return followed;
        } catch (RuntimeException e) {
            // what is half done goes on next time, but for what will not fit then either
            if (e instanceof PgException failed && failed.state() == SqlState.DISK_FULL && users == 0) remove();
            throw e;
        } finally {
            reached = present.feed.position();
            target = 0;
        }
    }

    private void requireRoom(Made present) {
        long bytes = present.tenant.projection.estimatedBytes();
        if (bytes <= bytesMax) return;
        throw PgError.error(SqlState.DISK_FULL, "the past of this database takes more than projections.past_size to rebuild: " + bytes + " bytes up to position " + present.feed.position())
                .withHint("Raise projections.past_size, or restore a backup of that position beside this node.").exception();
    }

    @Override
    public void release() {
        lock.lock();
        try {
            users--;
            usedNanos = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long trim(Runnable interrupts) {
        return trimming.getAsLong();
    }

    /** What is being rebuilt, in JSON; null when nothing is there. */
    @Nullable String report() {
        long to = target;
        Made present = made;
        if (present == null) return null;
        return "{\"position\":" + reached + (to == 0 ? "" : ",\"target\":" + to) + ",\"bytes\":" + present.tenant.projection.estimatedBytes() + "}";
    }

    /** Removes what nobody has asked for lately. */
    void removeUnused() {
        if (!lock.tryLock()) return;
        try {
            if (made != null && users == 0 && System.nanoTime() - usedNanos > UNUSED_NANOS) remove();
        } finally {
            lock.unlock();
        }
    }

    private void remove() {
        Made present = made;
        if (present == null) return;
        made = null;
        reached = 0;
        if (present.tenant.number != 0) present.tenant.unpin();
        present.feed.close();
        deleteFolder();
    }

    private void deleteFolder() {
        try {
            DataVerifier.deleteFolder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When nobody uses the tenant any more. */
    @Override
    public void close() {
        lock.lock();
        try {
            remove();
        } finally {
            lock.unlock();
        }
    }
}
