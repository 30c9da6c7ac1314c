package io.craton.storage.projection;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Names of storages in the row cache, where they are not their ids: after files were taken, all that is cached of a storage is left to age out. Changed by the applier, read by any thread. */
final class CacheNames {
    private volatile Map<Long, Long> names = Map.of();
    /** Names are negative, ids are not. */
    private long last;

    long of(long storage) {
        Map<Long, Long> all = names;
        return all.isEmpty() ? storage : all.getOrDefault(storage, storage);
    }

    /** The storage that has this name. */
    long storage(long name) {
        if (name >= 0) return name;
        for (Map.Entry<Long, Long> each : names.entrySet()) if (each.getValue() == name) return each.getKey();
        throw new IllegalStateException("no storage is called " + name);
    }

    /** Whoever sees a position published later finds nothing of these storages in the cache that was there before. */
    void rename(Collection<Long> storages) {
        Map<Long, Long> all = new HashMap<>(names);
        for (long storage : storages) all.put(storage, --last);
        names = Map.copyOf(all);
    }
}
