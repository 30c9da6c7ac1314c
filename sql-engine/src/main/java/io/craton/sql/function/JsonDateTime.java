package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.CivilTime;
import io.craton.core.type.FormatContext;
import io.craton.core.type.TimeZones;
import io.craton.sql.function.format.DateTimeScanner;
import io.craton.sql.function.format.DateTimeTemplate;
import io.craton.sql.function.format.DateTimeTemplate.Part;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What jsonpath's {@code .datetime()} makes of a text; which of five types it is depends on the template.
 *
 * @param value days of a date, micros of the day of a time, micros of local time of a timestamp
 * @param offset seconds east of UTC where the type has a zone, else 0
 */
record JsonDateTime(Kind kind, long value, int offset) {
    enum Kind {
        DATE("date", "date"), TIME("time", "time without time zone"), TIMETZ("timetz", "time with time zone"),
        TIMESTAMP("timestamp", "timestamp without time zone"), TIMESTAMPTZ("timestamptz", "timestamp with time zone");

        private final String shortName;
        private final String typeName;

        Kind(String shortName, String typeName) {
            this.shortName = shortName;
            this.typeName = typeName;
        }

        boolean isTime() {
            return this == TIME || this == TIMETZ;
        }
    }

    /** What ISO allows, in the order in which it is tried. */
    private static final List<DateTimeTemplate> ISO = Stream.of("yyyy-mm-dd",
            "HH24:MI:SS.USTZH:TZM", "HH24:MI:SS.USTZH", "HH24:MI:SSTZH:TZM", "HH24:MI:SSTZH", "HH24:MI:SS.US", "HH24:MI:SS",
            "yyyy-mm-dd HH24:MI:SS.USTZH:TZM", "yyyy-mm-dd HH24:MI:SS.USTZH", "yyyy-mm-dd HH24:MI:SSTZH:TZM", "yyyy-mm-dd HH24:MI:SSTZH",
            "yyyy-mm-dd\"T\"HH24:MI:SS.USTZH:TZM", "yyyy-mm-dd\"T\"HH24:MI:SS.USTZH", "yyyy-mm-dd\"T\"HH24:MI:SSTZH:TZM", "yyyy-mm-dd\"T\"HH24:MI:SSTZH",
            "yyyy-mm-dd HH24:MI:SS.US", "yyyy-mm-dd HH24:MI:SS", "yyyy-mm-dd\"T\"HH24:MI:SS.US", "yyyy-mm-dd\"T\"HH24:MI:SS")
            .map(DateTimeTemplate::parseStandard).toList();

    /** By the first ISO form that fits. */
    static JsonDateTime parse(String text) {
        for (DateTimeTemplate template : ISO) {
            try {
                return of(text, template);
            } catch (PgException e) {
                // The next form may fit.
            }
        }
        throw PgError.error(SqlState.INVALID_ARGUMENT_FOR_SQL_JSON_DATETIME_FUNCTION, "datetime format is not recognized: \"" + text + "\"")
                .withHint("Use a datetime template argument to specify the input data format.").exception();
    }

    static JsonDateTime parse(String text, String template) {
        return of(text, DateTimeTemplate.parseStandard(template));
    }

    private static JsonDateTime of(String text, DateTimeTemplate template) {
        Set<Part> parts = template.parts();
        DateTimeScanner.Result read = DateTimeScanner.scanStandard(template, text);
        boolean zoned = parts.contains(Part.ZONE);
        boolean timed = parts.contains(Part.TIME);
        boolean dated = parts.contains(Part.DATE);
        if (!timed && zoned && dated) throw new PgException(SqlState.INVALID_DATETIME_FORMAT, "datetime format is zoned but not timed");
        if (!timed && !dated) throw new PgException(SqlState.INVALID_DATETIME_FORMAT, "datetime format is not dated and not timed");
        int offset = read.offset() == null ? 0 : read.offset();
        if (!timed) return new JsonDateTime(Kind.DATE, read.date(text), 0);
        if (dated) return new JsonDateTime(zoned ? Kind.TIMESTAMPTZ : Kind.TIMESTAMP, read.local(), offset);
        return new JsonDateTime(zoned ? Kind.TIMETZ : Kind.TIME, Math.floorMod(read.local(), CivilTime.MICROS_PER_DAY), offset);
    }

    String typeName() {
        return kind.typeName;
    }

    /** ISO 8601. */
    String text() {
        StringBuilder out = new StringBuilder();
        boolean beforeChrist = false;
        if (!kind.isTime()) {
            CivilTime civil = kind == Kind.DATE ? CivilTime.ofDays(value, 0) : CivilTime.ofMicros(value);
            beforeChrist = civil.year() <= 0;
            out.append(String.format("%04d-%02d-%02d", beforeChrist ? 1 - civil.year() : civil.year(), civil.month(), civil.day()));
        }
        if (kind != Kind.DATE) {
            if (!kind.isTime()) out.append('T');
            long micros = Math.floorMod(value, CivilTime.MICROS_PER_DAY);
            long seconds = micros / CivilTime.MICROS_PER_SECOND;
            out.append(String.format("%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60));
            long fraction = micros % CivilTime.MICROS_PER_SECOND;
            if (fraction != 0) out.append(String.format(".%06d", fraction).replaceFirst("0+$", ""));
        }
        if (kind == Kind.TIMETZ || kind == Kind.TIMESTAMPTZ) {
            int distance = Math.abs(offset);
            out.append(String.format("%c%02d:%02d", offset < 0 ? '-' : '+', distance / 3600, distance / 60 % 60));
            if (distance % 60 != 0) out.append(String.format(":%02d", distance % 60));
        }
        if (beforeChrist) out.append(" BC");
        return out.toString();
    }

    /**
     * The order of two values, null when there is none (a date and a time of day).
     *
     * @param zone where values without a zone lie; null when comparing them with others that have one is an error
     */
    @Nullable Integer compare(JsonDateTime other, @Nullable FormatContext zone) {
        if (kind.isTime() != other.kind.isTime()) return null;
        if (kind.isTime()) {
            if (kind == Kind.TIME && other.kind == Kind.TIME) return Long.compare(value, other.value);
            int own = kind == Kind.TIME ? zoneOf(other, zone) : offset;
            int others = other.kind == Kind.TIME ? other.zoneOf(this, zone) : other.offset;
            int order = Long.compare(value - own * CivilTime.MICROS_PER_SECOND, other.value - others * CivilTime.MICROS_PER_SECOND);
            return order != 0 ? order : Integer.compare(others, own);
        }
        boolean zoned = kind == Kind.TIMESTAMPTZ || other.kind == Kind.TIMESTAMPTZ;
        return Long.compare(zoned ? instant(other, zone) : local(), zoned ? other.instant(this, zone) : other.local());
    }

    private long local() {
        return kind == Kind.DATE ? value * CivilTime.MICROS_PER_DAY : value;
    }

    private long instant(JsonDateTime other, @Nullable FormatContext zone) {
        if (kind == Kind.TIMESTAMPTZ) return value - offset * CivilTime.MICROS_PER_SECOND;
        return TimeZones.toInstant(local(), require(other, zone).zone());
    }

    private int zoneOf(JsonDateTime other, @Nullable FormatContext context) {
        FormatContext format = require(other, context);
        long today = Math.floorDiv(TimeZones.toLocal(format.nowMicros(), format.zone()), CivilTime.MICROS_PER_DAY);
        return format.zone().offsetOfLocal(today * CivilTime.MICROS_PER_DAY + value);
    }

    private FormatContext require(JsonDateTime other, @Nullable FormatContext zone) {
        if (zone != null) return zone;
        throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED,
                        "cannot convert value from " + kind.shortName + " to " + other.kind.shortName + " without time zone usage")
                .withHint("Use *_tz() function for time zone support.").exception();
    }
}
