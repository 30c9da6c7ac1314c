package io.craton.migrations;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a script into its statements by PostgreSQL's lexical rules: semicolons inside strings, quoted names, dollar quotes and
 * comments do not end a statement, nor do those within the body of {@code BEGIN ATOMIC ... END}. Knows the place of each statement.
 */
final class SqlScript {
    /**
     * One statement without its semicolon.
     *
     * @param offset its place in the script, in UTF-16 units
     * @param place of its first word
     */
    record Statement(String sql, int offset, Place place) {
        /** Where in the file a 1-based character position within the statement is, as error messages carry it. */
        Place placeOf(String script, int position) {
            return Place.of(script, offset + sql.offsetByCodePoints(0, Math.clamp(position - 1, 0, sql.codePointCount(0, sql.length()))));
        }
    }

    private final String text;
    private int at;

    private SqlScript(String text) {
        this.text = text;
    }

    static List<Statement> split(String text) {
        return new SqlScript(text).statements();
    }

    private List<Statement> statements() {
        List<Statement> statements = new ArrayList<>();
        int start = -1;
        int atomic = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == '\ufeff' && at == 0) {
                at++;
            } else if (text.startsWith("--", at) || text.startsWith("/*", at)) {
                skipComment();
            } else if (c == ';' && atomic == 0) {
                if (start >= 0) statements.add(statement(start, at));
                start = -1;
                at++;
            } else {
                if (start < 0) start = at;
                atomic = skipToken(c, atomic);
            }
        }
        if (start >= 0) statements.add(statement(start, text.length()));
        return statements;
    }

    private Statement statement(int start, int end) {
        return new Statement(text.substring(start, end).stripTrailing(), start, Place.of(text, start));
    }

    /** Passes one token; returns the depth of BEGIN ATOMIC and CASE blocks behind it. */
    private int skipToken(char c, int atomic) {
        if (c == '\'' || c == '"') {
            skipQuoted(c, c == '\'' && at > 0 && isEscapePrefix());
        } else if (c == '$' && !(at > 0 && isWord(text.charAt(at - 1)))) {
            skipDollar();
        } else if (isWordStart(c)) {
            return skipWord(atomic);
        } else {
            at++;
        }
        return atomic;
    }

    private int skipWord(int atomic) {
        int start = at;
        while (at < text.length() && isWord(text.charAt(at))) at++;
        String word = text.substring(start, at);
        if (word.equalsIgnoreCase("atomic") && precedingWordIsBegin(start)) return atomic + 1;
        if (atomic > 0 && word.equalsIgnoreCase("case")) return atomic + 1;
        if (atomic > 0 && word.equalsIgnoreCase("end")) return atomic - 1;
        return atomic;
    }

    private boolean precedingWordIsBegin(int start) {
        String before = text.substring(Math.max(0, start - 200), start).stripTrailing();
        int length = before.length();
        return length >= 5 && before.regionMatches(true, length - 5, "begin", 0, 5) && (length == 5 || !isWord(before.charAt(length - 6)));
    }

    /** E'...' knows backslash escapes. */
    private boolean isEscapePrefix() {
        char before = text.charAt(at - 1);
        return (before == 'e' || before == 'E') && (at == 1 || !isWord(text.charAt(at - 2)));
    }

    private void skipQuoted(char quote, boolean backslashes) {
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (backslashes && c == '\\') {
                at++;
            } else if (c == quote) {
                if (at + 1 < text.length() && text.charAt(at + 1) == quote) at++;
                else break;
            }
        }
        at = Math.min(at + 1, text.length());
    }

    private void skipDollar() {
        int end = at + 1;
        while (end < text.length() && isWord(text.charAt(end)) && text.charAt(end) != '$') end++;
        boolean tag = end < text.length() && text.charAt(end) == '$' && !Character.isDigit(text.charAt(at + 1));
        if (!tag) {
            at++;
            return;
        }
        String quote = text.substring(at, end + 1);
        int close = text.indexOf(quote, end + 1);
        at = close < 0 ? text.length() : close + quote.length();
    }

    private void skipComment() {
        if (text.charAt(at) == '-') {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
            return;
        }
        int depth = 0;
        while (at < text.length()) {
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
                if (depth == 0) return;
            } else {
                at++;
            }
        }
    }

    private static boolean isWordStart(char c) {
        return Character.isLetter(c) || c == '_' || c >= 0x80;
    }

    private static boolean isWord(char c) {
        return isWordStart(c) || Character.isDigit(c) || c == '$';
    }
}
