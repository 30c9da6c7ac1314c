package io.craton.wire.netty;

import io.craton.wire.message.StartupPacket.CancelRequest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Open sessions by the process id that their clients know, and the secrets that allow to cancel them. Any thread. */
final class CancelRegistry {
    /** Process id and secret of one session, as BackendKeyData tells them. */
    record Key(int processId, int secret) {
        boolean opens(CancelRequest request) {
            return MessageDigest.isEqual(bytes(secret), bytes(request.secret()));
        }

        private static byte[] bytes(int value) {
            return ByteBuffer.allocate(4).putInt(value).array();
        }
    }

    private record Entry(Key key, @Nullable SessionHandler session) {}

    private final SecureRandom random;
    private final AtomicInteger lastProcessId = new AtomicInteger();
    private final ConcurrentHashMap<Integer, Entry> entries = new ConcurrentHashMap<>();

    CancelRegistry(SecureRandom random) {
        this.random = random;
    }

    /** Reserves a process id that no open session has. */
    Key reserve() {
        while (true) {
            int processId = lastProcessId.updateAndGet(id -> id == Integer.MAX_VALUE ? 1 : id + 1);
            Key key = new Key(processId, random.nextInt());
            if (entries.putIfAbsent(processId, new Entry(key, null)) == null) return key;
        }
    }

    void opened(Key key, SessionHandler session) {
        entries.put(key.processId(), new Entry(key, session));
    }

    void release(Key key) {
        entries.remove(key.processId());
    }

    /** Cancels what the session runs, if the secret is right; says nothing otherwise. */
    void cancel(CancelRequest request) {
        Entry entry = entries.get(request.processId());
        if (entry != null && entry.key.opens(request) && entry.session != null) entry.session.cancelStatement();
    }
}
