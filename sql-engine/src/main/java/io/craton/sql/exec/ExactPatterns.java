package io.craton.sql.exec;

import io.craton.sql.function.FunctionDef;
import org.jspecify.annotations.Nullable;

/** Patterns that only one text matches, so that the condition is an equality: drivers and psql ask for names by {@code LIKE 'name'} and {@code ~ '^(name)$'}. */
public final class ExactPatterns {
    private ExactPatterns() {}

    /** How a condition that is no equality holds its left side against its right one; null when it is no pattern. */
    public static SystemKeys.@Nullable Form form(FunctionDef condition) {
        return switch (condition.source()) {
            case "textlike", "namelike" -> SystemKeys.Form.LIKE;
            case "textregexeq", "nameregexeq" -> SystemKeys.Form.REGEX;
            default -> null;
        };
    }

    /** The only text that matches the pattern; null when there may be others. */
    public static @Nullable String text(SystemKeys.Form form, String pattern) {
        if (pattern.isEmpty() && form == SystemKeys.Form.LIKE) return "";
        PatternPrefix prefix = PatternPrefix.of(form == SystemKeys.Form.LIKE ? PatternPrefix.Form.LIKE : PatternPrefix.Form.REGEX, pattern);
        return prefix != null && prefix.exact() ? (String) prefix.start() : null;
    }
}
