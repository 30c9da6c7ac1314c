package io.craton.migrations;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A statement as its words: unquoted ones in upper case, quoted names and strings as one each, signs one by one, comments gone. Enough to see what kind of
 * statement it is; what it means, the server says.
 */
final class SqlWords {
    /** @param text of a word in upper case, of everything else as written */
    private record Token(String text, boolean word, int offset, int end) {}

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private final List<String> comments = new ArrayList<>();

    SqlWords(String sql) {
        this.sql = sql;
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            int end = at + 1;
            if (Character.isWhitespace(c)) {
                at = end;
                continue;
            }
            if (sql.startsWith("--", at)) {
                end = sql.indexOf('\n', at);
                if (end < 0) end = sql.length();
                comments.add(sql.substring(at + 2, end).strip());
            } else if (sql.startsWith("/*", at)) {
                end = sql.indexOf("*/", at + 2);
                end = end < 0 ? sql.length() : end + 2;
                comments.add(sql.substring(at + 2, Math.max(at + 2, end - 2)).strip());
            } else if (c == '\'' || c == '"') {
                end = quoted(at, c);
                tokens.add(new Token(sql.substring(at, end), false, at, end));
            } else if (c == '$' && dollar(at) > 0) {
                end = dollar(at);
                tokens.add(new Token(sql.substring(at, end), false, at, end));
            } else if (Character.isLetterOrDigit(c) || c == '_') {
                while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_' || sql.charAt(end) == '$')) end++;
                tokens.add(new Token(sql.substring(at, end).toUpperCase(Locale.ROOT), true, at, end));
            } else {
                tokens.add(new Token(String.valueOf(c), false, at, end));
            }
            at = end;
        }
    }

    private int quoted(int at, char quote) {
        int end = at + 1;
        while (end < sql.length()) {
            if (sql.charAt(end) == quote) {
                if (end + 1 >= sql.length() || sql.charAt(end + 1) != quote) return end + 1;
                end++;
            }
            end++;
        }
        return end;
    }

    /** End of the dollar quote that begins here; 0 when none does. */
    private int dollar(int at) {
        int end = at + 1;
        while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) end++;
        if (end >= sql.length() || sql.charAt(end) != '$') return 0;
        String quote = sql.substring(at, end + 1);
        int close = sql.indexOf(quote, end + 1);
        return close < 0 ? sql.length() : close + quote.length();
    }

    int size() {
        return tokens.size();
    }

    String word(int index) {
        return index < tokens.size() ? tokens.get(index).text() : "";
    }

    int offset(int index) {
        return index < tokens.size() ? tokens.get(index).offset() : 0;
    }

    /** Do the words from this one on begin so? Each may be a choice: "INDEX|TABLE". */
    boolean at(int index, String... words) {
        for (int i = 0; i < words.length; i++) {
            String own = word(index + i);
            if (own.isEmpty() || !List.of(words[i].split("\\|")).contains(own)) return false;
        }
        return true;
    }

    /** Index of the first such words in [from, to), outside parentheses opened behind from; -1 when there are none. */
    int find(int from, int to, String... words) {
        int depth = 0;
        for (int i = from; i < Math.min(to, tokens.size()); i++) {
            if (word(i).equals("(")) depth++;
            else if (word(i).equals(")")) depth--;
            else if (depth == 0 && at(i, words)) return i;
        }
        return -1;
    }

    /** Index behind a possibly qualified name that begins at this word. */
    int afterName(int index) {
        int at = index + 1;
        while (word(at).equals(".")) at += 2;
        return at;
    }

    /** The name that begins at this word, as the server folds it; null at the end. */
    @Nullable String name(int index) {
        if (index >= tokens.size()) return null;
        StringBuilder name = new StringBuilder();
        for (int i = index; i < afterName(index); i++) {
            String part = word(i);
            name.append(i < tokens.size() && tokens.get(i).word() ? part.toLowerCase(Locale.ROOT) : part);
        }
        return name.toString();
    }

    /** The words of [from, to) as written. */
    String text(int from, int to) {
        return from >= Math.min(to, tokens.size()) ? "" : sql.substring(tokens.get(from).offset(), tokens.get(Math.min(to, tokens.size()) - 1).end());
    }

    List<String> comments() {
        return comments;
    }
}
