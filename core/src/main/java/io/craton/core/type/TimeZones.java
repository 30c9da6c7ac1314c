package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/** Time zones by PostgreSQL's names: IANA names in any case, abbreviations, and POSIX forms such as {@code EST5EDT} or {@code <+03>-03}. */
public final class TimeZones {
    private static final int DISPLACEMENT_MAX = 15 * 3600 + 59 * 60 + 59;
    private static final Map<String, Integer> ABBREVIATIONS = abbreviations();
    private static final Map<String, String> NAMES = names();

    private TimeZones() {}

    private static Map<String, Integer> abbreviations() {
        Map<String, Integer> map = new HashMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                TimeZones.class.getResourceAsStream("timezone_abbreviations.tsv"), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("#")) continue;
                String[] column = line.split("\t");
                map.put(column[0], Integer.parseInt(column[1]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(map);
    }

    private static Map<String, String> names() {
        Map<String, String> map = new HashMap<>();
        for (String id : ZoneId.getAvailableZoneIds()) {
            if (!id.startsWith("SystemV/")) map.put(id.toLowerCase(Locale.ROOT), id);
        }
        map.put("est", "-05:00");
        map.put("mst", "-07:00");
        map.put("hst", "-10:00");
        return Map.copyOf(map);
    }

    /** Seconds east of UTC of an abbreviation in lower case; null when unknown. */
    static @Nullable Integer abbreviation(String lower) {
        return ABBREVIATIONS.get(lower);
    }

    /** A zone by IANA name or POSIX form, as SET TimeZone takes it; null when there is none. */
    public static @Nullable ZoneId find(String name) {
        String id = NAMES.get(name.toLowerCase(Locale.ROOT));
        return id != null ? ZoneId.of(id) : posix(name);
    }

    /** A zone as AT TIME ZONE takes it: an abbreviation, else as {@link #find}; 22023 when there is none. */
    public static ZoneId require(String name) {
        Integer seconds = ABBREVIATIONS.get(name.toLowerCase(Locale.ROOT));
        if (seconds != null) return ZoneOffset.ofTotalSeconds(seconds);
        ZoneId zone = find(name);
        if (zone == null) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "time zone \"" + name + "\" not recognized");
        }
        return zone;
    }

    /** {@code ABC5}, {@code ABC+5:30}, {@code <xyz>-3}: hours west of UTC. With a daylight name the United States' rules apply. */
    private static @Nullable ZoneId posix(String name) {
        int at = 0;
        if (name.startsWith("<")) {
            at = name.indexOf('>') + 1;
            if (at == 0) return null;
        } else {
            while (at < name.length() && Ascii.isLetter(name.charAt(at))) at++;
            if (at < 3) return null;
        }
        int sign = 1;
        if (at < name.length() && (name.charAt(at) == '+' || name.charAt(at) == '-')) sign = name.charAt(at++) == '-' ? -1 : 1;
        int seconds = 0;
        int unit = 3600;
        int start = at;
        while (at < name.length() && unit > 0) {
            int from = at;
            while (at < name.length() && Ascii.isDigit(name.charAt(at))) at++;
            if (at == from || at - from > 2) return null;
            seconds += Integer.parseInt(name.substring(from, at)) * unit;
            if (at < name.length() && name.charAt(at) == ':') at++;
            else break;
            unit /= 60;
        }
        if (at == start || seconds > 18 * 3600) return null;
        if (at == name.length()) return ZoneOffset.ofTotalSeconds(-sign * seconds);
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "EST5EDT" -> ZoneId.of("America/New_York");
            case "CST6CDT" -> ZoneId.of("America/Chicago");
            case "MST7MDT" -> ZoneId.of("America/Denver");
            case "PST8PDT" -> ZoneId.of("America/Los_Angeles");
            default -> null;
        };
    }

    /** Seconds east of UTC that hold in a zone at an instant, micros since 2000-01-01 UTC. */
    public static int offsetAt(ZoneId zone, long micros) {
        if (zone instanceof ZoneOffset offset) return offset.getTotalSeconds();
        return zone.getRules().getOffset(Instant.ofEpochSecond(
                Math.floorDiv(micros, CivilTime.MICROS_PER_SECOND) + CivilTime.EPOCH_SECONDS)).getTotalSeconds();
    }

    /** Seconds east of UTC for a local time. In a gap the offset before it holds, in an overlap the one after it. */
    public static int offsetOfLocal(ZoneId zone, long localMicros) {
        if (zone instanceof ZoneOffset offset) return offset.getTotalSeconds();
        LocalDateTime local = LocalDateTime.ofEpochSecond(
                Math.floorDiv(localMicros, CivilTime.MICROS_PER_SECOND) + CivilTime.EPOCH_SECONDS, 0, ZoneOffset.UTC);
        ZoneOffsetTransition transition = zone.getRules().getTransition(local);
        if (transition == null) return zone.getRules().getOffset(local).getTotalSeconds();
        return (transition.isGap() ? transition.getOffsetBefore() : transition.getOffsetAfter()).getTotalSeconds();
    }

    /** The local time in a zone as if it were UTC; 22008 when out of range. Infinities stay. */
    public static long toLocal(long micros, ZoneId zone) {
        if (CivilTime.isInfinite(micros)) return micros;
        return CivilTime.checkTimestamp(micros + offsetAt(zone, micros) * CivilTime.MICROS_PER_SECOND);
    }

    /** The instant of a local time in a zone; 22008 when out of range. Infinities stay. */
    public static long toInstant(long localMicros, ZoneId zone) {
        if (CivilTime.isInfinite(localMicros)) return localMicros;
        return CivilTime.checkTimestamp(localMicros - offsetOfLocal(zone, localMicros) * CivilTime.MICROS_PER_SECOND);
    }

    /** What the zone is called at an instant: {@code EST}, or an offset such as {@code +03} where there is no name. */
    public static String abbreviationAt(ZoneId zone, long micros) {
        if (zone instanceof ZoneOffset offset) return offset.getTotalSeconds() == 0 ? "UTC" : offsetText(offset.getTotalSeconds());
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, CivilTime.MICROS_PER_SECOND) + CivilTime.EPOCH_SECONDS);
        var transitions = zone.getRules().getTransitions();
        if (!transitions.isEmpty() && instant.isBefore(transitions.getFirst().getInstant())) return "LMT";
        boolean daylight = zone.getRules().isDaylightSavings(instant);
        String name = TimeZone.getTimeZone(zone).getDisplayName(daylight, TimeZone.SHORT, Locale.US);
        for (int i = 0; i < name.length(); i++) {
            if (!Ascii.isLetter(name.charAt(i))) return offsetText(offsetAt(zone, micros));
        }
        return name;
    }

    /** {@code +05}, {@code -03:30}, {@code +00:19:32}. */
    public static String offsetText(int seconds) {
        ByteWriter out = new ByteWriter(12);
        DateTimeFormat.putOffset(seconds, out);
        return new String(out.array(), 0, out.size(), StandardCharsets.US_ASCII);
    }

    static boolean validDisplacement(int seconds) {
        return Math.abs(seconds) <= DISPLACEMENT_MAX;
    }
}
