package io.craton.sql.session;

import io.craton.core.session.SessionFactory.Tls;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a session is and does, as pg_stat_activity shows it. Times are micros since 2000.
 *
 * @param userOid the user that logged in
 * @param transactionStart null outside transactions
 * @param queryStart null before the first query
 * @param lockWait kind of the lock that it waits for, as PostgreSQL names the event; null when it does not wait for one
 */
public record SessionActivity(int processId, int databaseOid, String database, int userOid, String user, String applicationName,
        @Nullable InetSocketAddress remote, @Nullable Tls tls, long start, @Nullable Long transactionStart, @Nullable Long queryStart, long stateChange,
        State state, String query, @Nullable String lockWait) {
    /** What pg_stat_activity.state says. */
    public enum State {
        ACTIVE("active"), IDLE("idle"), IN_TRANSACTION("idle in transaction"), FAILED("idle in transaction (aborted)");

        private final String text;

        State(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    static SessionActivity of(Session session) {
        SessionIdentity identity = session.identity;
        Activity activity = session.activity();
        var open = session.transactions.current();
        long queryStart = activity.queryStart();
        State state = activity.running() ? State.ACTIVE : switch (session.transactionStatus()) {
            case IDLE -> State.IDLE;
            case IN_TRANSACTION -> State.IN_TRANSACTION;
            case FAILED -> State.FAILED;
        };
        return new SessionActivity(identity.processId(), identity.databaseOid(), identity.database(), identity.authenticated().oid(),
                identity.authenticated().name(), session.settings.get("application_name"), identity.remote(), identity.tls(), identity.startMicros(),
                open == null ? null : open.startMicros(), queryStart == 0 ? null : queryStart, activity.stateChange(), state, activity.query(),
                session.store.lockWait());
    }
}
