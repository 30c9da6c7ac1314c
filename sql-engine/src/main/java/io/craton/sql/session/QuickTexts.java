package io.craton.sql.session;

import org.jspecify.annotations.Nullable;

/** Recognises the texts of transaction statements that need neither parser nor thread. Pure. */
final class QuickTexts {
    enum Quick { BEGIN, COMMIT, ROLLBACK }

    private QuickTexts() {}

    /** The statement that the text is, or null: longer texts are not looked at. */
    static @Nullable Quick of(String sql) {
        int end = sql.length();
        if (end > 20) return null;
        while (end > 0 && (sql.charAt(end - 1) == ';' || sql.charAt(end - 1) == ' ' || sql.charAt(end - 1) == '\n')) end--;
        return switch (end) {
            case 3 -> is(sql, "end") ? Quick.COMMIT : null;
            case 5 -> is(sql, "begin") ? Quick.BEGIN : is(sql, "abort") ? Quick.ROLLBACK : null;
            case 6 -> is(sql, "commit") ? Quick.COMMIT : null;
            case 8 -> is(sql, "rollback") ? Quick.ROLLBACK : null;
            default -> null;
        };
    }

    private static boolean is(String sql, String word) {
        return sql.regionMatches(true, 0, word, 0, word.length());
    }
}
