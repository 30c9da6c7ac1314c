package io.craton.sql.session;

import io.craton.core.session.ClientLink;
import io.craton.core.session.ResultSink;
import io.craton.sql.session.Notifications.Notification;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The channels that one session listens to, and what has come for it. LISTEN and UNLISTEN are part of their transaction: new channels are heard from right before its
 * commit, given up ones until right behind it. The session's thread, but for {@link #take}.
 */
final class Listener {
    /** @param channel null: all */
    private record Request(@Nullable String channel, boolean listen) {}

    private final Notifications notifications;
    private final int tenant;
    private final Set<String> channels = new LinkedHashSet<>();
    private final List<Request> requests = new ArrayList<>(0);
    private final Queue<Notification> arrived = new ConcurrentLinkedQueue<>();
    private volatile @Nullable ClientLink link;
    private volatile boolean closed;

    Listener(Notifications notifications, int tenant) {
        this.notifications = notifications;
        this.tenant = tenant;
    }

    void attach(ClientLink clientLink) {
        link = clientLink;
    }

    void listen(String channel) {
        requests.add(new Request(channel, true));
    }

    /** @param channel null: all */
    void unlisten(@Nullable String channel) {
        requests.add(new Request(channel, false));
    }

    boolean isListening() {
        return !channels.isEmpty();
    }

    List<String> channels() {
        return List.copyOf(channels);
    }

    int mark() {
        return requests.size();
    }

    void rollbackTo(int mark) {
        requests.subList(mark, requests.size()).clear();
    }

    boolean hasRequests() {
        return !requests.isEmpty();
    }

    /** The transaction is about to commit: nothing that commits behind it may be missed. */
    void beforeCommit() {
        for (Request request : requests) {
            if (request.listen) notifications.listen(tenant, java.util.Objects.requireNonNull(request.channel), this);
        }
    }

    void ended(boolean committed) {
        if (requests.isEmpty()) return;
        Set<String> heard = new HashSet<>(channels);
        for (Request request : requests) {
            if (request.listen) heard.add(java.util.Objects.requireNonNull(request.channel));
            if (!committed) continue;
            if (request.listen) channels.add(request.channel);
            else if (request.channel == null) channels.clear();
            else channels.remove(request.channel);
        }
        requests.clear();
        heard.removeAll(channels);
        for (String channel : heard) notifications.unlisten(tenant, channel, this);
    }

    /** From the applier. */
    void take(Notification notification) {
        arrived.add(notification);
        if (closed) drop();
        ClientLink to = link;
        if (to != null) to.notificationsReady();
    }

    void deliver(ResultSink sink) {
        for (Notification next = arrived.poll(); next != null; next = arrived.poll()) {
            notifications.gone(next.bytes());
            sink.notification(next.processId(), next.channel(), next.payload());
        }
    }

    void close() {
        for (String channel : channels) notifications.unlisten(tenant, channel, this);
        channels.clear();
        closed = true;
        drop();
    }

    private void drop() {
        for (Notification next = arrived.poll(); next != null; next = arrived.poll()) notifications.gone(next.bytes());
    }
}
