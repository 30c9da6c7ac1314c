package io.craton.sql.pgcatalog;

import io.craton.storage.catalog.Catalog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Rows computed from the catalogs used last. Any thread. */
final class CatalogRowCache {
    private static final int CATALOGS_MAX = 4;

    private final ReentrantLock lock = new ReentrantLock();
    /** By version, the least recently used one first; guarded by the lock. */
    private final LinkedHashMap<Long, Map<Rows.OfCatalog, IndexedRows>> catalogs = new LinkedHashMap<>(8, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Map<Rows.OfCatalog, IndexedRows>> eldest) {
            return size() > CATALOGS_MAX;
        }
    };

    /** What was computed before; null when nothing was. */
    @Nullable IndexedRows present(Rows.OfCatalog rows, Catalog catalog) {
        lock.lock();
        try {
            Map<Rows.OfCatalog, IndexedRows> tables = catalogs.get(catalog.version());
            return tables == null ? null : tables.get(rows);
        } finally {
            lock.unlock();
        }
    }

    /** What was computed last, of whatever catalog; null when nothing was or it is long ago. */
    @Nullable IndexedRows latest(Rows.OfCatalog rows) {
        lock.lock();
        try {
            IndexedRows found = null;
            for (Map<Rows.OfCatalog, IndexedRows> tables : catalogs.values()) {
                IndexedRows one = tables.get(rows);
                if (one != null) found = one;
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    IndexedRows get(Rows.OfCatalog rows, Catalog catalog) {
        Map<Rows.OfCatalog, IndexedRows> tables;
        lock.lock();
        try {
            tables = catalogs.computeIfAbsent(catalog.version(), version -> new ConcurrentHashMap<>());
        } finally {
            lock.unlock();
        }
        return tables.computeIfAbsent(rows, source -> {
            List<Object[]> filled = new ArrayList<>();
            source.fill(catalog, filled::add);
            return new IndexedRows(filled);
        });
    }
}
