package io.craton.storage.projection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest committed images of hot rows, of all tenants, weighed in bytes. The applier updates entries in place. A reader that fills it from RocksDB
 * must not overwrite or precede a newer image: it notes the row's stripe before its read, the applier moves the stripe on before and after its write, and the
 * fill happens only while the stripe stands still, atomically with the applier's own update of the entry.
 */
public final class RowCache {
    private static final int STRIPES = 1 << 14;
    private static final int ENTRY_OVERHEAD = 120;

    /** Where a row is, over all tenants. */
    static final class Key {
        private final int tenant;
        private final long storage;
        private final byte[] key;
        private final int hash;

        Key(int tenant, long storage, byte[] key) {
            this.tenant = tenant;
            this.storage = storage;
            this.key = key;
            hash = (int) Bytes.hash(storage << 20 ^ tenant, key);
        }

        byte[] key() {
            return key;
        }

        long storage() {
            return storage;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && that.hash == hash && that.storage == storage && that.tenant == tenant
                    && Arrays.equals(that.key, key);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final Cache<Key, byte[]> rows;
    private final AtomicLongArray stripes = new AtomicLongArray(STRIPES);

    public RowCache(long bytes) {
        rows = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((Key key, byte[] row) -> key.key.length + row.length + ENTRY_OVERHEAD)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    byte @Nullable [] get(Key key) {
        return rows.getIfPresent(key);
    }

    long stripe(Key key) {
        return stripes.get(key.hash & STRIPES - 1);
    }

    /** Offers an image read from RocksDB after {@code stripe} was noted. */
    void fill(Key key, byte[] row, long stripe) {
        rows.asMap().compute(key, (k, present) -> {
            if (present != null) return RowCodec.version(present) >= RowCodec.version(row) ? present : row;
            return stripe(key) == stripe ? row : null;
        });
    }

    /** Before the applier writes the row. */
    void beginChange(Key key) {
        stripes.incrementAndGet(key.hash & STRIPES - 1);
    }

    /** After the applier wrote the row; null when it was deleted. {@code admit}: also when it is not cached yet. */
    void change(Key key, byte @Nullable [] row, boolean admit) {
        stripes.incrementAndGet(key.hash & STRIPES - 1);
        if (row == null) rows.invalidate(key);
        else if (admit) rows.put(key, row);
        else rows.asMap().computeIfPresent(key, (k, present) -> row);
    }

    void clear(int tenant) {
        rows.asMap().keySet().removeIf(key -> key.tenant == tenant);
    }

    public long hits() {
        return rows.stats().hitCount();
    }

    public long misses() {
        return rows.stats().missCount();
    }

    public long weight() {
        return rows.policy().eviction().map(eviction -> eviction.weightedSize().orElse(0)).orElse(0L);
    }
}
