package io.craton.storage.projection;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long a projection keeps what is no longer so: old images of rows, and rows of tables that are gone. The log keeps everything, whatever this says.
 *
 * @param micros {@link Long#MAX_VALUE}: for ever
 */
public record Retention(long micros) {
    /** Name of the setting of a database and of the storage parameter of a table. */
    public static final String NAME = "craton.retention";
    public static final Retention FOREVER = new Retention(Long.MAX_VALUE);
    private static final Pattern PART = Pattern.compile("\\s*(\\d{1,9})\\s*([a-z]+)\\s*");
    private static final Map<String, Long> SECONDS = Map.ofEntries(Map.entry("s", 1L), Map.entry("second", 1L), Map.entry("min", 60L), Map.entry("minute", 60L),
            Map.entry("h", 3_600L), Map.entry("hour", 3_600L), Map.entry("d", 86_400L), Map.entry("day", 86_400L), Map.entry("week", 604_800L),
            Map.entry("month", 2_592_000L), Map.entry("year", 31_557_600L));

    /** "7 days", "1 day 12 hours", "forever"; null when it is nothing of the kind. */
    public static @Nullable Retention parse(String text) {
        String rest = text.strip().toLowerCase(Locale.ROOT);
        if (rest.isEmpty() || rest.equals("forever")) return FOREVER;
        Matcher part = PART.matcher(rest);
        long seconds = 0;
        int end = 0;
        while (end < rest.length()) {
            if (!part.find(end) || part.start() != end) return null;
            String unit = part.group(2);
            Long each = SECONDS.get(unit);
            if (each == null && unit.endsWith("s")) each = SECONDS.get(unit.substring(0, unit.length() - 1));
            if (each == null) return null;
            seconds += Long.parseLong(part.group(1)) * each;
            end = part.end();
        }
        return new Retention(Math.multiplyExact(seconds, 1_000_000L));
    }
}
