package io.craton.storage.txn;

import io.craton.storage.projection.TenantState;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Snapshots that open transactions show to others of their tenant (pg_export_snapshot). Any thread. */
final class SnapshotExports {
    private final Map<String, TenantState> byId = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** The snapshot's name, of PostgreSQL's shape. */
    String add(TenantState state) {
        int number = count.incrementAndGet();
        String id = String.format(Locale.ROOT, "%08X-%08X-%d", (int) (state.position() >>> 32), (int) state.position(), number);
        byId.put(id, state);
        return id;
    }

    @Nullable TenantState find(String id) {
        return byId.get(id);
    }

    void remove(String id) {
        byId.remove(id);
    }
}
