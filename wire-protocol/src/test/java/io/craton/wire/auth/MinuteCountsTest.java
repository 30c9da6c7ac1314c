package io.craton.wire.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MinuteCountsTest {
    private long now = 5;
    private final MinuteCounts counts = new MinuteCounts(() -> now);

    private static InetAddress at(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMinuteIsCountedForEachSource() {
        assertThat(counts.count(at("10.0.0.1"))).isZero();
        counts.add(at("10.0.0.1"));
        now += TimeUnit.SECONDS.toNanos(59);
        counts.add(at("10.0.0.1"));
        counts.add(at("10.0.0.2"));
        assertThat(counts.count(at("10.0.0.1"))).isEqualTo(2);
        assertThat(counts.count(at("10.0.0.2"))).isEqualTo(1);
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(counts.count(at("10.0.0.1"))).isZero();
        assertThat(counts.count(at("10.0.0.2"))).isEqualTo(1);
        counts.add(at("2001:db8::1"));
        counts.add(at("2001:db8::2"));
        assertThat(counts.count(at("2001:db8::ffff"))).isEqualTo(2);
        assertThat(counts.count(at("2001:db8:0:1::1"))).isZero();
        assertThat(counts.add("shop")).isEqualTo(1);
        assertThat(counts.add("shop")).isEqualTo(2);
        assertThat(counts.add("other")).isEqualTo(1);
    }

    @Test
    void manySourcesTakeBoundedMemory() {
        for (int i = 0; i < 25_000; i++) counts.add(at("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
        assertThat(counts.count(at("10.0." + (24_999 >> 8) + "." + (24_999 & 255)))).isEqualTo(1);
        assertThat(counts.count(at("10.0.0.0"))).isZero();
    }
}
