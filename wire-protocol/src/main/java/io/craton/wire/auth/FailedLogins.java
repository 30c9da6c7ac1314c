package io.craton.wire.auth;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How many logins from an address failed in a minute that began with the first of them. An IPv6 address stands for its network of 64 bits. Any thread. */
public final class FailedLogins {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int SOURCES_MAX = 10_000;

    private record Minute(long begunNanos, int failures) {}

    private final LongSupplier nanos;
    private final ConcurrentHashMap<ByteBuffer, Minute> minutes = new ConcurrentHashMap<>();

    /** @param nanos a clock */
    public FailedLogins(LongSupplier nanos) {
        this.nanos = nanos;
    }

    public void failed(InetAddress address) {
        long now = nanos.getAsLong();
        // Whoever has so many addresses is not kept out by counting them.
        if (minutes.size() >= SOURCES_MAX) minutes.values().removeIf(minute -> over(minute, now));
        if (minutes.size() >= SOURCES_MAX) minutes.clear();
        minutes.compute(source(address), (source, minute) -> minute == null || over(minute, now) ? new Minute(now, 1) : new Minute(minute.begunNanos, minute.failures + 1));
    }

    public int count(InetAddress address) {
        Minute minute = minutes.get(source(address));
        return minute == null || over(minute, nanos.getAsLong()) ? 0 : minute.failures;
    }

    private static boolean over(Minute minute, long now) {
        return now - minute.begunNanos >= MINUTE_NANOS;
    }

    private static ByteBuffer source(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(bytes.length > 4 ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
