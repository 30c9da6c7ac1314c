package io.craton.sql.syntax;

import io.craton.core.error.PgException;
import java.util.List;

/** The door of this package: text to syntax trees. Stateless; safe for all threads. */
public final class SqlParser {
    private SqlParser() {}

    /** All statements of a query string; empty ones leave no trace. Errors: 42601 and the lexer's, with position; 54001 for too deep nesting. */
    public static List<ParsedStatement> parse(String sql) {
        throw PgException.notSupported("parser");
    }

    /** One expression (a column default, a check); nothing may follow it. */
    public static Expr parseExpression(String text) {
        throw PgException.notSupported("parser");
    }

    /** A type name as in a cast: {@code to_regtype('..')}, DECLARE in PL/pgSQL. */
    public static TypeName parseTypeName(String text) {
        throw PgException.notSupported("parser");
    }

    /** A PL/pgSQL expression: what may follow SELECT, {@code x > 0} or {@code a FROM t WHERE ..}. */
    public static SelectStatement parsePlExpression(String text) {
        throw PgException.notSupported("parser");
    }
}
