package io.craton.core.session;

import io.craton.core.error.PgError;

/** What a session may ask of the connection that it serves. Any thread, any time; neither call waits. */
public interface ClientLink {
    /** Notifications wait: the wire calls {@link SqlSession#deliverNotifications} as soon as no statement runs. */
    void notificationsReady();

    /** Ends the connection with this FATAL error (pg_terminate_backend, DROP DATABASE WITH (FORCE)); a running statement is cancelled first. */
    void terminate(PgError fatal);
}
