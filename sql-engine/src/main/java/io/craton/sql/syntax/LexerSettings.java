package io.craton.sql.syntax;

/**
 * The session settings that change how text becomes tokens.
 *
 * @param standardConformingStrings backslashes in plain '..' are ordinary characters
 * @param escapeStringWarning warn about backslashes in plain strings when they are escapes
 * @param backslashQuote backslash_quote is not "off" (safe_encoding is as good as on, for all our encodings are safe)
 * @param marks {@code {..}} is an identifier: a {@link Mark}, as texts in the catalog have them and no client can write them
 */
public record LexerSettings(boolean standardConformingStrings, boolean escapeStringWarning, boolean backslashQuote, boolean marks) {
    public static final LexerSettings DEFAULT = new LexerSettings(true, true, true);

    /** How the catalog's texts are read. */
    static final LexerSettings STORED = new LexerSettings(true, true, true, true);

    public LexerSettings(boolean standardConformingStrings, boolean escapeStringWarning, boolean backslashQuote) {
        this(standardConformingStrings, escapeStringWarning, backslashQuote, false);
    }
}
