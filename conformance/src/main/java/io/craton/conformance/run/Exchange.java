package io.craton.conformance.run;

import io.craton.conformance.wire.Answer;
import org.jspecify.annotations.Nullable;

/**
 * One statement and what the server said. {@code key} is the same on both servers.
 *
 * @param answer null for what was not sent
 * @param copies how often the server asked for COPY data that stands in the script
 * @param nanos how long the server took
 */
public record Exchange(Key key, int line, String sql, Kind kind, @Nullable Answer answer, int copies, long nanos) {
    /** The statement at a place of the script; \gexec makes several at one place. */
    public record Key(int offset, int ordinal) {}

    /** Why a statement takes part in the comparison or not. */
    public enum Kind {
        STATEMENT,
        /** A command of psql's own, like \d. */
        META,
        /** Needs PostgreSQL's library of C functions for its tests. */
        LIBRARY
    }
}
