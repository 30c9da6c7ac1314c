package io.craton.storage.projection;

import io.craton.storage.encryption.TenantKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a tenant's temporary tables are: a RocksDB beside the log, in memory as long as the memtables' budget allows, in its folder beyond that. Made
 * when a session first needs it; what a process leaves is removed by the next one. Any thread.
 */
public final class ScratchStore implements AutoCloseable {
    private final int tenant;
    private final Path folder;
    private final RocksEnvironment environment;
    private final RowCache cache;
    private final @Nullable TenantKeys keys;
    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();
    private final List<TenantProjection> opened = new ArrayList<>(1);
    private @Nullable TenantProjection current;

    /** @param keys null where values are not encrypted */
    public ScratchStore(int tenant, Path folder, RocksEnvironment environment, RowCache cache, @Nullable TenantKeys keys) {
        this.tenant = tenant;
        this.folder = folder;
        this.environment = environment;
        this.cache = cache;
        this.keys = keys;
    }

    /** The store for a session that begins to use it. */
    public TenantProjection projection() {
        lock.lock();
        try {
            TenantProjection projection = current;
            if (projection == null) {
                Path part = folder.resolve(Integer.toString(opened.size()));
                RocksEnvironment.deleteFolder(part);
                projection = TenantProjection.scratch(tenant, part, environment, cache, keys);
                opened.add(projection);
                current = projection;
            }
            return projection;
        } finally {
            lock.unlock();
        }
    }

    /** After a failed write RocksDB takes no more of them: sessions that come later get a new store. */
    void failed(TenantProjection projection) {
        lock.lock();
        try {
            if (current == projection) current = null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            opened.forEach(TenantProjection::close);
            opened.clear();
            current = null;
            RocksEnvironment.deleteFolder(folder);
        } finally {
            lock.unlock();
        }
    }
}
