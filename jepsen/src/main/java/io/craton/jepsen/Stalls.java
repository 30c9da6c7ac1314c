package io.craton.jepsen;

import io.craton.jepsen.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Notes when this machine itself stood still, so that its pauses are not taken for the cluster's. */
final class Stalls implements AutoCloseable {
    private static final long TICK_NANOS = 50_000_000;
    private static final long NOTED_NANOS = 500_000_000;

    private final History history;
    private final List<String> noted = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    Stalls(History history) {
        this.history = history;
        this.thread = Thread.ofPlatform().name("stalls").start(this::watch);
    }

    private void watch() {
        long last = history.now();
        while (!closed) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = history.now();
            if (now - last > NOTED_NANOS) noted.add("this machine, or this process, stood still for %.2f s until %.2f s".formatted((now - last) / 1e9, now / 1e9));
            last = now;
        }
    }

    /** What was noted; ends the watch. */
    List<String> end() throws InterruptedException {
        close();
        return List.copyOf(noted);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
