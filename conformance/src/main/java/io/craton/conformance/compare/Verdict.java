package io.craton.conformance.compare;

/**
 * The judgement on one statement.
 *
 * @param reason why it differs, in words that are the same for like failures; empty when it does not
 * @param exact also position, detail, hint and notices are the same
 */
public record Verdict(Kind kind, String reason, boolean exact) {
    /** What a statement counts as. */
    public enum Kind {
        SAME,
        DIFFERENT,
        /** A command of psql's own. */
        META,
        /** A statement that prints a plan, on both servers. */
        PLAN,
        /** Needs PostgreSQL's library of C test functions. */
        LIBRARY,
        /** The server closed the connection. */
        CLOSED,
        /** The server did not answer in time, whether it obeyed the cancel request or not. */
        HUNG;

        /** Takes part in the shares. */
        public boolean counts() {
            return this == SAME || this == DIFFERENT || this == CLOSED || this == HUNG;
        }
    }

    static Verdict same(boolean exact) {
        return new Verdict(Kind.SAME, "", exact);
    }

    static Verdict different(String reason) {
        return new Verdict(Kind.DIFFERENT, reason, false);
    }

    static Verdict apart(Kind kind) {
        return new Verdict(kind, "", false);
    }
}
