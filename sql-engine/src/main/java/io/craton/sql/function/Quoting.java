package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;

/** Text as SQL: identifiers and literals. Words that need quotes as identifiers are those that {@link Keywords} does not call unreserved. */
public final class Quoting {
    private Quoting() {}

    /** quote_ident: quoted only when needed. */
    public static String identifier(String name) {
        return safe(name) && !Keywords.needsQuotes(name) ? name : quoted(name);
    }

    private static boolean safe(String name) {
        if (name.isEmpty() || Character.isDigit(name.charAt(0))) return false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c == '_' || c >= '0' && c <= '9')) return false;
        }
        return true;
    }

    /** Always within double quotes. */
    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** quote_literal: with E'' when there is a backslash. */
    public static String literal(String text) {
        StringBuilder result = new StringBuilder(text.length() + 3);
        boolean backslash = text.indexOf('\\') >= 0;
        result.append(backslash ? "E'" : "'");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\'' || c == '\\') result.append(c);
            result.append(c);
        }
        return result.append('\'').toString();
    }

    /** parse_ident: the parts of a qualified name, folded to lower case where they are not quoted. */
    public static List<String> parseIdentifier(String text, boolean strict) {
        List<String> parts = new ArrayList<>();
        int i = skipBlanks(text, 0);
        boolean afterDot = false;
        while (true) {
            int start = i;
            if (i < text.length() && text.charAt(i) == '"') {
                StringBuilder part = new StringBuilder();
                for (i++; ; i++) {
                    int end = text.indexOf('"', i);
                    if (end < 0) throw invalid(text, "String has unclosed double quotes.");
                    part.append(text, i, end);
                    i = end + 1;
                    if (i >= text.length() || text.charAt(i) != '"') break;
                    part.append('"');
                }
                if (part.isEmpty()) throw invalid(text, "Quoted identifier must not be empty.");
                parts.add(part.toString());
            } else if (i < text.length() && identifierStart(text.charAt(i))) {
                while (i < text.length() && identifierPart(text.charAt(i))) i++;
                parts.add(TextFunctions.mapCase(text.substring(start, i), false));
            } else if (i < text.length() && text.charAt(i) == '.') {
                throw invalid(text, "No valid identifier before \".\".");
            } else if (afterDot) {
                throw invalid(text, "No valid identifier after \".\".");
            } else {
                throw invalid(text, null);
            }
            i = skipBlanks(text, i);
            if (i < text.length() && text.charAt(i) == '.') {
                afterDot = true;
                i = skipBlanks(text, i + 1);
            } else if (i >= text.length() || !strict) {
                return parts;
            } else {
                throw invalid(text, null);
            }
        }
    }

    private static PgException invalid(String text, @org.jspecify.annotations.Nullable String detail) {
        return PgError.error(SqlState.INVALID_PARAMETER_VALUE, "string is not a valid identifier: \"" + text + "\"")
                .withDetail(detail).exception();
    }

    private static int skipBlanks(String text, int from) {
        int i = from;
        while (i < text.length() && " \t\n\r\f".indexOf(text.charAt(i)) >= 0) i++;
        return i;
    }

    private static boolean identifierStart(char c) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80;
    }

    private static boolean identifierPart(char c) {
        return identifierStart(c) || c >= '0' && c <= '9' || c == '$';
    }
}
