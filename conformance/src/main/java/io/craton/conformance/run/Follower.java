package io.craton.conformance.run;

import io.craton.conformance.wire.Answer;
import java.util.Locale;
import java.util.Set;

/**
 * Keeps the server under test in the transaction state that the reference had after the same statement, so that one failure inside a transaction does
 * not sink all that follows: statements inside a transaction stand behind a savepoint that is rolled back to when only this server failed, as psql's
 * ON_ERROR_ROLLBACK does it.
 */
final class Follower {
    private static final Set<String> UNGUARDED = Set.of("begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare", "set",
            "reset", "show", "call", "fetch", "move", "close");
    private static final String GUARD = "conformance_guard";

    private final Side side;
    private boolean guarded;
    private int corrections;

    Follower(Side side) {
        this.side = side;
    }

    /** How often the states differed. */
    int corrections() {
        return corrections;
    }

    void before(String sql) {
        guarded = side.connection().state() == 'T' && guardable(sql) && !side.query("SAVEPOINT " + GUARD).failed();
    }

    private static boolean guardable(String sql) {
        String trimmed = sql.strip();
        int end = 0;
        while (end < trimmed.length() && Character.isLetter(trimmed.charAt(end))) end++;
        int semicolon = trimmed.indexOf(';');
        return !UNGUARDED.contains(trimmed.substring(0, end).toLowerCase(Locale.ROOT)) && (semicolon < 0 || semicolon == trimmed.length() - 1);
    }

    void after(Answer answer, char wanted) {
        char state = side.connection().state();
        if (answer.end() == Answer.End.CLOSED || answer.end() == Answer.End.HUNG) state = 'I';
        if (guarded && state == 'T') side.query("RELEASE SAVEPOINT " + GUARD);
        if (state == wanted) return;
        corrections++;
        if (guarded && state == 'E' && wanted == 'T') {
            side.query("ROLLBACK TO SAVEPOINT " + GUARD);
            side.query("RELEASE SAVEPOINT " + GUARD);
            if (side.connection().state() == 'T') return;
        }
        if (state != 'I' && (wanted == 'I' || state == 'E')) side.query("ROLLBACK");
        if (wanted == 'I') return;
        if (side.connection().state() == 'I') side.query("BEGIN");
        if (wanted == 'E') side.query("SELECT 1/0");
    }
}
