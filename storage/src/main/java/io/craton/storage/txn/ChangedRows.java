package io.craton.storage.txn;

import io.craton.storage.projection.RowWatcher;
import io.craton.storage.projection.TenantProjection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keys of one table's rows that commits have changed since this began to listen, for a transaction that copies the table while others write to it
 * ({@link Transaction#follow}). Told by the applier, asked by the transaction's thread. Close it.
 */
public final class ChangedRows implements RowWatcher, AutoCloseable {
    private static final int CHANGED_MAX = 2_000_000;

    private final TenantProjection projection;
    private final long storage;
    private final ReentrantLock lock = new ReentrantLock();
    /** With the position of the newest change. */
    private TreeMap<byte[], Long> changed = new TreeMap<>(Arrays::compareUnsigned);
    private boolean lost;

    ChangedRows(TenantProjection projection, long storage) {
        this.projection = projection;
        this.storage = storage;
    }

    /** Listens from now on; answers the position of the newest change that this may not be told of. */
    long begin() {
        projection.watch(storage, this);
        return projection.lastChange(storage);
    }

    @Override
    public void changed(byte[] key, byte @Nullable [] row, long position) {
        lock.lock();
        try {
            if (lost) return;
            changed.put(key, position);
            if (changed.size() > CHANGED_MAX) forget();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void lost(long position) {
        lock.lock();
        try {
            forget();
        } finally {
            lock.unlock();
        }
    }

    private void forget() {
        lost = true;
        changed.clear();
    }

    @Override
    public void dropped() {
        lost(0);
    }

    @Override
    public boolean replaces(RowWatcher other) {
        return false;
    }

    /** Keys of the rows that have changed up to a position since they were taken last, rising; null when it cannot be said which they are. */
    public @Nullable List<byte[]> take(long upTo) {
        lock.lock();
        try {
            if (lost) return null;
            List<byte[]> keys = new ArrayList<>(changed.size());
            TreeMap<byte[], Long> later = new TreeMap<>(Arrays::compareUnsigned);
            changed.forEach((key, position) -> {
                // a row that changes again is read, and told of, again
                keys.add(key);
                if (position > upTo) later.put(key, position);
            });
            changed = later;
            return keys;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        projection.unwatch(storage, this);
    }
}
