package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Filters of the storages of one projection that are often asked in vain: those that many rows with keys in no order are inserted into. One is made by reading the storage
 * once, beside everything else; until then, and where there is no room for it, the store is asked.
 *
 * <p>No key gets past a filter that is being made: the applier adds a key behind writing it. Either it is written before the reader begins, who finds it, or it is added behind
 * the filter's registration.
 */
final class KeyFilters {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFilters.class);
    private static final int MISSES_MIN = 2_000;
    /** At most, with slots as thinly filled as they can be. */
    private static final int BYTES_PER_KEY = 16;

    private final RocksStore store;
    private final AtomicLong budget;
    private final ConcurrentHashMap<Long, State> states = new ConcurrentHashMap<>();
    private final List<Thread> fillers = new ArrayList<>(0);
    private volatile boolean closed;

    /** A storage that was asked in vain so often, and its filter once that is worth it. */
    private static final class State {
        int misses;
        volatile @Nullable KeyFilter filter;
    }

    KeyFilters(RocksStore store, AtomicLong budget) {
        this.store = store;
        this.budget = budget;
    }

    boolean knowsAbsent(long storage, byte[] key) {
        State state = states.get(storage);
        KeyFilter filter = state == null ? null : state.filter;
        return filter != null && filter.knowsAbsent(key);
    }

    /** The store was asked, and has no such key. {@code rows}: how many it has, about. */
    void missed(long storage, long rows) {
        State state = states.get(storage);
        if (state == null) state = states.computeIfAbsent(storage, _ -> new State());
        if (state.filter != null || ++state.misses < MISSES_MIN || rows * BYTES_PER_KEY > budget.get()) return;
        synchronized (fillers) {
            if (closed || state.filter != null) return;
            KeyFilter filter = new KeyFilter(budget);
            state.filter = filter;
            fillers.add(Thread.ofPlatform().daemon().name("key-filter").start(() -> fill(storage, filter)));
        }
    }

    private void fill(long storage, KeyFilter filter) {
        byte[] from = StoreKeys.storage(StoreKeys.ROW, storage);
        try (RocksStore.Scan scan = store.scan(from, Bytes.successor(from), null)) {
            for (scan.first(); scan.valid(); scan.next()) {
                if (closed || !filter.add(scan.keyFrom(StoreKeys.PREFIX))) return;
            }
            filter.complete();
        } catch (RuntimeException e) {
            LOG.warn("no key filter for storage {}: {}", storage, e.getMessage());
            filter.drop();
        } finally {
            synchronized (fillers) {
                fillers.remove(Thread.currentThread());
            }
        }
    }

    /** The applier has written a row with this key, and nobody who needs to know does so yet. */
    void added(long storage, byte[] key) {
        State state = states.get(storage);
        KeyFilter filter = state == null ? null : state.filter;
        if (filter != null) filter.add(key);
    }

    boolean isEmpty() {
        return states.isEmpty();
    }

    /** The storage has keys, or soon will have, that nobody names one by one; or it is gone. */
    void forget(long storage) {
        State state = states.remove(storage);
        KeyFilter filter = state == null ? null : state.filter;
        if (filter != null) filter.drop();
    }

    /** Before the store is closed: nobody reads it for a filter any more. */
    void close() {
        List<Thread> running;
        synchronized (fillers) {
            closed = true;
            running = List.copyOf(fillers);
        }
        for (Long storage : states.keySet()) forget(storage);
        boolean interrupted = false;
        for (Thread filler : running) {
            while (filler.isAlive()) {
                try {
                    filler.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
