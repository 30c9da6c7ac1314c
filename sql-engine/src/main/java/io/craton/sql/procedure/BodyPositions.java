package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.sql.syntax.Option;

/** Places in a body as places in the statement that holds the body as a literal. Pure. */
public final class BodyPositions {
    private BodyPositions() {}

    /** The error at the same place of the statement; without context then, for the statement shows it all. */
    public static PgException inStatement(PgException e, Option.BodyValue written) {
        PgError error = e.error();
        int inside = error.position();
        if (inside <= 0) return e;
        int offset = offset(written.written(), inside);
        return new PgException(error.withPosition(written.position() + offset).withWhere(null));
    }

    /** Characters of the literal in front of the body's character number {@code inside}. */
    private static int offset(String literal, int inside) {
        if (literal.startsWith("$")) return literal.indexOf('$', 1) + 1 + inside - 1;
        int at = literal.indexOf('\'') + 1;
        boolean escapes = at > 1;
        for (int passed = 1; passed < inside && at < literal.length(); passed++) {
            char c = literal.charAt(at);
            at += c == '\'' || escapes && c == '\\' ? 2 : Character.charCount(literal.codePointAt(at));
        }
        return literal.codePointCount(0, Math.min(at, literal.length()));
    }
}
