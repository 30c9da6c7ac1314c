package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Time zones by PostgreSQL's names: IANA names in any case, abbreviations, and POSIX forms such as {@code EST5EDT} or {@code <+03>-03}. */
public final class TimeZones {
    /** What {@link #numeric} says of displacements that no zone has. */
    public static final int OUT_OF_RANGE = Integer.MAX_VALUE;

    private static final int DISPLACEMENT_MAX = 15 * 3600 + 59 * 60 + 59;
    private static final Map<String, Abbreviation> ABBREVIATIONS = abbreviations();
    private static final Map<String, String> NAMES = names();
    private static final Map<String, Zone> FIXED = Map.of("utc", Zone.UTC, "est", named("EST", -5), "mst", named("MST", -7), "hst", named("HST", -10),
            "gmt", named("GMT", 0), "est5edt", PosixZone.unitedStates("EST5EDT"), "cst6cdt", PosixZone.unitedStates("CST6CDT"),
            "mst7mdt", PosixZone.unitedStates("MST7MDT"), "pst8pdt", PosixZone.unitedStates("PST8PDT"));

    /** What may stand for a zone in a timestamp: "CEST". */
    public record Abbreviation(String name, Zone zone, boolean fixedDaylight) {
        /** Whether it is daylight saving time, at an instant where that has changed. */
        public boolean daylightAt(long micros) {
            return zone.fixed() ? fixedDaylight : zone.daylightAt(micros);
        }
    }

    private TimeZones() {}

    private static Zone named(String name, int hours) {
        return new Zone(name, ZoneRules.of(ZoneOffset.ofHours(hours)), name, null);
    }

    private static Map<String, Abbreviation> abbreviations() {
        Map<String, Abbreviation> map = new HashMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                TimeZones.class.getResourceAsStream("timezone_abbreviations.tsv"), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("#")) continue;
                String[] column = line.split("\t");
                boolean daylight = column[2].equals("t");
                Zone zone = switch (column.length) {
                    case 3 -> Zone.ofOffset(Integer.parseInt(column[1]));
                    case 4 -> Zone.ofRegion(column[3]);
                    default -> Zone.ofAbbreviation(column[0], column[3], daylight);
                };
                map.put(column[0], new Abbreviation(column[0].toUpperCase(Locale.ROOT), zone, daylight));
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
        return Map.copyOf(map);
    }

    /** The names of all zones, for catalogs. */
    public static SortedSet<String> allNames() {
        SortedSet<String> all = new TreeSet<>(NAMES.values());
        for (Zone zone : FIXED.values()) all.add(zone.name());
        return all;
    }

    /** All abbreviations by name. */
    public static List<Abbreviation> allAbbreviations() {
        return ABBREVIATIONS.values().stream().sorted(Comparator.comparing(Abbreviation::name)).toList();
    }

    /** The zone that an abbreviation in lower case stands for; null when unknown. */
    static @Nullable Zone abbreviation(String lower) {
        Abbreviation found = ABBREVIATIONS.get(lower);
        return found == null ? null : found.zone;
    }

    /** A zone by IANA name or POSIX form, as SET TimeZone takes it; null when there is none. */
    public static @Nullable Zone find(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        Zone fixed = FIXED.get(lower);
        if (fixed != null) return fixed;
        String id = NAMES.get(lower);
        return id != null ? Zone.ofRegion(id) : PosixZone.parse(name);
    }

    /** A zone as AT TIME ZONE takes it: an abbreviation, else as {@link #find}; 22023 when there is none. */
    public static Zone require(String name) {
        Zone zone = abbreviation(name.toLowerCase(Locale.ROOT));
        if (zone == null) zone = find(name);
        if (zone == null) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "time zone \"" + name + "\" not recognized");
        }
        return zone;
    }

    /** The local time in a zone as if it were UTC; 22008 when out of range. Infinities stay. */
    public static long toLocal(long micros, Zone zone) {
        if (CivilTime.isInfinite(micros)) return micros;
        return CivilTime.checkTimestamp(micros + zone.offsetAt(micros) * CivilTime.MICROS_PER_SECOND);
    }

    /** The instant of a local time in a zone; 22008 when out of range. Infinities stay. */
    public static long toInstant(long localMicros, Zone zone) {
        if (CivilTime.isInfinite(localMicros)) return localMicros;
        return CivilTime.checkTimestamp(localMicros - zone.offsetOfLocal(localMicros) * CivilTime.MICROS_PER_SECOND);
    }

    /** Seconds east of UTC of {@code +hh}, {@code +hhmm}, {@code +hh:mm[:ss]}; {@link #OUT_OF_RANGE}, or null when it is not of that form. */
    public static @Nullable Integer numeric(String field) {
        String[] parts = field.substring(1).split(":", -1);
        if (parts.length > 3 || parts[0].isEmpty()) return null;
        int[] numbers = new int[3];
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].length() > 9 || !parts[i].chars().allMatch(c -> Ascii.isDigit((char) c))) return null;
            numbers[i] = parts[i].isEmpty() ? 0 : Integer.parseInt(parts[i]);
        }
        if (parts.length == 1 && parts[0].length() > 2) {
            numbers[1] = numbers[0] % 100;
            numbers[0] /= 100;
        }
        if (numbers[0] > 15 || numbers[1] > 59 || numbers[2] > 59) return OUT_OF_RANGE;
        int total = numbers[0] * 3600 + numbers[1] * 60 + numbers[2];
        return field.charAt(0) == '-' ? -total : total;
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
