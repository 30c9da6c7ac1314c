package io.craton.replication.transfer;

/** Lets so many bytes through in a second, so that who receives a copy does not starve those who write. Any thread. */
public final class Throttle {
    private static final long BURST_NANOS = 50_000_000;

    private final double nanosPerByte;
    private long next = System.nanoTime();

    public Throttle(long bytesPerSecond) {
        nanosPerByte = 1e9 / bytesPerSecond;
    }

    /** Waits until these bytes may go. */
    void take(int bytes) throws InterruptedException {
        long now = System.nanoTime();
        long wait;
        synchronized (this) {
            long start = Math.max(next, now - BURST_NANOS);
            next = start + (long) (bytes * nanosPerByte);
            wait = start - now;
        }
        if (wait > 0) Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
    }
}
