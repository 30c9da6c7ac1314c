package io.craton.core.type;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneOffsetTransitionRule;
import java.time.zone.ZoneOffsetTransitionRule.TimeDefinition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Zones written as POSIX does: {@code EST5}, {@code <+03>-3}, {@code FOO8BAR}, {@code CST7CDT,M4.1.0,M10.5.0/3}. Offsets count hours west of UTC. Daylight
 * saving time without rules follows the United States' of today, in all years. One pass over one text.
 */
final class PosixZone {
    private static final String RULES = ",M3.2.0,M11.1.0";
    private static final int HOUR = 3600;
    private static final int OFFSET_MAX = 18 * HOUR;

    private final String text;
    private int at;

    private PosixZone(String text) {
        this.text = text;
    }

    /** The zone; null when the text is not of that form. */
    static @Nullable Zone parse(String text) {
        return new PosixZone(text).zone(text);
    }

    private @Nullable Zone zone(String whole) {
        String standard = name();
        if (standard == null || end()) return null;
        Integer west = offset();
        if (west == null) return null;
        String shown = whole.toUpperCase(Locale.ROOT);
        if (end()) return new Zone(shown, ZoneRules.of(ZoneOffset.ofTotalSeconds(-west)), label(standard), null);
        String daylight = name();
        if (daylight == null) return null;
        Integer daylightWest = end() || text.charAt(at) == ',' ? Integer.valueOf(west - HOUR) : offset();
        if (daylightWest == null) return null;
        PosixZone rules = end() ? new PosixZone(RULES) : this;
        ZoneRules built = rules.rules(ZoneOffset.ofTotalSeconds(-west), ZoneOffset.ofTotalSeconds(-daylightWest));
        return built == null ? null : new Zone(shown, built, label(standard), label(daylight));
    }

    /** Names that are offsets print as such. */
    private static String label(String name) {
        return name.toUpperCase(Locale.ROOT);
    }

    private boolean end() {
        return at >= text.length();
    }

    private @Nullable String name() {
        if (!end() && text.charAt(at) == '<') {
            int close = text.indexOf('>', at);
            if (close < 0) return null;
            String name = text.substring(at + 1, close);
            at = close + 1;
            return name;
        }
        int from = at;
        if (at == 0 && !end() && (text.charAt(0) == '+' || text.charAt(0) == '-' || Ascii.isDigit(text.charAt(0)))) return ""; // +02:00 is west, too
        while (!end() && Ascii.isLetter(text.charAt(at))) at++;
        return at - from < 3 ? null : text.substring(from, at);
    }

    private @Nullable Integer offset() {
        Integer seconds = clock();
        return seconds == null || Math.abs(seconds) > OFFSET_MAX ? null : seconds;
    }

    /** [+-]hh[:mm[:ss]] in seconds. */
    private @Nullable Integer clock() {
        int sign = 1;
        if (!end() && (text.charAt(at) == '+' || text.charAt(at) == '-')) sign = text.charAt(at++) == '-' ? -1 : 1;
        int seconds = 0;
        for (int unit = HOUR; unit > 0; unit /= 60) {
            Integer part = number(unit == HOUR ? 167 : 59);
            if (part == null) return null;
            seconds += part * unit;
            if (unit == 1 || end() || text.charAt(at) != ':') break;
            at++;
        }
        return sign * seconds;
    }

    private @Nullable Integer number(int most) {
        int from = at;
        while (!end() && Ascii.isDigit(text.charAt(at)) && at - from < 3) at++;
        if (at == from) return null;
        int value = Integer.parseInt(text.substring(from, at));
        return value > most ? null : value;
    }

    private @Nullable ZoneRules rules(ZoneOffset standard, ZoneOffset daylight) {
        ZoneOffsetTransitionRule start = rule(standard, standard, daylight);
        ZoneOffsetTransitionRule stop = start == null ? null : rule(standard, daylight, standard);
        if (start == null || stop == null || !end()) return null;
        // the rules hold after the first change that is written out, so that has to lie before all dates
        List<ZoneOffsetTransition> first = new ArrayList<>(List.of(start.createTransition(-4800), stop.createTransition(-4800)));
        first.sort(Comparator.comparing(ZoneOffsetTransition::getInstant));
        ZoneOffset before = first.getFirst().getOffsetBefore();
        return ZoneRules.of(standard, before, List.of(), first.subList(0, 1), List.of(start, stop));
    }

    /** ,Mm.w.d[/time]; days of the year are not supported by any zone in use. */
    private @Nullable ZoneOffsetTransitionRule rule(ZoneOffset standard, ZoneOffset before, ZoneOffset after) {
        if (!text.startsWith(",M", at)) return null;
        at += 2;
        Integer month = number(12);
        Integer week = dot() ? number(5) : null;
        Integer day = dot() ? number(6) : null;
        if (month == null || month == 0 || week == null || week == 0 || day == null) return null;
        Integer seconds = 2 * HOUR;
        if (!end() && text.charAt(at) == '/') {
            at++;
            seconds = clock();
        }
        if (seconds == null || seconds < 0 || seconds > 24 * HOUR) return null;
        boolean midnight = seconds == 24 * HOUR;
        int indicator = week == 5 ? -1 : 1 + (week - 1) * 7;
        return ZoneOffsetTransitionRule.of(Month.of(month), indicator, DayOfWeek.of(day == 0 ? 7 : day),
                midnight ? LocalTime.MIDNIGHT : LocalTime.ofSecondOfDay(seconds), midnight, TimeDefinition.WALL, standard, before, after);
    }

    private boolean dot() {
        if (end() || text.charAt(at) != '.') return false;
        at++;
        return true;
    }

    /**
     * The zones of the United States that are named by a POSIX form but follow the law of each year: EST5EDT, CST6CDT, MST7MDT, PST8PDT. (The IANA database
     * has made them links to cities since; PostgreSQL 15 as packaged has not.)
     */
    static Zone unitedStates(String name) {
        ZoneOffset standard = ZoneOffset.ofHours(-(name.charAt(3) - '0'));
        ZoneOffset daylight = ZoneOffset.ofTotalSeconds(standard.getTotalSeconds() + HOUR);
        List<ZoneOffsetTransition> changes = new ArrayList<>();
        for (int[] law : LAWS) {
            for (int year = law[0]; year <= law[1]; year++) {
                ZoneOffset before = law[5] == 1 ? standard : daylight;
                ZoneOffset after = law[5] == 1 ? daylight : standard;
                changes.add(ZoneOffsetTransition.of(date(year, law).atTime(law[4], 0), before, after));
            }
        }
        changes.sort(Comparator.comparing(ZoneOffsetTransition::getInstant));
        List<ZoneOffsetTransitionRule> today = List.of(
                ZoneOffsetTransitionRule.of(Month.MARCH, 8, DayOfWeek.SUNDAY, LocalTime.of(2, 0), false, TimeDefinition.WALL, standard, standard, daylight),
                ZoneOffsetTransitionRule.of(Month.NOVEMBER, 1, DayOfWeek.SUNDAY, LocalTime.of(2, 0), false, TimeDefinition.WALL, standard, daylight, standard));
        return new Zone(name, ZoneRules.of(standard, standard, List.of(), changes, today), name.substring(0, 3), name.substring(4));
    }

    /** From year, to year, month, day (-1 the last Sunday, 100 + d the first Sunday from d on), hour, 1 for the start of daylight saving time. */
    private static final int[][] LAWS = {
        {1918, 1919, 3, -1, 2, 1}, {1918, 1919, 10, -1, 2, 0}, {1942, 1942, 2, 9, 2, 1}, {1945, 1945, 9, 30, 2, 0}, {1967, 1973, 4, -1, 2, 1},
        {1974, 1974, 1, 6, 2, 1}, {1975, 1975, 2, -1, 2, 1}, {1976, 1986, 4, -1, 2, 1}, {1987, 2006, 4, 101, 2, 1}, {1967, 2006, 10, -1, 2, 0},
        {2007, 2007, 3, 108, 2, 1}, {2007, 2007, 11, 101, 2, 0}};

    private static LocalDate date(int year, int[] law) {
        LocalDate date = law[3] == -1 ? LocalDate.of(year, law[2], 1).plusMonths(1).minusDays(1) : LocalDate.of(year, law[2], law[3] % 100);
        while (law[3] == -1 && date.getDayOfWeek() != DayOfWeek.SUNDAY) date = date.minusDays(1);
        while (law[3] > 100 && date.getDayOfWeek() != DayOfWeek.SUNDAY) date = date.plusDays(1);
        return date;
    }
}
