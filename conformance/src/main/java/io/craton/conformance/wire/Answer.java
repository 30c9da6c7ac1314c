package io.craton.conformance.wire;

import java.util.List;

/**
 * Everything a server said to one query.
 *
 * @param state the transaction state it reported last: I, T or E
 * @param threads what the server's threads did when the time for an answer was over; empty when it came in time
 */
public record Answer(List<Result> results, List<Report> notices, End end, char state, String threads) {
    public Answer(List<Result> results, List<Report> notices, End end, char state) {
        this(results, notices, end, state, "");
    }

    public Answer withThreads(String dump) {
        return new Answer(results, notices, end, state, dump);
    }

    /** How the conversation ended. */
    public enum End {
        /** ReadyForQuery. */
        READY,
        /** The statement had to be cancelled, and the server obeyed. */
        CANCELLED,
        /** The server did not even obey the cancel request; the connection was given up. */
        HUNG,
        /** The server closed the connection. */
        CLOSED
    }

    public Answer {
        results = List.copyOf(results);
        notices = List.copyOf(notices);
    }

    public boolean failed() {
        return end != End.READY || results.stream().anyMatch(r -> r instanceof Result.Failure);
    }
}
