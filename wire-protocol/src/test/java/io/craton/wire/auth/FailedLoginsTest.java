package io.craton.wire.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private long now = 5;
    private final FailedLogins logins = new FailedLogins(() -> now);

    private static InetAddress at(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMinuteIsCountedForEachSource() {
        assertThat(logins.count(at("10.0.0.1"))).isZero();
        logins.failed(at("10.0.0.1"));
        now += TimeUnit.SECONDS.toNanos(59);
        logins.failed(at("10.0.0.1"));
        logins.failed(at("10.0.0.2"));
        assertThat(logins.count(at("10.0.0.1"))).isEqualTo(2);
        assertThat(logins.count(at("10.0.0.2"))).isEqualTo(1);
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(logins.count(at("10.0.0.1"))).isZero();
        assertThat(logins.count(at("10.0.0.2"))).isEqualTo(1);
        logins.failed(at("2001:db8::1"));
        logins.failed(at("2001:db8::2"));
        assertThat(logins.count(at("2001:db8::ffff"))).isEqualTo(2);
        assertThat(logins.count(at("2001:db8:0:1::1"))).isZero();
    }

    @Test
    void manySourcesTakeBoundedMemory() {
        for (int i = 0; i < 25_000; i++) logins.failed(at("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
        assertThat(logins.count(at("10.0." + (24_999 >> 8) + "." + (24_999 & 255)))).isEqualTo(1);
        assertThat(logins.count(at("10.0.0.0"))).isZero();
    }
}
