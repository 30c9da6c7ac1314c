package io.craton.sql.syntax;

/** PostgreSQL's limit on names: 63 bytes of UTF-8, cut between characters. */
public final class IdentifierLimit {
    private IdentifierLimit() {}

    /** The name, cut where it exceeds the limit. */
    public static String truncate(String name) {
        int bytes = 0;
        for (int i = 0; i < name.length(); ) {
            int c = name.codePointAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (bytes > PgLexer.NAME_BYTES_MAX) return name.substring(0, i);
            i += Character.charCount(c);
        }
        return name;
    }
}
