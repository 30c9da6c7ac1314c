package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Identifiers;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SqlPrinter;
import io.craton.sql.syntax.Statement;

/** SQL text for the catalog and for queries of the engine's own. Pure. */
final class SqlText {
    private SqlText() {}

    static String print(Expr expression) {
        return SqlPrinter.print(expression);
    }

    /** A query; other statements have no text in the catalog. */
    static String print(Statement statement) {
        if (statement instanceof SelectStatement query) return SqlPrinter.print(query);
        throw PgException.notSupported("a view over " + statement.getClass().getSimpleName());
    }

    /** Quoted where it must be, as quote_identifier does. */
    static String identifier(String name) {
        return Identifiers.quote(name);
    }

    static String qualified(String schema, String name) {
        return identifier(schema) + "." + identifier(name);
    }

    /** A string constant. */
    static String literal(String text) {
        String doubled = text.replace("'", "''");
        return doubled.indexOf('\\') < 0 ? "'" + doubled + "'" : "E'" + doubled.replace("\\", "\\\\") + "'";
    }
}
