package io.craton.sql.syntax;

import io.craton.core.error.PgException;

/**
 * The tokens of a routine's body: what a language around SQL needs of SQL's lexer, which is words, places, and the text between two places. Mutable, one
 * thread. Key words of SQL are tokens of their own; whoever reads them as words takes {@link #word}.
 */
public final class BodyTokens {
    private final TokenCursor cursor;
    private int lineOffset;
    private int line = 1;

    public BodyTokens(String body, LexerSettings settings) {
        this.cursor = new TokenCursor(body, settings);
    }

    public Token token() {
        return cursor.token();
    }

    public Token ahead(int distance) {
        return cursor.ahead(distance);
    }

    public void advance() {
        cursor.advance();
    }

    public boolean accept(Token token) {
        return cursor.accept(token);
    }

    /** Whether the token is a word: an identifier, quoted or not, or a key word. */
    public boolean atWord() {
        return cursor.atLabel();
    }

    /** Whether this word or operator stands here as such, not in quotes. */
    public boolean at(String text) {
        return at(0, text);
    }

    public boolean at(int distance, String text) {
        return cursor.isText(distance, text);
    }

    public boolean accept(String text) {
        if (!cursor.isText(0, text)) return false;
        cursor.advance();
        return true;
    }

    /** The word at the cursor, folded and unquoted; moves on. 42601 where there is none. */
    public String word() {
        return cursor.label();
    }

    /** The word at the cursor without moving on. */
    public String peekWord() {
        return cursor.peekLabel();
    }

    public boolean quoted() {
        return cursor.sql.startsWith("\"", cursor.startOffset());
    }

    public String string() {
        return cursor.string();
    }

    public int integer() {
        return cursor.integer();
    }

    /** $n; moves on. */
    public int parameter() {
        return cursor.parameter();
    }

    /** A place to come back to. */
    public int mark() {
        return cursor.index();
    }

    public void reset(int mark) {
        cursor.reset(mark);
    }

    /** UTF-16 offset of the token at the cursor. */
    public int start() {
        return cursor.startOffset();
    }

    /** UTF-16 offset behind the token before the cursor. */
    public int previousEnd() {
        return cursor.previousEnd();
    }

    public String text(int from, int to) {
        return cursor.sql.substring(from, to);
    }

    /** 1-based character position of the token at the cursor. */
    public int position() {
        return cursor.position();
    }

    public int position(int offset) {
        return cursor.characterPosition(offset);
    }

    /** 1-based line of an offset. Offsets are asked for in rising order as a rule. */
    public int line(int offset) {
        if (offset < lineOffset) {
            lineOffset = 0;
            line = 1;
        }
        for (; lineOffset < offset; lineOffset++) if (cursor.sql.charAt(lineOffset) == '\n') line++;
        return line;
    }

    /** {@code message at or near "token"}, at the cursor. */
    public PgException fail(String message) {
        return cursor.token() == Token.ERROR ? cursor.fail() : cursor.syntaxError(message);
    }
}
