package io.craton.server.metrics;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.metric.Latencies;
import io.craton.wire.WireObserver;
import io.craton.wire.auth.AuthMethod;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what happens on the wire. On the way of every request: nothing but additions to cells that threads do not share. */
public final class WireCounts implements WireObserver {
    final LongAdder connectionsOpened = new LongAdder();
    final LongAdder connectionsClosed = new LongAdder();
    final LongAdder requestsBegun = new LongAdder();
    final LongAdder requestsEnded = new LongAdder();
    /** By protocol and outcome. */
    final LongAdder[][] requests = new LongAdder[Protocol.values().length][Outcome.values().length];
    final Latencies requestTimes = new Latencies();
    /** Requests whose weightiest statement read, and those in which one wrote. */
    final Latencies readTimes = new Latencies();
    final Latencies writeTimes = new Latencies();
    final Map<Integer, LongAdder> http = new ConcurrentHashMap<>();
    final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    final LongAdder refusedForLimits = new LongAdder();
    /** By method and whether the client was let in. */
    final LongAdder[][] logins = new LongAdder[AuthMethod.values().length][2];

    private final Refusals refusals;

    /** Who is told of clients that were not let in. */
    public interface Refusals {
        void refused(String user, String database, @Nullable InetSocketAddress remote, PgError why);
    }

    public WireCounts(Refusals refusals) {
        this.refusals = refusals;
        for (LongAdder[][] table : new LongAdder[][][] {requests, logins}) {
            for (LongAdder[] row : table) {
                for (int i = 0; i < row.length; i++) row[i] = new LongAdder();
            }
        }
    }

    @Override
    public void sessionOpened() {
        connectionsOpened.increment();
    }

    @Override
    public void sessionClosed() {
        connectionsClosed.increment();
    }

    @Override
    public void authenticated(AuthMethod method, boolean accepted) {
        logins[method.ordinal()][accepted ? 1 : 0].increment();
    }

    @Override
    public void refused(String user, String database, @Nullable InetSocketAddress remote, PgError why) {
        refusals.refused(user, database, remote, why);
    }

    @Override
    public void errorSent(PgError error) {
        SqlState state = error.state();
        errors.computeIfAbsent(state.condition.isEmpty() ? state.code : state.condition, any -> new LongAdder()).increment();
        if (state == SqlState.TOO_MANY_CONNECTIONS || state == SqlState.CONFIGURATION_LIMIT_EXCEEDED) refusedForLimits.increment();
    }

    @Override
    public void requestBegun() {
        requestsBegun.increment();
    }

    @Override
    public void requestEnded(Protocol protocol, Effect effect, Outcome outcome, long nanos) {
        requestsEnded.increment();
        requests[protocol.ordinal()][outcome.ordinal()].increment();
        requestTimes.record(nanos);
        switch (effect) {
            case READ -> readTimes.record(nanos);
            case WRITE -> writeTimes.record(nanos);
            case NONE -> { }
        }
    }

    @Override
    public void httpAnswered(int status, long nanos) {
        http.computeIfAbsent(status, any -> new LongAdder()).increment();
    }
}
