package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's lexer: one token at a time over a Java string, without objects except for the values of strings that need work. Knows nothing of grammar
 * but the UESCAPE that may follow U&-forms. Mutable, for one thread. After {@link #next}: {@link #start}, {@link #end} are UTF-16 offsets of the token.
 */
final class PgLexer {
    static final int NAME_BYTES_MAX = 63;

    private static final byte SPACE = 1;
    private static final byte IDENT_START = 2;
    private static final byte DIGIT = 4;
    private static final byte OPERATOR = 8;
    private static final byte SELF = 16;
    private static final byte[] CLASS = classes();
    private static final @Nullable Token[] SELF_TOKEN = selfTokens();

    final String sql;
    private final int length;
    final LexerSettings settings;
    private final StringScanner strings;
    private int position;
    private int start;
    private int end;
    private @Nullable String value;
    private @Nullable List<PgError> notices;

    PgLexer(String sql, LexerSettings settings) {
        this.sql = sql;
        this.length = sql.length();
        this.settings = settings;
        this.strings = new StringScanner(this);
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** The token's value when it is not simply its text: strings with escapes, dollar quotes, long or quoted identifiers. Null otherwise. */
    @Nullable String value() {
        return value;
    }

    /** Notices so far, in order. */
    List<PgError> notices() {
        return notices == null ? List.of() : notices;
    }

    void addNotice(PgError notice) {
        if (notices == null) notices = new ArrayList<>();
        notices.add(notice);
    }

    /** Reads the next token. Errors are thrown with their position. */
    Token next() {
        value = null;
        int p = skipBlanks(position);
        start = p;
        if (p >= length) {
            end = position = p;
            return Token.EOF;
        }
        char c = sql.charAt(p);
        byte kind = c < 128 ? CLASS[c] : IDENT_START;
        Token token;
        if ((kind & IDENT_START) != 0) token = word(p, c);
        else if ((kind & DIGIT) != 0) token = number(p);
        else token = symbol(p, c, kind);
        position = end;
        return token;
    }

    private Token symbol(int p, char c, byte kind) {
        switch (c) {
            case '\'' -> {
                return string(Token.SCONST, p + 1, settings.standardConformingStrings() ? StringScanner.Kind.PLAIN : StringScanner.Kind.ESCAPE);
            }
            case '"' -> {
                return quotedIdentifier(p + 1, false);
            }
            case '$' -> {
                return dollar(p);
            }
            case '.' -> {
                if (p + 1 < length) {
                    char d = sql.charAt(p + 1);
                    if (d >= '0' && d <= '9') return number(p);
                    if (d == '.') return finish(Token.DOT_DOT, p + 2);
                }
                return finish(Token.DOT, p + 1);
            }
            case ':' -> {
                if (p + 1 < length) {
                    char d = sql.charAt(p + 1);
                    if (d == ':') return finish(Token.TYPECAST, p + 2);
                    if (d == '=') return finish(Token.COLON_EQUALS, p + 2);
                }
                return finish(Token.COLON, p + 1);
            }
            default -> {
                if ((kind & OPERATOR) != 0) return operator(p);
                if ((kind & SELF) != 0) return finish(SELF_TOKEN[c], p + 1);
                if (c == '{' && settings.marks()) return mark(p + 1);
                return finish(Token.OTHER, p + 1);
            }
        }
    }

    private Token finish(Token token, int newEnd) {
        end = newEnd;
        return token;
    }

    /** Skips spaces and comments from {@code p}; an unterminated comment is an error at its start. */
    private int skipBlanks(int p) {
        while (p < length) {
            char c = sql.charAt(p);
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f') {
                p++;
            } else if (c == '-' && p + 1 < length && sql.charAt(p + 1) == '-') {
                p = endOfLine(p);
            } else if (c == '/' && p + 1 < length && sql.charAt(p + 1) == '*') {
                p = endOfComment(p);
            } else {
                break;
            }
        }
        return p;
    }

    private int endOfLine(int p) {
        while (p < length && sql.charAt(p) != '\n' && sql.charAt(p) != '\r') p++;
        return p;
    }

    private int endOfComment(int from) {
        int depth = 1;
        int p = from + 2;
        while (p < length) {
            char c = sql.charAt(p);
            if (c == '*' && p + 1 < length && sql.charAt(p + 1) == '/') {
                p += 2;
                if (--depth == 0) return p;
            } else if (c == '/' && p + 1 < length && sql.charAt(p + 1) == '*') {
                depth++;
                p += 2;
            } else {
                p++;
            }
        }
        throw error("unterminated /* comment", from, length);
    }

    private Token word(int p, char first) {
        if (p + 1 < length) {
            char second = sql.charAt(p + 1);
            if (second == '\'') {
                switch (first) {
                    case 'e', 'E' -> {
                        return string(Token.SCONST, p + 2, StringScanner.Kind.ESCAPE_EXPLICIT);
                    }
                    case 'b', 'B' -> {
                        return string(Token.BCONST, p + 2, StringScanner.Kind.BITS);
                    }
                    case 'x', 'X' -> {
                        return string(Token.XCONST, p + 2, StringScanner.Kind.HEX);
                    }
                    case 'n', 'N' -> {
                        return finish(Token.NCHAR, p + 1);
                    }
                    default -> {}
                }
            } else if (second == '&' && (first == 'u' || first == 'U') && p + 2 < length) {
                char third = sql.charAt(p + 2);
                if (third == '"') return unicode(quotedIdentifier(p + 3, true));
                if (third == '\'') return unicodeString(p);
            }
        }
        int hash = 0;
        int q = p;
        boolean ascii = true;
        for (; q < length; q++) {
            char c = sql.charAt(q);
            if (c >= 128) ascii = false;
            else if ((CLASS[c] & (IDENT_START | DIGIT)) == 0 && c != '$') break;
            else if (c >= 'A' && c <= 'Z') c += 32;
            hash = KeywordTable.hash(hash, c);
        }
        end = q;
        if (ascii) {
            Token keyword = KeywordTable.find(sql, p, q, hash);
            if (keyword != null) return keyword;
        }
        if (q - p > NAME_BYTES_MAX / 3) truncate(fold(sql, p, q));
        return Token.IDENT;
    }

    private void truncate(String name) {
        String cut = IdentifierLimit.truncate(name);
        value = cut;
        if (!cut.equals(name)) {
            addNotice(PgError.notice(SqlState.NAME_TOO_LONG, "identifier \"" + name + "\" will be truncated to \"" + cut + "\""));
        }
    }

    /** Text [from, to) in lower case as PostgreSQL folds identifiers: ASCII letters only. */
    static String fold(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') return foldCopy(text, from, to);
        }
        return text.substring(from, to);
    }

    private static String foldCopy(String text, int from, int to) {
        char[] chars = new char[to - from];
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            chars[i - from] = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
        }
        return new String(chars);
    }

    /** A name by identity: it goes on as an identifier that cannot be written otherwise. */
    private Token mark(int from) {
        StringBuilder name = new StringBuilder().append(Mark.SIGN);
        for (int q = from; q < length; q++) {
            char c = sql.charAt(q);
            if (c == '}') {
                if (q + 1 == length || sql.charAt(q + 1) != '}') {
                    value = name.toString();
                    return finish(Token.IDENT, q + 1);
                }
                q++;
            }
            name.append(c);
        }
        throw error("unterminated mark", start, length);
    }

    private Token quotedIdentifier(int from, boolean unicode) {
        int q = from;
        boolean doubled = false;
        while (true) {
            if (q >= length) throw error("unterminated quoted identifier", start, length);
            if (sql.charAt(q) == '"') {
                if (q + 1 < length && sql.charAt(q + 1) == '"') {
                    doubled = true;
                    q += 2;
                    continue;
                }
                break;
            }
            q++;
        }
        end = q + 1;
        if (q == from) throw error("zero-length delimited identifier", start, end);
        String name = sql.substring(from, q);
        if (doubled) name = name.replace("\"\"", "\"");
        if (unicode || name.length() <= NAME_BYTES_MAX / 3) value = name;
        else truncate(name);
        return Token.IDENT;
    }

    private Token string(Token token, int from, StringScanner.Kind kind) {
        end = strings.scan(kind, start, from);
        value = strings.value();
        return token;
    }

    private Token unicodeString(int p) {
        if (!settings.standardConformingStrings()) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "unsafe use of string constant with Unicode escapes")
                    .withDetail("String constants with Unicode escapes cannot be used when standard_conforming_strings is off.")
                    .withPosition(characterPosition(p)).exception();
        }
        return unicode(string(Token.SCONST, p + 3, StringScanner.Kind.UNICODE));
    }

    /** Resolves the escapes of a U&-token just read, after looking for UESCAPE 'x' behind it. */
    private Token unicode(Token token) {
        int tokenStart = start;
        int tokenEnd = end;
        String raw = value == null ? "" : value;
        char escape = '\\';
        position = tokenEnd;
        int blankEnd = skipBlanks(tokenEnd);
        if (sql.regionMatches(true, blankEnd, "uescape", 0, 7) && next() == Token.UESCAPE) {
            if (next() != Token.SCONST || sql.charAt(start) == '$' && value == null) {
                throw error("UESCAPE must be followed by a simple string literal", start, end);
            }
            String given = value != null ? value : sql.substring(start + 1, end - 1);
            if (given.length() != 1 || !UnicodeEscapes.isEscapeCharacter(given.charAt(0))) {
                throw error("invalid Unicode escape character", start, end);
            }
            escape = given.charAt(0);
            tokenEnd = end;
        }
        start = tokenStart;
        end = tokenEnd;
        value = UnicodeEscapes.resolve(raw, escape, this, tokenStart + 3);
        if (token == Token.IDENT && value.length() > NAME_BYTES_MAX / 3) truncate(value);
        return token;
    }

    private Token dollar(int p) {
        int q = p + 1;
        if (q < length && isDigit(sql.charAt(q))) {
            while (q < length && isDigit(sql.charAt(q))) q++;
            if (q < length && isIdentifierStart(sql.charAt(q))) {
                throw error("trailing junk after parameter", p, endOfIdentifier(q));
            }
            return finish(Token.PARAM, q);
        }
        if (q < length && isIdentifierStart(sql.charAt(q))) {
            while (q < length && (isIdentifierStart(sql.charAt(q)) || isDigit(sql.charAt(q)))) q++;
        }
        if (q >= length || sql.charAt(q) != '$') return finish(Token.OTHER, p + 1);
        String tag = sql.substring(p, q + 1);
        int close = closingTag(tag, q + 1);
        if (close < 0) throw error("unterminated dollar-quoted string", p, length);
        value = sql.substring(q + 1, close);
        return finish(Token.SCONST, close + tag.length());
    }

    /** The tag must not be the tail of a longer $word$: {@code $a$ $ba$} does not end, for {@code $ba$} is another delimiter. */
    private int closingTag(String tag, int from) {
        return sql.indexOf(tag, from);
    }

    private Token number(int p) {
        int q = p;
        while (q < length && isDigit(sql.charAt(q))) q++;
        boolean decimal = false;
        if (q < length && sql.charAt(q) == '.' && !(q > p && q + 1 < length && sql.charAt(q + 1) == '.')) {
            decimal = true;
            q++;
            while (q < length && isDigit(sql.charAt(q))) q++;
        }
        boolean real = false;
        if (q < length && (sql.charAt(q) == 'e' || sql.charAt(q) == 'E')) {
            int r = q + 1;
            if (r < length && (sql.charAt(r) == '+' || sql.charAt(r) == '-')) {
                r++;
                if (r >= length || !isDigit(sql.charAt(r))) throw error("trailing junk after numeric literal", p, r);
            }
            if (r < length && isDigit(sql.charAt(r))) {
                real = true;
                while (r < length && isDigit(sql.charAt(r))) r++;
                q = r;
            }
        }
        if (q < length && isIdentifierStart(sql.charAt(q))) {
            throw error("trailing junk after numeric literal", p, endOfIdentifier(q));
        }
        end = q;
        return decimal || real || !fitsInt(p, q) ? Token.FCONST : Token.ICONST;
    }

    private boolean fitsInt(int from, int to) {
        while (from < to && sql.charAt(from) == '0') from++;
        if (to - from != 10) return to - from < 10;
        long number = 0;
        for (int i = from; i < to; i++) number = number * 10 + sql.charAt(i) - '0';
        return number <= Integer.MAX_VALUE;
    }

    private Token operator(int p) {
        int q = p;
        boolean special = false;
        while (q < length) {
            char c = sql.charAt(q);
            if (c >= 128 || (CLASS[c] & OPERATOR) == 0) break;
            if (q > p && (c == '*' && sql.charAt(q - 1) == '/' || c == '-' && sql.charAt(q - 1) == '-')) {
                q--;
                break;
            }
            q++;
        }
        if (q - p > 1) {
            for (int i = p; i < q - 1; i++) if ("~!@#^&|`?%".indexOf(sql.charAt(i)) >= 0) special = true;
            if (!special) while (q - p > 1 && (sql.charAt(q - 1) == '+' || sql.charAt(q - 1) == '-')) q--;
        }
        end = q;
        char first = sql.charAt(p);
        if (q - p == 1) return SELF_TOKEN[first] != null ? SELF_TOKEN[first] : Token.OP;
        if (q - p == 2) {
            char second = sql.charAt(p + 1);
            if (first == '=' && second == '>') return Token.EQUALS_GREATER;
            if (first == '>' && second == '=') return Token.GREATER_EQUALS;
            if (first == '<' && second == '=') return Token.LESS_EQUALS;
            if (first == '<' && second == '>' || first == '!' && second == '=') return Token.NOT_EQUALS;
        }
        if (q - p > NAME_BYTES_MAX) throw error("operator too long", p, q);
        return Token.OP;
    }

    /** Only blanks with at least one line break, then a quote: the string goes on there. Answers the offset behind that quote, or -1. */
    int continuation(int p) {
        boolean newline = false;
        while (p < length) {
            char c = sql.charAt(p);
            if (c == '\n' || c == '\r') {
                newline = true;
                p++;
            } else if (c == ' ' || c == '\t' || c == '\f') {
                p++;
            } else if (c == '-' && p + 1 < length && sql.charAt(p + 1) == '-') {
                int lineEnd = endOfLine(p);
                if (lineEnd >= length) return -1;
                p = lineEnd;
            } else {
                return newline && c == '\'' ? p + 1 : -1;
            }
        }
        return -1;
    }

    /** A syntax error whose text shows [from, to) of the source. */
    PgException error(String message, int from, int to) {
        String text = from >= length ? message + " at end of input" : message + " at or near \"" + sql.substring(from, to) + "\"";
        return PgError.error(SqlState.SYNTAX_ERROR, text).withPosition(characterPosition(from)).exception();
    }

    /** 1-based character (code point) position of a UTF-16 offset. */
    int characterPosition(int offset) {
        return sql.codePointCount(0, Math.min(offset, length)) + 1;
    }

    private int endOfIdentifier(int q) {
        while (q < length && (isIdentifierStart(sql.charAt(q)) || isDigit(sql.charAt(q)) || sql.charAt(q) == '$')) q++;
        return q;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isIdentifierStart(char c) {
        return c >= 128 || (CLASS[c] & IDENT_START) != 0;
    }

    private static byte[] classes() {
        byte[] classes = new byte[128];
        for (char c : " \t\n\r\f".toCharArray()) classes[c] |= SPACE;
        for (char c = 'a'; c <= 'z'; c++) {
            classes[c] |= IDENT_START;
            classes[c - 32] |= IDENT_START;
        }
        classes['_'] |= IDENT_START;
        for (char c = '0'; c <= '9'; c++) classes[c] |= DIGIT;
        for (char c : "~!@#^&|`?+-*/%<>=".toCharArray()) classes[c] |= OPERATOR;
        for (char c : ",()[].;:+-*/%^<>=".toCharArray()) classes[c] |= SELF;
        return classes;
    }

    private static Token[] selfTokens() {
        Token[] tokens = new Token[128];
        for (Token token : Token.values()) if (token.text.length() == 1 && !token.keyword()) tokens[token.text.charAt(0)] = token;
        return tokens;
    }
}
