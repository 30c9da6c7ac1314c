package io.craton.sql.session;

import io.craton.storage.engine.StorageEngine;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which sessions of the node listen to which channels of their databases. Notifications come from the applier in commit order and wait at each listening session until
 * that has no transaction open. What waits is bounded in bytes: beyond the bound NOTIFY is refused. Any thread.
 */
final class Notifications implements StorageEngine.NotificationListener {
    private static final long WAITING_BYTES_MAX = 64L << 20;
    private static final int OVERHEAD = 64;

    private record Channel(int tenant, String name) {}

    record Notification(int processId, String channel, String payload) {
        int bytes() {
            return channel.length() + payload.length() + OVERHEAD;
        }
    }

    private final Map<Channel, Set<Listener>> listeners = new ConcurrentHashMap<>();
    private final AtomicLong waiting = new AtomicLong();

    void listen(int tenant, String channel, Listener listener) {
        listeners.compute(new Channel(tenant, channel), (key, before) -> {
            Set<Listener> after = before == null ? new HashSet<>() : new HashSet<>(before);
            after.add(listener);
            return after;
        });
    }

    void unlisten(int tenant, String channel, Listener listener) {
        listeners.computeIfPresent(new Channel(tenant, channel), (key, before) -> {
            Set<Listener> after = new HashSet<>(before);
            after.remove(listener);
            return after.isEmpty() ? null : after;
        });
    }

    @Override
    public void notified(int tenantNumber, String channel, String payload, int processId) {
        Set<Listener> targets = listeners.get(new Channel(tenantNumber, channel));
        if (targets == null) return;
        Notification notification = new Notification(processId, channel, payload);
        for (Listener target : targets) {
            waiting.addAndGet(notification.bytes());
            target.take(notification);
        }
    }

    /** These wait no longer. */
    void gone(long bytes) {
        waiting.addAndGet(-bytes);
    }

    /** Share of the bound that is used. */
    double usage() {
        return (double) waiting.get() / WAITING_BYTES_MAX;
    }
}
