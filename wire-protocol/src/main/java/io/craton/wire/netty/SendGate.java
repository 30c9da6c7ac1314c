package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.netty.channel.Channel;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where a session's thread waits while its client reads too slowly. */
final class SendGate {
    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean closed;

    SendGate(Channel channel) {
        this.channel = channel;
    }

    /** Returns when the channel takes more; throws a FATAL 08006 when it never will. */
    void pass() {
        if (channel.isWritable() && !closed) return;
        lock.lock();
        try {
            while (!closed && !channel.isWritable()) changed.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            closed = true;
        } finally {
            lock.unlock();
        }
        if (closed) {
            throw new PgException(PgError.of(Severity.FATAL, SqlState.CONNECTION_FAILURE, "connection to client lost"));
        }
    }

    /** Loop: the channel became writable or not. */
    void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        closed = true;
        signal();
    }
}
