package io.craton.core.error;

/** A failure that knows what a client is told of it. */
public interface Reportable {
    PgError report();
}
