package io.craton.storage.columnar;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Columns of all tenants' tables, weighed in bytes, and the thread that builds stale segments anew. Any thread. */
public final class ColumnCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ColumnCache.class);

    /** In place of a column: the segment's keys. */
    static final int KEYS = -1;
    private static final int ENTRY_OVERHEAD = 160;
    /** Changes of all tables may take this part of what the columns may. */
    private static final int DELTA_PART = 8;
    private static final int WAITING_MAX = 4096;

    private record TableName(int tenant, long storage) {}

    /** @param segment {@link Segment#chunks}, compared by identity */
    private record Key(Object segment, int column) {}

    /** A segment to build anew, or with no segment what lies behind the last one, with these columns. */
    private record Task(int tenant, ColumnTable table, StoredTable rows, @Nullable Segment segment, int[] columns) {}

    final int segmentRows;
    private final Cache<Key, Object> chunks;
    private final ConcurrentHashMap<TableName, ColumnTable> tables = new ConcurrentHashMap<>();
    private final AtomicLong deltaBytes = new AtomicLong();
    private final long deltaBytesMax;
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>(WAITING_MAX);
    /** What waits or is being built, so that nothing is asked for twice. */
    private final Set<Object> wanted = ConcurrentHashMap.newKeySet();
    /** Held by the builder while it reads: who has it knows that no projection is being read. */
    private final ReentrantLock working = new ReentrantLock();
    /** Tenants whose projections are going away. */
    private final Set<Integer> leaving = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private @Nullable Thread builder;

    /** @param segmentRows rows of a new segment; only the last one of a range has fewer */
    public ColumnCache(long bytes, int segmentRows) {
        this.segmentRows = segmentRows;
        chunks = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((Key key, Object chunk) -> (int) Math.min(Integer.MAX_VALUE, ENTRY_OVERHEAD
                        + (chunk instanceof Chunk column ? column.bytes() : ((SegmentKeys) chunk).bytes())))
                .executor(Runnable::run)
                .recordStats()
                .build();
        deltaBytesMax = bytes / DELTA_PART;
    }

    /** The table, which is told of changes from now on. */
    ColumnTable table(StoredTable rows) {
        TableName name = new TableName(rows.projection().tenant(), rows.storage());
        ColumnTable table = tables.get(name);
        if (table != null) return table;
        return tables.computeIfAbsent(name, fresh -> {
            ColumnTable made = new ColumnTable(deltaBytes, deltaBytesMax, () -> tables.remove(fresh));
            rows.projection().watch(rows.storage(), made);
            return made;
        });
    }

    @Nullable Chunk column(Segment segment, int column) {
        return (Chunk) chunks.getIfPresent(new Key(segment.chunks, column));
    }

    @Nullable SegmentKeys keys(Segment segment) {
        return (SegmentKeys) chunks.getIfPresent(new Key(segment.chunks, KEYS));
    }

    void put(Segment segment, int column, Object chunk) {
        chunks.put(new Key(segment.chunks, column), chunk);
    }

    void forget(Segment segment, int[] columns) {
        for (int column : columns) chunks.invalidate(new Key(segment.chunks, column));
        chunks.invalidate(new Key(segment.chunks, KEYS));
    }

    // ---- in the background ---------------------------------------------------------------------------------------

    /** Asks for a segment to be built anew. */
    void rebuild(ColumnTable table, StoredTable rows, Segment segment, int[] columns) {
        ask(new Task(rows.projection().tenant(), table, rows, segment, columns), segment);
    }

    /** Asks for what lies behind the last segment of a table to be built. */
    void extend(ColumnTable table, StoredTable rows, int[] columns) {
        ask(new Task(rows.projection().tenant(), table, rows, null, columns), table);
    }

    private void ask(Task task, Object what) {
        if (closed || task.rows.temporary() || !wanted.add(what)) return;
        if (!tasks.offer(task)) wanted.remove(what);
        else start();
    }

    private void start() {
        synchronized (tasks) {
            if (builder == null && !closed) builder = Thread.ofPlatform().daemon().name("columns").priority(Thread.MIN_PRIORITY).start(this::work);
        }
    }

    private void work() {
        while (!closed) {
            Task task;
            try {
                task = tasks.take();
            } catch (InterruptedException e) {
                return;
            }
            working.lock();
            try {
                run(task);
            } catch (CancellationException e) {
                LOG.debug("a segment is not built: its tenant is going away");
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.warn("a segment was not built", e);
            } finally {
                working.unlock();
                wanted.remove(task.segment == null ? task.table : task.segment);
            }
        }
    }

    private void run(Task task) {
        Runnable interrupts = () -> {
            if (closed || leaving.contains(task.tenant)) throw new CancellationException();
        };
        interrupts.run();
        SegmentBuilder segments = new SegmentBuilder(this, task.table, task.rows, task.columns, interrupts);
        Segment old = task.segment;
        if (old != null) {
            if (segments.build(old.from, old.to)) forget(old, task.columns);
            return;
        }
        while (true) {
            Segment[] known = task.table.segments();
            byte[] end = known.length == 0 ? null : known[known.length - 1].to;
            if (known.length > 0 && end == null || !segments.build(end, null)) return;
        }
    }

    /** Forgets a tenant; when it returns nothing reads the tenant's projection. */
    public void clear(int tenant) {
        leaving.add(tenant);
        working.lock();
        try {
            tasks.removeIf(task -> task.tenant == tenant && wanted.remove(task.segment == null ? task.table : task.segment));
            tables.entrySet().removeIf(entry -> {
                if (entry.getKey().tenant() != tenant) return false;
                entry.getValue().dropped();
                return true;
            });
        } finally {
            working.unlock();
            leaving.remove(tenant);
        }
    }

    public long hits() {
        return chunks.stats().hitCount();
    }

    public long misses() {
        return chunks.stats().missCount();
    }

    public long weight() {
        return chunks.policy().eviction().map(eviction -> eviction.weightedSize().orElse(0)).orElse(0L);
    }

    /** When it returns no projection is read. */
    @Override
    public void close() {
        closed = true;
        synchronized (tasks) {
            if (builder != null) builder.interrupt();
        }
        working.lock();
        working.unlock();
    }
}
