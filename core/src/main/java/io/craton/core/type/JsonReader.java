package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses JSON as PostgreSQL's json and jsonb input functions do; with {@code build} off it only validates. Used once. */
final class JsonReader {
    private static final int DEPTH_MAX = 6000;

    private final String text;
    private final boolean build;
    private int at;
    private int tokenStart;
    private int depth;

    private JsonReader(String text, boolean build) {
        this.text = text;
        this.build = build;
    }

    static Jsonb readJsonb(String text) {
        Jsonb value = new JsonReader(text, true).document();
        assert value != null;
        return value;
    }

    /** Throws unless the text is JSON. */
    static void validate(String text) {
        new JsonReader(text, false).document();
    }

    private @Nullable Jsonb document() {
        Jsonb value = value("Expected JSON value, but found \"%s\".");
        skipSpace();
        tokenStart = at;
        if (at < text.length()) throw unexpected("Expected end of input, but found \"%s\".");
        return value;
    }

    private @Nullable Jsonb value(String expectation) {
        skipSpace();
        tokenStart = at;
        if (at >= text.length()) throw unexpected(expectation);
        char c = text.charAt(at);
        return switch (c) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> {
                String string = string();
                yield build ? Jsonb.of(string) : null;
            }
            default -> {
                if (c == '-' || Ascii.isDigit(c)) yield number();
                yield word(expectation);
            }
        };
    }

    private @Nullable Jsonb object() {
        enter();
        Jsonb.Builder members = new Jsonb.Builder();
        at++;
        skipSpace();
        tokenStart = at;
        if (peek() == '}') {
            at++;
            depth--;
            return Jsonb.EMPTY_OBJECT;
        }
        String expectation = "Expected string or \"}\", but found \"%s\".";
        while (true) {
            skipSpace();
            tokenStart = at;
            if (peek() != '"') throw unexpected(expectation);
            String name = string();
            skipSpace();
            tokenStart = at;
            if (peek() != ':') throw unexpected("Expected \":\", but found \"%s\".");
            at++;
            Jsonb value = value("Expected JSON value, but found \"%s\".");
            if (build) members.put(name, value);
            skipSpace();
            tokenStart = at;
            if (peek() == '}') {
                at++;
                depth--;
                return build ? members.build() : null;
            }
            if (peek() != ',') throw unexpected("Expected \",\" or \"}\", but found \"%s\".");
            at++;
            expectation = "Expected string, but found \"%s\".";
        }
    }

    private @Nullable Jsonb array() {
        enter();
        List<Jsonb> elements = new ArrayList<>();
        at++;
        skipSpace();
        if (peek() == ']') {
            at++;
            depth--;
            return Jsonb.EMPTY_ARRAY;
        }
        while (true) {
            Jsonb element = value("Expected JSON value, but found \"%s\".");
            if (build) elements.add(element);
            skipSpace();
            tokenStart = at;
            if (peek() == ']') {
                at++;
                depth--;
                return build ? new Jsonb.ArrayValue(elements) : null;
            }
            if (peek() != ',') throw unexpected("Expected \",\" or \"]\", but found \"%s\".");
            at++;
        }
    }

    private void enter() {
        if (++depth > DEPTH_MAX) {
            throw PgError.error(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
                    .withHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the "
                            + "platform's stack depth limit is adequate.").exception();
        }
    }

    private @Nullable Jsonb number() {
        int start = at;
        if (peek() == '-') at++;
        boolean valid = true;
        if (peek() == '0') at++;
        else if (Ascii.isDigit(peek())) digits();
        else valid = false;
        if (peek() == '.') {
            at++;
            valid &= digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') at++;
            valid &= digits();
        }
        if (!valid || at < text.length() && isWordPart(text.charAt(at))) {
            while (at < text.length() && isWordPart(text.charAt(at))) at++;
            throw invalidToken();
        }
        return build ? Jsonb.of(Numeric.parse(text.substring(start, at))) : null;
    }

    private boolean digits() {
        int start = at;
        while (Ascii.isDigit(peek())) at++;
        return at > start;
    }

    private static boolean isWordPart(char c) {
        return Ascii.isLetter(c) || Ascii.isDigit(c) || c == '_' || c >= 0x80;
    }

    private @Nullable Jsonb word(String expectation) {
        while (at < text.length() && isWordPart(text.charAt(at))) at++;
        String word = text.substring(tokenStart, at);
        return switch (word) {
            case "true" -> Jsonb.TRUE;
            case "false" -> Jsonb.FALSE;
            case "null" -> Jsonb.NULL;
            default -> {
                if (word.isEmpty() && ",:]}".indexOf(text.charAt(at)) >= 0) {
                    throw unexpected(expectation);
                }
                if (word.isEmpty()) at += Character.charCount(text.codePointAt(at));
                throw invalidToken();
            }
        };
    }

    private String string() {
        int start = at++;
        StringBuilder out = new StringBuilder();
        int high = 0;
        while (true) {
            if (at >= text.length()) {
                tokenStart = start;
                throw invalidToken();
            }
            char c = text.charAt(at);
            if (c == '"') break;
            if (c < ' ') {
                throw bad("Character with value 0x" + (c < 16 ? "0" : "") + Integer.toHexString(c) + " must be escaped.", at);
            }
            if (c != '\\') {
                if (high != 0) throw lonelyHigh();
                out.append(c);
                at++;
                continue;
            }
            at++;
            if (at >= text.length()) {
                tokenStart = start;
                throw invalidToken();
            }
            char escape = text.charAt(at++);
            if (escape == 'u') {
                int unit = unicode(start);
                if (unit >= 0xd800 && unit <= 0xdbff) {
                    if (build && high != 0) throw bad("Unicode high surrogate must not follow a high surrogate.", at);
                    high = unit;
                } else if (unit >= 0xdc00 && unit <= 0xdfff) {
                    if (build && high == 0) throw bad("Unicode low surrogate must follow a high surrogate.", at);
                    if (build) out.append((char) high).append((char) unit);
                    high = 0;
                } else {
                    if (build && high != 0) throw lonelyHigh();
                    if (build && unit == 0) {
                        throw PgError.error(SqlState.UNTRANSLATABLE_CHARACTER, "unsupported Unicode escape sequence")
                                .withDetail("\\u0000 cannot be converted to text.").withWhere(where(at)).exception();
                    }
                    high = 0;
                    out.append((char) unit);
                }
                if (!build) high = 0;
                continue;
            }
            if (high != 0) throw lonelyHigh();
            switch (escape) {
                case '"', '\\', '/' -> out.append(escape);
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                default -> {
                    at = text.offsetByCodePoints(at - 1, 1);
                    throw bad("Escape sequence \"\\" + text.substring(at - Character.charCount(text.codePointBefore(at)), at)
                            + "\" is invalid.", at);
                }
            }
        }
        if (high != 0) throw lonelyHigh();
        at++;
        return out.toString();
    }

    private int unicode(int start) {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            if (at >= text.length()) {
                tokenStart = start;
                throw invalidToken();
            }
            int digit = Ascii.hex(text.charAt(at));
            at++;
            if (digit < 0) throw bad("\"\\u\" must be followed by four hexadecimal digits.", at);
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private PgException lonelyHigh() {
        return bad("Unicode low surrogate must follow a high surrogate.", at);
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : -1;
    }

    private void skipSpace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return;
            at++;
        }
    }

    /** The token that stands at {@code tokenStart} is wrong here. */
    private PgException unexpected(String detail) {
        at = tokenStart;
        if (at >= text.length()) return bad("The input string ended unexpectedly.", at);
        char c = text.charAt(at);
        if (c == '"') {
            string();
        } else if (c == '-' || Ascii.isDigit(c)) {
            number();
        } else if (isWordPart(c)) {
            while (at < text.length() && isWordPart(text.charAt(at))) at++;
            String word = text.substring(tokenStart, at);
            if (!word.equals("true") && !word.equals("false") && !word.equals("null")) return invalidToken();
        } else if ("{}[],:".indexOf(c) >= 0) {
            at++;
        } else {
            at += Character.charCount(text.codePointAt(at));
            return invalidToken();
        }
        return bad(String.format(detail, text.substring(tokenStart, at)), at);
    }

    private PgException invalidToken() {
        return bad("Token \"" + text.substring(tokenStart, at) + "\" is invalid.", at);
    }

    private PgException bad(String detail, int end) {
        return PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type json")
                .withDetail(detail).withWhere(where(end)).exception();
    }

    /** Line and neighbourhood, as PostgreSQL's CONTEXT line. */
    private String where(int end) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < end && i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        int start = lineStart;
        while (end - start >= 50) start++;
        if (start - lineStart <= 3) start = lineStart;
        String prefix = start > lineStart ? "..." : "";
        String suffix = end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r' ? "..." : "";
        return "JSON data, line " + line + ": " + prefix + text.substring(Math.min(start, end), Math.min(end, text.length())) + suffix;
    }
}
