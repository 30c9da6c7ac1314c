package io.craton.sql.function.format;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A date and time template taken apart: fields with their modifiers, separators, blanks and other text. Immutable. */
public record DateTimeTemplate(List<Node> nodes) {
    /** Longer names stand before their own beginnings. */
    private static final String[] FIELDS = {"A.D.", "A.M.", "AD", "AM", "B.C.", "BC", "CC", "DAY", "DDD", "DD", "DY", "D", "FF1", "FF2", "FF3",
        "FF4", "FF5", "FF6", "FX", "HH24", "HH12", "HH", "IDDD", "ID", "IW", "IYYY", "IYY", "IY", "I", "J", "MI", "MM", "MONTH", "MON", "MS",
        "OF", "P.M.", "PM", "Q", "RM", "SSSSS", "SSSS", "SS", "TZH", "TZM", "TZ", "US", "WW", "W", "Y,YYY", "YYYY", "YYY", "YY", "Y"};

    /** Fields whose case in the template is the case of the output. */
    private static final Set<String> CASED = Set.of("DAY", "DY", "MONTH", "MON");

    private static final Set<String> DIGITS = Set.of("CC", "DDD", "DD", "D", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "HH24", "HH12", "HH", "IDDD",
            "ID", "IW", "IYYY", "IYY", "IY", "I", "J", "MI", "MM", "MS", "Q", "SSSSS", "SSSS", "SS", "TZM", "US", "WW", "W", "Y,YYY", "YYYY",
            "YYY", "YY", "Y");

    public enum Kind { FIELD, SEPARATOR, BLANK, TEXT }

    /**
     * @param name canonical name of a field; the character otherwise
     * @param written the field as the template has it
     * @param ordinal "TH", "th" or null
     */
    record Node(Kind kind, String name, String written, boolean fill, boolean localised, @Nullable String ordinal) {
        boolean isDigits() {
            return kind == Kind.FIELD && DIGITS.contains(name);
        }

        boolean lowerCase() {
            return Character.isLowerCase(written.charAt(0));
        }

        /** First letter upper, the rest lower. */
        boolean capitalised() {
            return !lowerCase() && Character.isLowerCase(written.charAt(1));
        }
    }

    public DateTimeTemplate {
        nodes = List.copyOf(nodes);
    }

    private static final String STANDARD_SEPARATORS = "-./,':; ";

    /** Fields of a template that belong to a date, to the time of day, to a time zone. */
    public enum Part { DATE, TIME, ZONE }

    public static DateTimeTemplate parse(String template) {
        return parse(template, false);
    }

    /** As SQL's standard has it: between fields only certain separators and quoted text; 22007 otherwise. */
    public static DateTimeTemplate parseStandard(String template) {
        return parse(template, true);
    }

    /** Which parts of a date and time the fields name. */
    public Set<Part> parts() {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        for (Node node : nodes) {
            if (node.kind() != Kind.FIELD) continue;
            switch (node.name()) {
                case "FX" -> { }
                case "A.M.", "P.M.", "AM", "PM", "HH", "HH12", "HH24", "MI", "SS", "MS", "US", "SSSS", "SSSSS", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6" ->
                    parts.add(Part.TIME);
                case "TZ", "TZH", "TZM", "OF" -> parts.add(Part.ZONE);
                default -> parts.add(Part.DATE);
            }
        }
        return parts;
    }

    private static DateTimeTemplate parse(String template, boolean standard) {
        List<Node> nodes = new ArrayList<>();
        int at = 0;
        while (at < template.length()) {
            int start = at;
            boolean fill = false;
            boolean localised = false;
            while (at + 1 < template.length()) {
                if (template.startsWith("FM", at) || template.startsWith("fm", at)) fill = true;
                else if (template.startsWith("TM", at) || template.startsWith("tm", at)) localised = true;
                else break;
                at += 2;
            }
            String field = fieldAt(template, at);
            if (field != null) {
                String written = template.substring(at, at + field.length());
                at += field.length();
                String ordinal = null;
                if (template.startsWith("TH", at) || template.startsWith("th", at)) {
                    ordinal = template.substring(at, at + 2);
                    at += 2;
                }
                if (template.startsWith("SP", at) || template.startsWith("sp", at)) at += 2;
                nodes.add(new Node(Kind.FIELD, field, written, fill, localised, ordinal));
                continue;
            }
            if (at > start) continue;
            if (standard && template.charAt(at) != '"' && STANDARD_SEPARATORS.indexOf(template.charAt(at)) < 0) {
                throw new PgException(SqlState.INVALID_DATETIME_FORMAT,
                        "invalid datetime format separator: \"" + Character.toString(template.codePointAt(at)) + "\"");
            }
            at = text(template, at, nodes);
        }
        return new DateTimeTemplate(nodes);
    }

    private static @Nullable String fieldAt(String template, int at) {
        if (at >= template.length()) return null;
        for (String field : FIELDS) {
            if (!template.regionMatches(true, at, field, 0, field.length())) continue;
            String written = template.substring(at, at + field.length());
            boolean upper = written.equals(field);
            boolean lower = written.equals(field.toLowerCase(Locale.ROOT));
            boolean capital = CASED.contains(field) && written.substring(1).equals(field.substring(1).toLowerCase(Locale.ROOT));
            if (upper || lower || capital) return field;
        }
        return null;
    }

    private static int text(String template, int from, List<Node> nodes) {
        int at = from;
        char c = template.charAt(at);
        if (c == '"') {
            at++;
            while (at < template.length() && template.charAt(at) != '"') {
                if (template.charAt(at) == '\\' && at + 1 < template.length()) at++;
                at = literal(template, at, nodes, Kind.TEXT);
            }
            return at + 1;
        }
        if (c == '\\' && at + 1 < template.length() && template.charAt(at + 1) == '"') at++;
        c = template.charAt(at);
        Kind kind = Character.isWhitespace(c) ? Kind.BLANK : isSeparator(c) ? Kind.SEPARATOR : Kind.TEXT;
        return literal(template, at, nodes, kind);
    }

    private static int literal(String template, int at, List<Node> nodes, Kind kind) {
        String character = Character.toString(template.codePointAt(at));
        nodes.add(new Node(kind, character, character, false, false, null));
        return at + character.length();
    }

    static boolean isSeparator(char c) {
        return c > 0x20 && c < 0x7f && !Character.isLetterOrDigit(c);
    }
}
