package io.craton.sql.exec;

import io.craton.sql.function.FunctionDef;
import org.jspecify.annotations.Nullable;

/** Patterns that only one text matches, so that the condition is an equality: drivers and psql ask for names by {@code LIKE 'name'} and {@code ~ '^(name)$'}. */
public final class ExactPatterns {
    private static final String SPECIAL = ".[]{}()*+?|^$\\";

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
        return form == SystemKeys.Form.LIKE ? like(pattern) : regex(pattern);
    }

    private static @Nullable String like(String pattern) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '%' || c == '_') return null;
            if (c == '\\' && ++i == pattern.length()) return null;
            text.append(pattern.charAt(i));
        }
        return text.toString();
    }

    private static @Nullable String regex(String pattern) {
        String body = between(pattern, "^", "$");
        if (body == null) return null;
        String grouped = between(body, "(", ")");
        if (grouped != null) body = grouped;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '\\') {
                if (++i == body.length() || SPECIAL.indexOf(body.charAt(i)) < 0) return null;
            } else if (SPECIAL.indexOf(c) >= 0) {
                return null;
            }
            text.append(body.charAt(i));
        }
        return text.toString();
    }

    private static @Nullable String between(String text, String begin, String end) {
        return text.length() > 1 && text.startsWith(begin) && text.endsWith(end) ? text.substring(1, text.length() - 1) : null;
    }
}
