package io.craton.server.config;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.wire.auth.RequestLimit;
import io.craton.wire.auth.RequestRate;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Limits of requests in a second, by address and by database. Sessions keep their counters; limits change under them. Any thread. */
final class RequestRates {
    private static final int SOURCES_MAX = 10_000;

    /** 0 for no limit. */
    private record Limits(long address, long tenant) {}

    private final ConcurrentHashMap<InetAddress, RequestRate> addresses = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, RequestRate> tenants = new ConcurrentHashMap<>();
    private volatile Limits limits = new Limits(0, 0);

    void limits(long address, long tenant) {
        limits = new Limits(address, tenant);
    }

    RequestLimit of(String database, @Nullable InetAddress address) {
        RequestRate byAddress = address == null ? new RequestRate() : rate(addresses, address);
        RequestRate byTenant = rate(tenants, database);
        return () -> {
            Limits most = limits;
            if (most.address == 0 && most.tenant == 0) return null;
            long now = System.nanoTime();
            if (most.address > 0 && byAddress.add(now) > most.address) return tooMany("from this address", "max_requests_per_address");
            if (most.tenant > 0 && byTenant.add(now) > most.tenant) return tooMany("in database \"" + database + "\"", "max_requests_per_tenant");
            return null;
        };
    }

    /** Whoever has so many addresses is not kept out by counting them. */
    private static <K> RequestRate rate(ConcurrentHashMap<K, RequestRate> rates, K source) {
        if (rates.size() >= SOURCES_MAX) rates.clear();
        return rates.computeIfAbsent(source, any -> new RequestRate());
    }

    private static PgError tooMany(String what, String limit) {
        return PgError.of(Severity.ERROR, SqlState.CONFIGURATION_LIMIT_EXCEEDED, "too many requests " + what + "; try again in a second")
                .withHint("Send fewer, or raise " + limit + " in the configuration file, section [limits].");
    }
}
