package io.craton.migrations;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values for {@code ${name}} in files. {@code $${name}} stays as it is: a dollar-quoted array literal looks so. */
final class Placeholders {
    private static final Pattern MARK = Pattern.compile("(?<!\\$)\\$\\{([A-Za-z_][A-Za-z0-9_.-]*)}");

    private final Map<String, String> values;

    private Placeholders(Map<String, String> values) {
        this.values = values;
    }

    /** @throws MigrationException for a value with line ends, behind which errors would name other lines than the file's */
    static Placeholders of(Map<String, String> values) throws MigrationException {
        for (var value : values.entrySet()) {
            if (value.getValue().indexOf('\n') >= 0) throw new MigrationException("placeholder " + value.getKey() + ": its value must be one line");
        }
        return new Placeholders(new TreeMap<>(values));
    }

    Placeholders with(String name, String value) {
        Map<String, String> more = new TreeMap<>(values);
        more.putIfAbsent(name, value);
        return new Placeholders(more);
    }

    /** The file's text with values in the place of names. */
    String fill(Migration file) throws MigrationException {
        Matcher mark = MARK.matcher(file.sql());
        StringBuilder text = new StringBuilder();
        while (mark.find()) {
            String value = values.get(mark.group(1));
            if (value == null) {
                throw new MigrationException("%s:%s: there is no value for the placeholder ${%s}; known are: %s".formatted(file.file(),
                        Place.of(file.sql(), mark.start()), mark.group(1), values.isEmpty() ? "none" : String.join(", ", values.keySet())));
            }
            mark.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        return mark.appendTail(text).toString();
    }
}
