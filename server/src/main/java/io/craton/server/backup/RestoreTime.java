package io.craton.server.backup;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;

/** Points in time as the command line has them, and as entries have them. */
final class RestoreTime {
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final DateTimeFormatter FORM = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME).optionalStart().appendOffset("+HH:mm", "Z").optionalEnd().optionalStart().appendOffset("+HH", "Z").optionalEnd().toFormatter();

    private RestoreTime() {}

    /** Without an offset it is this machine's time. */
    static Instant parse(String text) {
        String form = text.strip().replaceFirst("(?<=\\d) +(?=\\d)", "T").replaceFirst(" +(?=[+Z-])", "");
        Instant instant;
        try {
            TemporalAccessor parsed = FORM.parseBest(form, java.time.OffsetDateTime::from, LocalDateTime::from);
            instant = parsed instanceof LocalDateTime local ? local.atZone(ZoneId.systemDefault()).toInstant() : Instant.from(parsed);
        } catch (DateTimeException e) {
            throw Said.usage("invalid --time \"" + text + "\": it is like 2026-01-15T10:30:00Z or \"2026-01-15 10:30:00+01\"");
        }
        if (instant.isAfter(Instant.now())) throw Said.failure("--time " + text + " is in the future");
        return instant;
    }

    static long micros(Instant instant) {
        return EPOCH.until(instant, ChronoUnit.MICROS);
    }

    static Instant instant(long micros) {
        return EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
