package io.craton.sql.syntax;

import java.util.LinkedHashSet;
import java.util.Set;

/** The names that a text may mention: every identifier and unreserved key word in it. Stateless. */
public final class SyntaxNames {
    private SyntaxNames() {}

    /** Names in lower case as they fold, quoted ones as written. Never misses a name; may hold words that are not used as one. */
    public static Set<String> in(String sql) {
        Set<String> names = new LinkedHashSet<>();
        PgLexer lexer = new PgLexer(sql, LexerSettings.DEFAULT);
        for (Token token = lexer.next(); token != Token.EOF; token = lexer.next()) {
            String value = lexer.value();
            if (token == Token.IDENT && value != null) names.add(value);
            else if (token == Token.IDENT || Character.isLetter(sql.charAt(lexer.start()))) names.add(PgLexer.fold(sql, lexer.start(), lexer.end()));
        }
        return names;
    }
}
