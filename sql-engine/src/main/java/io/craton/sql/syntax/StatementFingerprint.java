package io.craton.sql.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query text with its literals lifted out: the key of the plan cache for the simple protocol, made by the lexer alone. Texts that differ only in the values
 * of literals of equal kinds have equal {@code text}; literal i of one stands where literal i of the other stands.
 *
 * <p>Not every literal may vary under one plan: type modifiers, {@code ORDER BY 1}, {@code interval '1 day'}, options. Who caches a plan keeps, from the syntax
 * tree, the positions of literals that became plain constants of it, and compares the values of all others. In the tree a literal stands at
 * {@link Literal#position}, or at {@link Literal#signPosition} with its value negated when the sign was folded into it.
 *
 * @param text the source with each literal replaced by {@code ?i}, {@code ?n}, {@code ?s} or {@code ?b} by its kind; all else as written
 * @param first the first token, so that callers can leave other than SELECT, INSERT, UPDATE, DELETE, WITH, VALUES alone
 * @param single at most one statement (a semicolon only at the end)
 */
public record StatementFingerprint(String text, Token first, boolean single, List<Literal> literals) {
    public enum LiteralKind {
        INTEGER('i'), NUMERIC('n'), STRING('s'), BIT('b');

        private final char mark;

        LiteralKind(char mark) {
            this.mark = mark;
        }
    }

    /**
     * One lifted literal.
     *
     * @param value digits as written, the string's value without quotes and escapes, or bits with their leading b or x
     * @param position 1-based character of the token
     * @param signPosition 1-based character of a minus sign directly before it, 0 without one
     */
    public record Literal(LiteralKind kind, String value, int position, int signPosition) {}

    /** Lifts the literals. Throws what the lexer throws. */
    public static StatementFingerprint of(String sql, LexerSettings settings) {
        PgLexer lexer = new PgLexer(sql, settings);
        StringBuilder text = new StringBuilder(sql.length() + 8);
        List<Literal> literals = new ArrayList<>();
        boolean ascii = isBasic(sql);
        Token first = Token.EOF;
        boolean ended = false;
        boolean single = true;
        int copied = 0;
        int minus = -1;
        while (true) {
            Token token = lexer.next();
            if (token == Token.EOF) break;
            if (token == Token.SEMICOLON) {
                ended = first != Token.EOF;
                continue;
            }
            if (first == Token.EOF) first = token;
            if (ended) single = false;
            LiteralKind kind = kind(token);
            if (kind != null) {
                int start = lexer.start();
                int sign = minus < 0 ? 0 : character(lexer, minus, ascii);
                literals.add(new Literal(kind, value(lexer, kind), character(lexer, start, ascii), sign));
                text.append(sql, copied, start).append('?').append(kind.mark);
                copied = lexer.end();
            }
            minus = token == Token.MINUS ? lexer.start() : -1;
        }
        text.append(sql, copied, sql.length());
        return new StatementFingerprint(text.toString(), first, single, List.copyOf(literals));
    }

    private static @Nullable LiteralKind kind(Token token) {
        return switch (token) {
            case ICONST -> LiteralKind.INTEGER;
            case FCONST -> LiteralKind.NUMERIC;
            case SCONST -> LiteralKind.STRING;
            case BCONST, XCONST -> LiteralKind.BIT;
            default -> null;
        };
    }

    private static String value(PgLexer lexer, LiteralKind kind) {
        String value = lexer.value();
        if (value != null) return value;
        boolean quoted = kind == LiteralKind.STRING;
        return quoted ? lexer.sql.substring(lexer.start() + 1, lexer.end() - 1) : lexer.sql.substring(lexer.start(), lexer.end());
    }

    private static int character(PgLexer lexer, int offset, boolean basic) {
        return basic ? offset + 1 : lexer.characterPosition(offset);
    }

    private static boolean isBasic(String sql) {
        for (int i = 0; i < sql.length(); i++) if (Character.isSurrogate(sql.charAt(i))) return false;
        return true;
    }
}
