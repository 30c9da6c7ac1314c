package io.craton.core.error;

/** Assertions that stay on in production. A failure is our own bug: XX000 inside a session; the applier and the log halt the node. */
public final class Invariant {
    private Invariant() {}

    public static void check(boolean holds, String what) {
        if (!holds) throw new PgException(PgError.error(SqlState.INTERNAL_ERROR, "invariant violated: " + what),
                new AssertionError(what));
    }
}
