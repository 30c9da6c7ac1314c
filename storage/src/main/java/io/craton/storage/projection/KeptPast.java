package io.craton.storage.projection;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.storage.row.Bytes;
import java.util.HashMap;
import java.util.Map;

/** How much of the past a projection keeps, by storage: everything, or what is at or behind a position. Read by any thread, changed by one at a time. */
public final class KeptPast {
    /** Of a storage that nobody uses any more and of which nothing is left. */
    public static final long NOTHING = Long.MAX_VALUE;

    private final TenantProjection projection;
    /** By storage, where not everything is kept. */
    private volatile Map<Long, Long> positions = Map.of();

    KeptPast(TenantProjection projection) {
        this.projection = projection;
    }

    /** The past of a storage is whole from this position on. */
    public long from(long storage) {
        Map<Long, Long> all = positions;
        return all.isEmpty() ? 0 : all.getOrDefault(storage, 0L);
    }

    /** As the store has it. */
    void found(long storage, long position) {
        Map<Long, Long> all = new HashMap<>(positions);
        all.put(storage, position);
        positions = Map.copyOf(all);
    }

    /** What is older is about to be dropped. */
    void keepFrom(long storage, long position) {
        if (from(storage) >= position) return;
        RocksStore store = projection.store();
        WriteBatchBuilder batch = new WriteBatchBuilder(store.cipher());
        byte[] value = new byte[8];
        Bytes.setLong(value, 0, position);
        batch.put(StoreKeys.storage(StoreKeys.KEPT, storage), value);
        store.writeBeside(batch.toBytes());
        found(storage, position);
    }

    /** 72000 when older images of a storage's rows than from this position, which were looked at just now, may have been dropped. */
    public void require(long storage, long position) {
        if (position >= from(storage)) return;
        throw PgError.error(SqlState.SNAPSHOT_TOO_OLD, "snapshot too old")
                .withDetail("What is older than " + Retention.NAME + " was dropped from the projection meanwhile.").exception();
    }

    /** Whether {@link #isTrimmed} can be true at all. */
    boolean trims() {
        return !positions.isEmpty();
    }

    /** Whether an entry is one that a projection with this retention does not have: others may. */
    boolean isTrimmed(byte[] key, byte[] value) {
        if (positions.isEmpty() || key[0] < StoreKeys.ROW) return false;
        long from = from(Bytes.getLong(key, 1));
        if (from == 0) return false;
        if (from == NOTHING) return true;
        return switch (key[0]) {
            case StoreKeys.HISTORY -> projection.position(Bytes.getLong(value, 0)) <= from;
            case StoreKeys.INDEX_HISTORY -> projection.position(~Bytes.getLong(key, key.length - 8)) <= from;
            default -> false;
        };
    }
}
