package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;

/** LIKE, ILIKE, SIMILAR TO and starts-with for text and bytea. */
final class PatternFunctions {
    private final CompiledCache<String, LikePattern> patterns = new CompiledCache<>();

    static void register(Kernels kernels) {
        PatternFunctions functions = new PatternFunctions();
        for (String name : new String[] {"textlike", "namelike"}) {
            kernels.scalar(name, (context, call, a) -> functions.like((String) a[0], (String) a[1]));
        }
        for (String name : new String[] {"textnlike", "namenlike"}) {
            kernels.scalar(name, (context, call, a) -> !functions.like((String) a[0], (String) a[1]));
        }
        for (String name : new String[] {"texticlike", "nameiclike"}) {
            kernels.scalar(name, (context, call, a) -> functions.ilike(TextFunctions.letters(context, call), (String) a[0], (String) a[1]));
        }
        for (String name : new String[] {"texticnlike", "nameicnlike"}) {
            kernels.scalar(name, (context, call, a) -> !functions.ilike(TextFunctions.letters(context, call), (String) a[0], (String) a[1]));
        }
        // bytes as Latin-1 characters: one byte is one character
        kernels.scalar("bytealike", (context, call, a) -> functions.like(latin1(a[0]), latin1(a[1])));
        kernels.scalar("byteanlike", (context, call, a) -> !functions.like(latin1(a[0]), latin1(a[1])));
        kernels.scalar("like_escape", (context, call, a) -> LikePattern.withEscape((String) a[0], (String) a[1]));
        kernels.scalar("like_escape_bytea", (context, call, a) ->
                LikePattern.withEscape(latin1(a[0]), latin1(a[1])).getBytes(StandardCharsets.ISO_8859_1));
        kernels.scalar("similar_to_escape_1", (context, call, a) -> similarToRegex((String) a[0], "\\"));
        kernels.scalar("similar_to_escape_2", (context, call, a) -> similarToRegex((String) a[0], (String) a[1]));
        kernels.scalar("similar_escape", (context, call, a) ->
                a[0] == null ? null : similarToRegex((String) a[0], a[1] == null ? "\\" : (String) a[1]));
    }

    private boolean like(String text, String pattern) {
        return patterns.get(pattern, LikePattern::compile).matches(text);
    }

    private boolean ilike(TextFunctions.Letters letters, String text, String pattern) {
        return like(TextFunctions.mapCase(text, letters, false), TextFunctions.mapCase(pattern, letters, false));
    }

    private static String latin1(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.ISO_8859_1);
    }

    /** A SIMILAR TO pattern as an advanced regular expression; parts between escape-double-quote pairs capture for substring(). */
    static String similarToRegex(String pattern, String escape) {
        if (CodePoints.length(escape) > 1) {
            throw PgError.error(SqlState.INVALID_ESCAPE_SEQUENCE, "invalid escape string")
                    .withHint("Escape string must be empty or one character.").exception();
        }
        int mark = escape.isEmpty() ? -1 : escape.codePointAt(0);
        StringBuilder regex = new StringBuilder("^(?:");
        boolean afterEscape = false;
        boolean inBracket = false;
        int quotes = 0;
        for (int i = 0; i < pattern.length(); ) {
            int c = pattern.codePointAt(i);
            i += Character.charCount(c);
            if (afterEscape) {
                if (c == '"' && !inBracket) {
                    if (quotes == 0) regex.append("){1,1}?(");
                    else if (quotes == 1) regex.append("){1,1}(?:");
                    else {
                        throw new PgException(SqlState.INVALID_USE_OF_ESCAPE_CHARACTER,
                                "SQL regular expression may not contain more than two escape-double-quote separators");
                    }
                    quotes++;
                } else {
                    regex.append('\\').appendCodePoint(c);
                }
                afterEscape = false;
            } else if (c == mark) {
                afterEscape = true;
            } else if (inBracket) {
                if (c == '\\') regex.append('\\');
                regex.appendCodePoint(c);
                if (c == ']') inBracket = false;
            } else if (c == '[') {
                regex.append('[');
                inBracket = true;
            } else if (c == '%') {
                regex.append(".*");
            } else if (c == '_') {
                regex.append('.');
            } else if (c == '(') {
                regex.append("(?:");
            } else if (c == '\\' || c == '.' || c == '^' || c == '$') {
                regex.append('\\').append((char) c);
            } else {
                regex.appendCodePoint(c);
            }
        }
        return regex.append(")$").toString();
    }
}
