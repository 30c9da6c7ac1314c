package io.craton.wire.auth;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How often something came from a source in a minute that began with the first time. An IPv6 address stands for its network of 64 bits. Any thread. */
public final class MinuteCounts {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int SOURCES_MAX = 10_000;

    private record Minute(long begunNanos, int times) {}

    private final LongSupplier nanos;
    private final ConcurrentHashMap<ByteBuffer, Minute> minutes = new ConcurrentHashMap<>();

    /** @param nanos a clock */
    public MinuteCounts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Once more; how often now. */
    public int add(InetAddress address) {
        return add(source(address));
    }

    public int add(String name) {
        return add(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
    }

    private int add(ByteBuffer from) {
        long now = nanos.getAsLong();
        // Whoever has so many addresses is not kept out by counting them.
        if (minutes.size() >= SOURCES_MAX) minutes.values().removeIf(minute -> over(minute, now));
        if (minutes.size() >= SOURCES_MAX) minutes.clear();
        return minutes.compute(from, (source, minute) -> minute == null || over(minute, now) ? new Minute(now, 1) : new Minute(minute.begunNanos, minute.times + 1)).times;
    }

    public int count(InetAddress address) {
        Minute minute = minutes.get(source(address));
        return minute == null || over(minute, nanos.getAsLong()) ? 0 : minute.times;
    }

    private static boolean over(Minute minute, long now) {
        return now - minute.begunNanos >= MINUTE_NANOS;
    }

    private static ByteBuffer source(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(bytes.length > 4 ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
