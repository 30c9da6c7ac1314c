package io.craton.sql.session;

import java.util.regex.Pattern;

/** Texts of statements as others may see them. Pure. */
final class HiddenPasswords {
    private static final Pattern PASSWORD = Pattern.compile("(password\\s+)(e?'(?:[^']|'')*'|\\$[a-z0-9_]*\\$.*?\\$[a-z0-9_]*\\$)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private HiddenPasswords() {}

    static String in(String text) {
        return PASSWORD.matcher(text).replaceAll("$1'********'");
    }
}
