package io.craton.storage.columnar;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.craton.core.batch.Vector;
import org.jspecify.annotations.Nullable;

/**
 * Column chunks of all tenants, weighed in bytes. A table is named by its storage and the position of its last change, so a chunk is never stale: after a change the
 * name is another one, and the old chunks fall out by disuse. Any thread.
 */
public final class ColumnCache {
    /** A table as it was left by the change at {@code version}. */
    record TableVersion(int tenant, long storage, long version) {}

    /** Column {@code column} (0-based) of one segment; {@link #BOUNDS} for where the segment lies. */
    private record Key(TableVersion table, int segment, int column) {}

    /** Rows of one segment: the key that the next segment begins with, null behind the last one. */
    record Bounds(int rows, byte @Nullable [] next) {}

    private static final int BOUNDS = -1;
    private static final int ENTRY_OVERHEAD = 160;

    private final Cache<Key, Object> chunks;
    /** Newest version of each table that a scan asked for; a table earns chunks with the second scan of one version. */
    private final Cache<Long, TableVersion> asked = Caffeine.newBuilder().maximumSize(10_000).executor(Runnable::run).build();

    public ColumnCache(long bytes) {
        chunks = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((Key key, Object chunk) -> (int) Math.min(Integer.MAX_VALUE, ENTRY_OVERHEAD + weight(chunk)))
                .executor(Runnable::run)
                .build();
    }

    private static long weight(Object chunk) {
        return switch (chunk) {
            case io.craton.core.batch.DictionaryVector coded -> coded.bytes() + coded.dictionary().bytes();
            case Vector vector -> vector.bytes();
            default -> 64;
        };
    }

    /** Whether this version was asked for before; remembers that it is now. */
    boolean askedBefore(TableVersion table) {
        long slot = table.storage() << 20 ^ table.tenant();
        TableVersion before = asked.getIfPresent(slot);
        if (table.equals(before)) return true;
        asked.put(slot, table);
        return false;
    }

    @Nullable Vector column(TableVersion table, int segment, int column) {
        return (Vector) chunks.getIfPresent(new Key(table, segment, column));
    }

    @Nullable Bounds bounds(TableVersion table, int segment) {
        return (Bounds) chunks.getIfPresent(new Key(table, segment, BOUNDS));
    }

    void put(TableVersion table, int segment, int column, Vector chunk) {
        chunks.put(new Key(table, segment, column), chunk);
    }

    void put(TableVersion table, int segment, Bounds bounds) {
        chunks.put(new Key(table, segment, BOUNDS), bounds);
    }

    public void clear(int tenant) {
        chunks.asMap().keySet().removeIf(key -> key.table().tenant() == tenant);
        asked.asMap().values().removeIf(table -> table.tenant() == tenant);
    }
}
