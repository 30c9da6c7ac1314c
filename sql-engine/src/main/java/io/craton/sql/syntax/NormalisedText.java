package io.craton.sql.syntax;

import java.util.Locale;

/**
 * A statement's text with {@code $n} for each literal, numbered behind the parameters that it has, and a number that is the same for all texts that differ only
 * in literals, blanks, comments and the case of words.
 */
public record NormalisedText(String text, long number) {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /**
     * @param parameters the highest number of a parameter in it
     * @param literals whether they are replaced; where not they count for the number too
     */
    public static NormalisedText of(String sql, LexerSettings settings, int parameters, boolean literals) {
        PgLexer lexer = new PgLexer(sql, settings);
        StringBuilder text = new StringBuilder(sql.length());
        long number = OFFSET;
        int copied = 0;
        int next = parameters;
        for (Token token = lexer.next(); token != Token.EOF; token = lexer.next()) {
            boolean literal = literals && switch (token) {
                case ICONST, FCONST, SCONST, BCONST, XCONST -> true;
                default -> false;
            };
            String written = sql.substring(lexer.start(), lexer.end());
            boolean exact = written.indexOf('"') >= 0 || written.indexOf('\'') >= 0 || written.startsWith("$");
            number = mixed(number, literal ? "?" : exact ? written : written.toLowerCase(Locale.ROOT));
            if (!literal) continue;
            text.append(sql, copied, lexer.start()).append('$').append(++next);
            copied = lexer.end();
        }
        return new NormalisedText(text.append(sql, copied, sql.length()).toString(), number == 0 ? 1 : number);
    }

    private static long mixed(long number, String token) {
        long mixed = number;
        for (int i = 0; i < token.length(); i++) mixed = (mixed ^ token.charAt(i)) * PRIME;
        return (mixed ^ ' ') * PRIME;
    }
}
