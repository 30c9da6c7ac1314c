package io.craton.wire.netty;

import io.craton.wire.message.StartupPacket.CancelRequest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Open sessions by the process id that their clients know, and the secrets that allow to cancel them. The upper bits of a process id are the
 * node that the client connected to, so that it stays unique in the cluster. Any thread.
 */
final class CancelRegistry {
    static final int NODE_SHIFT = 24;
    private static final int COUNTER_MAX = (1 << NODE_SHIFT) - 1;

    /** Process id and secret of one session, as BackendKeyData tells them. */
    record Key(int processId, int secret) {
        boolean opens(int secretGiven) {
            return MessageDigest.isEqual(bytes(secret), bytes(secretGiven));
        }

        private static byte[] bytes(int value) {
            return ByteBuffer.allocate(4).putInt(value).array();
        }
    }

    private record Entry(Key key, @Nullable Cancellable session) {}

    private final SecureRandom random;
    private final int node;
    private final AtomicInteger last = new AtomicInteger();
    private final ConcurrentHashMap<Integer, Entry> entries = new ConcurrentHashMap<>();

    /** @param node number of this node, from 1 to 127 */
    CancelRegistry(SecureRandom random, int node) {
        this.random = random;
        this.node = node;
    }

    /** Reserves a process id that no open session has. */
    Key reserve() {
        while (true) {
            int processId = node << NODE_SHIFT | last.updateAndGet(id -> id == COUNTER_MAX ? 1 : id + 1);
            Key key = new Key(processId, random.nextInt());
            if (entries.putIfAbsent(processId, new Entry(key, null)) == null) return key;
        }
    }

    void opened(Key key, Cancellable session) {
        entries.put(key.processId(), new Entry(key, session));
    }

    /** Nothing came of the reservation. */
    void release(Key key) {
        entries.remove(key.processId(), new Entry(key, null));
    }

    /** Only what this session left behind: the same client may have come back meanwhile. */
    void release(Key key, Cancellable session) {
        entries.computeIfPresent(key.processId(), (id, entry) -> entry.session == session ? null : entry);
    }

    /**
     * Cancels what the session runs, if the secret is right; says nothing otherwise. {@code done} runs when that has been done.
     *
     * @return whether there is a session with this process id
     */
    boolean cancel(CancelRequest request, Runnable done) {
        Entry entry = entries.get(request.processId());
        if (entry == null) return false;
        if (entry.session != null && entry.key.opens(request.secret())) entry.session.cancelStatement(done);
        else done.run();
        return true;
    }
}
