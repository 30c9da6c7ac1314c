package io.craton.sql.syntax;

import java.util.Map;
import java.util.TreeMap;

/** Replacements of names in one SQL text, given by the names' positions (1-based characters, as in errors). One use. */
public final class TextEdits {
    private record Edit(int end, String text) {}

    private final String sql;
    private final TreeMap<Integer, Edit> edits = new TreeMap<>();

    public TextEdits(String sql) {
        this.sql = sql;
    }

    /** Replaces a dotted name from its {@code from}-th part on (0-based). A position of 0 is none and changes nothing. */
    public void replaceName(int position, int from, String text) {
        if (position <= 0) return;
        PgLexer lexer = lexerAt(position);
        int base = sql.offsetByCodePoints(0, position - 1);
        Token token = lexer.next();
        int start = lexer.start();
        int end = lexer.end();
        for (int part = 1; token != Token.EOF; part++) {
            if (lexer.next() != Token.DOT) break;
            token = lexer.next();
            if (part == from) start = lexer.start();
            end = lexer.end();
        }
        edits.put(base + start, new Edit(base + end, text));
    }

    /** Puts text behind a dotted name that is not replaced otherwise; behind its replacement when it is. */
    public void append(int position, String text) {
        if (position <= 0) return;
        PgLexer lexer = lexerAt(position);
        int base = sql.offsetByCodePoints(0, position - 1);
        lexer.next();
        int last = lexer.start();
        int first = last;
        int end = lexer.end();
        while (lexer.next() == Token.DOT) {
            lexer.next();
            last = lexer.start();
            end = lexer.end();
        }
        for (int start : new int[] {first, last}) {
            Edit known = edits.get(base + start);
            if (known != null && known.end() == base + end) {
                if (!known.text().endsWith(text)) edits.put(base + start, new Edit(known.end(), known.text() + text));
                return;
            }
        }
        edits.put(base + last, new Edit(base + end, sql.substring(base + last, base + end) + text));
    }

    private PgLexer lexerAt(int position) {
        return new PgLexer(sql.substring(sql.offsetByCodePoints(0, position - 1)), LexerSettings.DEFAULT);
    }

    public boolean isEmpty() {
        return edits.isEmpty();
    }

    public String apply() {
        StringBuilder text = new StringBuilder(sql);
        for (Map.Entry<Integer, Edit> edit : edits.descendingMap().entrySet()) {
            text.replace(edit.getKey(), edit.getValue().end(), edit.getValue().text());
        }
        return text.toString();
    }
}
