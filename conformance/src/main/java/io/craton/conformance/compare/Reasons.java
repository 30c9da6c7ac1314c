package io.craton.conformance.compare;

import java.util.Set;
import java.util.regex.Pattern;

/** Error messages in a form that is the same for like errors: names and values left out where they do not tell what is missing. */
final class Reasons {
    /** Errors whose quoted names belong to the script: relations, columns, objects that exist, constraints. */
    private static final Set<String> NAMES_DO_NOT_TELL = Set.of("42P01", "42703", "42P07", "42701", "42710", "23505", "23503", "23502", "23514", "3F000",
            "26000", "34000", "42P02", "42P06");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])\\d+(?:\\.\\d+)?(?![\\w.])");
    private static final Pattern VALUE = Pattern.compile("(?s): \".*\"$");

    private Reasons() {}

    static String of(String state, String message) {
        String line = message.lines().findFirst().orElse("");
        if (NAMES_DO_NOT_TELL.contains(state)) line = line.replaceAll("\"[^\"]*\"", "…");
        if (state.startsWith("22")) line = VALUE.matcher(line).replaceFirst(": …").replaceAll("value \"[^\"]*\"", "value …");
        return state + " " + numbers(line);
    }

    static String numbers(String text) {
        return NUMBER.matcher(text).replaceAll("N");
    }
}
