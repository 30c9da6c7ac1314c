package io.craton.sql.procedure;

import org.jspecify.annotations.Nullable;

/**
 * A piece of SQL in a body: its text, and the names that its place sees. Keeps what was made of it when it was first run; a program belongs to one session,
 * so nobody else writes there.
 */
public final class Fragment {
    public enum Kind {
        /** What may follow SELECT. */
        EXPRESSION,
        /** {@code target := expression}. */
        ASSIGNMENT,
        STATEMENT
    }

    final Kind kind;
    final String text;
    final @Nullable Namespace names;
    @Nullable Plan plan;

    Fragment(Kind kind, String text, @Nullable Namespace names) {
        this.kind = kind;
        this.text = text;
        this.names = names;
    }

    /** What an error's context calls it. */
    String context() {
        return switch (kind) {
            case EXPRESSION -> "SQL expression \"" + text + "\"";
            case ASSIGNMENT -> "PL/pgSQL assignment \"" + text + "\"";
            case STATEMENT -> "SQL statement \"" + text + "\"";
        };
    }
}
