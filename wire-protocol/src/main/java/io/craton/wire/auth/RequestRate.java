package io.craton.wire.auth;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How many requests came from one source in the second that is now. Any thread, no locks: it is on the way of every request. */
public final class RequestRate {
    private static final int COUNT_BITS = 32;
    private static final long COUNT = (1L << COUNT_BITS) - 1;

    /** The second's number above, the count below. */
    private final AtomicLong window = new AtomicLong();

    /** Once more; how often in this second. */
    public long add(long nanos) {
        long second = nanos / TimeUnit.SECONDS.toNanos(1) & COUNT;
        while (true) {
            long before = window.get();
            long count = before >>> COUNT_BITS == second ? (before & COUNT) + 1 : 1;
            if (window.compareAndSet(before, second << COUNT_BITS | count)) return count;
        }
    }
}
