package io.craton.sql.ddl;

import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SqlPrinter;
import io.craton.sql.syntax.Statement;

/** SQL text for the catalog and for queries of the engine's own. Pure. */
final class SqlText {
    private SqlText() {}

    static String print(Expr expression) {
        return SqlPrinter.print(expression);
    }

    static String print(Statement statement) {
        return SqlPrinter.print(statement);
    }

    /** Quoted where it must be, as quote_identifier does. */
    static String identifier(String name) {
        return SqlPrinter.identifier(name);
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
