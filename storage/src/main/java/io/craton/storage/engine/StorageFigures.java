package io.craton.storage.engine;

import io.craton.storage.txn.AccessStatistics;
import java.util.List;

/**
 * What storage has done since it was opened, and what it takes now: for metrics.
 *
 * @param records written to the projections: rows, index entries, history, catalog
 * @param bytes of them
 * @param checkpoints projections made durable
 */
public record StorageFigures(long records, long bytes, long checkpoints, Cache rows, Cache columns, long blockCacheBytes, List<OfTenant> tenants) {
    static final StorageFigures NONE = new StorageFigures(0, 0, 0, new Cache(0, 0, 0), new Cache(0, 0, 0), 0, List.of());

    public record Cache(long bytes, long hits, long misses) {}

    /**
     * An open tenant.
     *
     * @param statementBytes what its statements hold of the node's memory
     */
    public record OfTenant(int number, String database, long position, long bytes, long memtableBytes, long pendingCompactionBytes, long statementBytes,
            AccessStatistics statistics) {}

    public StorageFigures {
        tenants = List.copyOf(tenants);
    }
}
