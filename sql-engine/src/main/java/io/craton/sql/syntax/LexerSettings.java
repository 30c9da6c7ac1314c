package io.craton.sql.syntax;

/**
 * The session settings that change how text becomes tokens.
 *
 * @param standardConformingStrings backslashes in plain '..' are ordinary characters
 * @param escapeStringWarning warn about backslashes in plain strings when they are escapes
 * @param backslashQuote backslash_quote is not "off" (safe_encoding is as good as on, for all our encodings are safe)
 */
public record LexerSettings(boolean standardConformingStrings, boolean escapeStringWarning, boolean backslashQuote) {
    public static final LexerSettings DEFAULT = new LexerSettings(true, true, true);
}
