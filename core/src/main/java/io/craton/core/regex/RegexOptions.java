package io.craton.core.regex;

/**
 * How an expression is read. {@code newlineStops}: dot and negated brackets do not match newlines; {@code newlineAnchors}: ^ and $ match at lines;
 * {@code asciiOnly}: letters, their case and all classes know ASCII only, as under the collation "C".
 */
public record RegexOptions(Flavor flavor, boolean ignoreCase, boolean expanded, boolean newlineStops, boolean newlineAnchors, boolean asciiOnly) {
    public enum Flavor { ADVANCED, EXTENDED, LITERAL }

    public static final RegexOptions DEFAULT = new RegexOptions(Flavor.ADVANCED, false, false, false, false, false);
    public static final RegexOptions IGNORE_CASE = new RegexOptions(Flavor.ADVANCED, true, false, false, false, false);

    public RegexOptions withAsciiOnly() {
        return new RegexOptions(flavor, ignoreCase, expanded, newlineStops, newlineAnchors, true);
    }
}
