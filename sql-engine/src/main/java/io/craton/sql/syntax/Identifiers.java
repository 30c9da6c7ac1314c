package io.craton.sql.syntax;

import java.util.List;

/** Quoting of names and strings as PostgreSQL prints them. */
public final class Identifiers {
    private Identifiers() {}

    /** quote_ident(): quotes unless it is a lower-case name that is no key word (unreserved ones excepted). */
    public static String quote(String name) {
        boolean safe = !name.isEmpty() && (name.charAt(0) >= 'a' && name.charAt(0) <= 'z' || name.charAt(0) == '_');
        for (int i = 0; safe && i < name.length(); i++) {
            char c = name.charAt(i);
            safe = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_';
        }
        if (safe) {
            Token keyword = KeywordTable.find(name);
            safe = keyword == null || keyword.category == Token.Category.U;
        }
        return safe ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A qualified name, each part quoted where needed. */
    public static String quote(List<String> parts) {
        if (parts.size() == 1) return quote(parts.getFirst());
        StringBuilder out = new StringBuilder();
        for (String part : parts) out.append(out.isEmpty() ? "" : ".").append(quote(part));
        return out.toString();
    }

    /** quote_literal(): in quotes, with E where there are backslashes. */
    public static String literal(String value) {
        boolean escape = value.indexOf('\\') >= 0;
        String body = value.replace("'", "''");
        return escape ? "E'" + body.replace("\\", "\\\\") + "'" : "'" + body + "'";
    }
}
