package io.craton.sql.expr;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all scopes of one running statement share. One thread. */
public final class StatementState implements AutoCloseable {
    private final Map<Object, Object> shared = new IdentityHashMap<>();
    private final Map<Integer, Object> byId = new HashMap<>();
    private final Deque<Runnable> atEnd = new ArrayDeque<>();
    private final java.util.Set<AutoCloseable> resources = java.util.Collections.newSetFromMap(new IdentityHashMap<>());

    private @Nullable Object profile;

    private long affected;

    /** Rows that the statement's own change affected. */
    public long affected() {
        return affected;
    }

    public void affected(long rows) {
        affected = rows;
    }

    /** Collector of EXPLAIN ANALYZE; null when nobody measures. */
    public @Nullable Object profile() {
        return profile;
    }

    public void profile(@Nullable Object collector) {
        profile = collector;
    }

    @SuppressWarnings("unchecked")
    public <T> T shared(Object owner, Supplier<T> fresh) {
        Object state = shared.get(owner);
        if (state == null) {
            state = fresh.get();
            shared.put(owner, state);
        }
        return (T) state;
    }

    /** CTEs and work tables by their id in the statement. */
    public Map<Integer, Object> byId() {
        return byId;
    }

    /** Runs when all rows were produced, before the statement counts as done: foreign key checks, unread data-modifying CTEs. */
    public void atEnd(Runnable action) {
        atEnd.add(action);
    }

    public void finish() {
        for (Runnable action = atEnd.poll(); action != null; action = atEnd.poll()) action.run();
    }

    /** Closed with the statement. Any thread. */
    public void own(AutoCloseable resource) {
        synchronized (resources) {
            resources.add(resource);
        }
    }

    /** The owner closed it. */
    public void disown(AutoCloseable resource) {
        synchronized (resources) {
            resources.remove(resource);
        }
    }

    @Override
    public void close() {
        java.util.List<AutoCloseable> open;
        synchronized (resources) {
            open = java.util.List.copyOf(resources);
            resources.clear();
        }
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
