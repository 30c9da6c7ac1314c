package io.craton.wire.netty;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.wire.message.FrontendMessage;
import io.craton.wire.message.FrontendMessage.CopyData;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way from the event loop to the session's thread. Bounded: the loop stops reading the socket when there is no
 * room and is called when there is room again.
 */
final class Inbox {
    private static final long BYTES_MAX = 512 * 1024;
    private static final int MESSAGES_MAX = 1024;

    private final Runnable roomAgain;
    /** Guards everything below. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<FrontendMessage> messages = new ArrayDeque<>();
    private long bytes;
    private boolean loopWaits;
    private @Nullable PgException broken;

    Inbox(Runnable roomAgain) {
        this.roomAgain = roomAgain;
    }

    /** Loop: is there room? If not, {@code roomAgain} runs later. */
    boolean hasRoom() {
        lock.lock();
        try {
            boolean room = bytes < BYTES_MAX && messages.size() < MESSAGES_MAX;
            loopWaits = !room;
            return room;
        } finally {
            lock.unlock();
        }
    }

    /** Loop. */
    void add(FrontendMessage message) {
        lock.lock();
        try {
            messages.addLast(message);
            bytes += size(message);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            messages.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return messages.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The next message if there is one. */
    @Nullable FrontendMessage poll() {
        boolean wake = false;
        lock.lock();
        try {
            FrontendMessage message = messages.pollFirst();
            if (message != null) wake = removed(message);
            return message;
        } finally {
            lock.unlock();
            if (wake) roomAgain.run();
        }
    }

    /** Session thread: waits for the next message. Throws when the connection is gone. */
    FrontendMessage take() {
        boolean wake = false;
        lock.lock();
        try {
            while (messages.isEmpty()) {
                if (broken != null) throw broken;
                arrived.await();
            }
            FrontendMessage message = messages.removeFirst();
            wake = removed(message);
            return message;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PgException(SqlState.QUERY_CANCELED, "canceling statement due to user request");
        } finally {
            lock.unlock();
            if (wake) roomAgain.run();
        }
    }

    /** Nothing will come any more: whoever waits, or will wait, for a message gets this error. */
    void breakWith(PgException error) {
        lock.lock();
        try {
            broken = error;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean removed(FrontendMessage message) {
        bytes -= size(message);
        if (!loopWaits || bytes > BYTES_MAX / 2 || messages.size() > MESSAGES_MAX / 2) return false;
        loopWaits = false;
        return true;
    }

    private static long size(FrontendMessage message) {
        return switch (message) {
            case CopyData data -> data.bytes().length;
            case FrontendMessage.Query query -> query.sql().length();
            case FrontendMessage.Parse parse -> parse.sql().length();
            case FrontendMessage.Bind bind -> bind.parameters().bytes().length;
            default -> 16;
        };
    }
}
