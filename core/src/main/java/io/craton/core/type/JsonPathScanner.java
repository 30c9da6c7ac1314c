package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Words of a jsonpath text. A token's {@code shown} is what a syntax error at it quotes; as in PostgreSQL that is what its scanner looked at last: nothing for a
 * word that a sign ends, the closing quote of a string. Used once.
 */
final class JsonPathScanner {
    enum Kind { END, WORD, STRING, NUMBER, INTEGER, VARIABLE, SIGN }

    /**
     * @param value the text of a word, string or variable, the sign itself; a key word in lower case stands in {@code keyword}
     * @param keyword empty when it is none
     */
    record Token(Kind kind, String value, String keyword, String shown) {
        boolean is(String sign) {
            return kind == Kind.SIGN && value.equals(sign);
        }

        boolean isKeyword(String word) {
            return keyword.equals(word);
        }
    }

    private static final String SPECIAL = "?%$.[]{}()|&!=<>@#,*:-+/";
    private static final String BLANKS = " \t\n\r\f";
    private static final Set<String> KEYWORDS = Set.of("is", "to", "abs", "lax", "flag", "last", "size", "type", "with", "floor", "double", "exists", "starts",
            "strict", "ceiling", "unknown", "datetime", "keyvalue", "like_regex");
    private static final Set<String> LOWER_CASE_KEYWORDS = Set.of("null", "true", "false");
    private static final String[] LONG_SIGNS = {"&&", "||", "**", "<=", "==", "<>", "!=", ">="};

    private static final String INTEGER = "(?:0|[1-9][0-9]*)";
    private static final String DECIMAL = "(?:" + INTEGER + "\\.[0-9]*|\\.[0-9]+)";
    private static final String REAL = "(?:" + INTEGER + "|" + DECIMAL + ")[Ee][-+]?[0-9]+";
    private static final String OTHER = "[^?%$.\\[\\]{}()|&!=<>@#,*:\\-+/\\\\\" \t\n\r\f]";
    /** The longest match counts, the first of equally long ones. Decimals are tried longest first by the engine itself. */
    private static final Pattern[] NUMBERS = {Pattern.compile(REAL), Pattern.compile(DECIMAL), Pattern.compile(INTEGER),
        Pattern.compile("(?:" + DECIMAL + "|" + INTEGER + ")[Ee][-+]"), Pattern.compile(INTEGER + OTHER), Pattern.compile(DECIMAL + OTHER),
        Pattern.compile(REAL + OTHER), Pattern.compile(OTHER + "+")};
    private static final int FAILED_REAL = 3;
    private static final int OTHER_WORD = 7;

    private final String text;
    private int at;

    JsonPathScanner(String text) {
        this.text = text;
    }

    static PgException error(String message, String shown) {
        return new PgException(SqlState.SYNTAX_ERROR,
                message + (shown.isEmpty() ? " at end of jsonpath input" : " at or near \"" + shown + "\" of jsonpath input"));
    }

    Token next() {
        while (true) {
            if (at >= text.length()) return new Token(Kind.END, "", "", "");
            char c = text.charAt(at);
            if (BLANKS.indexOf(c) >= 0) {
                at++;
            } else if (text.startsWith("/*", at)) {
                comment();
            } else if (c == '"') {
                at++;
                return new Token(Kind.STRING, quoted(), "", "\"");
            } else if (c == '$') {
                return variable();
            } else if (c >= '0' && c <= '9' || c == '.' && at + 1 < text.length() && Character.digit(text.charAt(at + 1), 10) >= 0) {
                Token number = number();
                if (number != null) return number;
            } else if (SPECIAL.indexOf(c) >= 0) {
                return sign();
            } else {
                Token word = word();
                if (word != null) return word;
            }
        }
    }

    private void comment() {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) throw error("unexpected end of comment", "");
        at = end + 2;
    }

    private Token variable() {
        if (text.startsWith("$\"", at)) {
            at += 2;
            return new Token(Kind.VARIABLE, quoted(), "", "\"");
        }
        int end = at + 1;
        while (end < text.length() && isOther(text.charAt(end))) end++;
        if (end == at + 1) return sign();
        String name = text.substring(at + 1, end);
        at = end;
        return new Token(Kind.VARIABLE, name, "", "$" + name);
    }

    private Token sign() {
        String sign = text.substring(at, at + 1);
        for (String longer : LONG_SIGNS) if (text.startsWith(longer, at)) sign = longer;
        at += sign.length();
        return new Token(Kind.SIGN, sign.equals("<>") ? "!=" : sign, "", sign);
    }

    private static boolean isOther(char c) {
        return c != '\\' && c != '"' && SPECIAL.indexOf(c) < 0 && BLANKS.indexOf(c) < 0;
    }

    /** Null when what begins with a digit is a word that a comment swallowed. */
    private @Nullable Token number() {
        int best = -1;
        int length = 0;
        Matcher matcher = NUMBERS[0].matcher(text).region(at, text.length());
        for (int i = 0; i < NUMBERS.length; i++) {
            if (matcher.usePattern(NUMBERS[i]).region(at, text.length()).lookingAt() && matcher.end() - at > length) {
                best = i;
                length = matcher.end() - at;
            }
        }
        if (best == OTHER_WORD) return word();
        if (best < 0) return sign();
        String number = text.substring(at, at + length);
        if (best == FAILED_REAL) throw error("invalid numeric literal", number);
        if (best > FAILED_REAL) throw error("trailing junk after numeric literal", number);
        at += length;
        return new Token(best == 2 ? Kind.INTEGER : Kind.NUMBER, number, "", number);
    }

    /** A word without quotes; null when a comment follows at once, which in PostgreSQL takes the word with it. */
    private @Nullable Token word() {
        StringBuilder word = new StringBuilder();
        String shown = "";
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                escape(word);
            } else if (BLANKS.indexOf(c) >= 0) {
                int start = at;
                while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) at++;
                shown = text.substring(start, at);
                break;
            } else if (text.startsWith("/*", at)) {
                comment();
                return null;
            } else if (!isOther(c)) {
                break;
            } else {
                word.append(c);
                at++;
            }
        }
        String value = word.toString();
        String lower = value.toLowerCase(Locale.ROOT);
        boolean keyword = KEYWORDS.contains(lower) || LOWER_CASE_KEYWORDS.contains(value);
        return new Token(Kind.WORD, value, keyword ? lower : "", shown);
    }

    private String quoted() {
        StringBuilder out = new StringBuilder();
        while (true) {
            if (at >= text.length()) throw error("unexpected end of quoted string", "");
            char c = text.charAt(at);
            if (c == '\\') {
                escape(out);
            } else {
                at++;
                if (c == '"') return out.toString();
                out.append(c);
            }
        }
    }

    private void escape(StringBuilder out) {
        if (at + 1 >= text.length()) throw error("unexpected end after backslash", "\\");
        char c = text.charAt(at + 1);
        if (c == 'u') {
            unicode(out);
            return;
        }
        if (c == 'x') {
            hexadecimal(out);
            return;
        }
        at += 2;
        switch (c) {
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'v' -> out.append('\u000b');
            default -> out.append(c);
        }
    }

    private int hexDigits(int from, int max) {
        int end = from;
        while (end < text.length() && end - from < max && Character.digit(text.charAt(end), 16) >= 0) end++;
        return end - from;
    }

    private void hexadecimal(StringBuilder out) {
        int digits = hexDigits(at + 2, 2);
        if (digits < 2) throw error("invalid hex character sequence", text.substring(at, at + 2 + digits));
        append(Integer.parseInt(text, at + 2, at + 4, 16), out);
        at += 4;
    }

    /** All escapes in a row, so that the halves of a pair meet. */
    private void unicode(StringBuilder out) {
        int start = at;
        int high = -1;
        while (text.startsWith("\\u", at)) {
            boolean braces = at + 2 < text.length() && text.charAt(at + 2) == '{';
            int from = at + (braces ? 3 : 2);
            int digits = hexDigits(from, braces ? 6 : 4);
            int end = from + digits;
            boolean whole = braces ? digits > 0 && end < text.length() && text.charAt(end) == '}' : digits == 4;
            if (!whole) throw error("invalid unicode sequence", text.substring(start, end));
            int code = Integer.parseInt(text, from, end, 16);
            at = braces ? end + 1 : end;
            if (code >= 0xD800 && code < 0xDC00) {
                if (high >= 0) throw surrogate("Unicode high surrogate must not follow a high surrogate.");
                high = code;
                continue;
            }
            if (code >= 0xDC00 && code < 0xE000) {
                if (high < 0) throw surrogate("Unicode low surrogate must follow a high surrogate.");
                code = Character.toCodePoint((char) high, (char) code);
                high = -1;
            } else if (high >= 0) {
                throw surrogate("Unicode low surrogate must follow a high surrogate.");
            }
            append(code, out);
        }
        if (high >= 0) throw surrogate("Unicode low surrogate must follow a high surrogate.");
    }

    private static void append(int code, StringBuilder out) {
        if (code == 0) {
            throw PgError.error(SqlState.UNTRANSLATABLE_CHARACTER, "unsupported Unicode escape sequence")
                    .withDetail("\\u0000 cannot be converted to text.").exception();
        }
        if (code > Character.MAX_CODE_POINT) throw new PgException(SqlState.SYNTAX_ERROR, "invalid Unicode code point");
        out.appendCodePoint(code);
    }

    private static PgException surrogate(String detail) {
        return PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type jsonpath").withDetail(detail).exception();
    }
}
