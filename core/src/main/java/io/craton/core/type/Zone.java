package io.craton.core.type;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * A time zone: the rules for its offset from UTC and what it is called. Immutable.
 *
 * @param name as SHOW TimeZone prints it
 * @param standard what the zone is called in standard time; null where its offset stands for a name
 * @param daylight what it is called while daylight saving time holds
 * @param gap which offset a local time has that the clocks left out
 */
public record Zone(String name, ZoneRules rules, @Nullable String standard, @Nullable String daylight, Gap gap) {
    /** The offset before the change or the one after it. */
    enum Gap { BEFORE, AFTER }

    public static final Zone UTC = new Zone("UTC", ZoneRules.of(ZoneOffset.UTC), "UTC", null);

    Zone(String name, ZoneRules rules, @Nullable String standard, @Nullable String daylight) {
        this(name, rules, standard, daylight, Gap.BEFORE);
    }

    /** A fixed offset without a name of its own. */
    public static Zone ofOffset(int secondsEast) {
        return secondsEast == 0 ? UTC : new Zone(TimeZones.offsetText(secondsEast), ZoneRules.of(ZoneOffset.ofTotalSeconds(secondsEast)), null, null);
    }

    /** A zone of the IANA database. */
    static Zone ofRegion(String id) {
        TimeZone names = TimeZone.getTimeZone(id);
        return new Zone(id, ZoneId.of(id).getRules(), letters(names.getDisplayName(false, TimeZone.SHORT, Locale.US)),
                letters(names.getDisplayName(true, TimeZone.SHORT, Locale.US)));
    }

    private static @Nullable String letters(String name) {
        return name.chars().allMatch(c -> Ascii.isLetter((char) c)) ? name : null;
    }

    /** What an abbreviation means whose offset has changed in the course of time: the region's standard time, or an hour more. */
    static Zone ofAbbreviation(String name, String region, boolean daylight) {
        ZoneRules rules = ZoneId.of(region).getRules();
        List<ZoneOffsetTransition> changes = new ArrayList<>();
        ZoneOffset first = null;
        int more = daylight ? 3600 : 0;
        for (ZoneOffsetTransition transition : rules.getTransitions()) {
            ZoneOffset before = shifted(rules.getStandardOffset(transition.getInstant().minusNanos(1)), more);
            ZoneOffset after = shifted(rules.getStandardOffset(transition.getInstant()), more);
            if (first == null) first = before;
            if (!before.equals(after)) {
                changes.add(ZoneOffsetTransition.of(LocalDateTime.ofEpochSecond(transition.toEpochSecond(), 0, before), before, after));
            }
        }
        ZoneOffset base = first != null ? first : shifted(rules.getStandardOffset(Instant.EPOCH), more);
        return new Zone(name, ZoneRules.of(base, base, changes, changes, List.of()), null, null, Gap.AFTER);
    }

    private static ZoneOffset shifted(ZoneOffset offset, int seconds) {
        return ZoneOffset.ofTotalSeconds(offset.getTotalSeconds() + seconds);
    }

    public boolean fixed() {
        return rules.isFixedOffset();
    }

    /** Seconds east of UTC that hold at an instant, micros since 2000-01-01 UTC. */
    public int offsetAt(long micros) {
        return rules.getOffset(instant(micros)).getTotalSeconds();
    }

    public boolean daylightAt(long micros) {
        return rules.isDaylightSavings(instant(micros));
    }

    /** Seconds east of UTC for a local time. In a gap the one that {@link #gap} says holds, in an overlap the one after it. */
    public int offsetOfLocal(long localMicros) {
        if (fixed()) return rules.getOffset(Instant.EPOCH).getTotalSeconds();
        LocalDateTime local = LocalDateTime.ofEpochSecond(
                Math.floorDiv(localMicros, CivilTime.MICROS_PER_SECOND) + CivilTime.EPOCH_SECONDS, 0, ZoneOffset.UTC);
        ZoneOffsetTransition transition = rules.getTransition(local);
        if (transition == null) return rules.getOffset(local).getTotalSeconds();
        return (transition.isGap() && gap == Gap.BEFORE ? transition.getOffsetBefore() : transition.getOffsetAfter()).getTotalSeconds();
    }

    /** What the zone is called at an instant: {@code EST}, or an offset such as {@code +03} where there is no name. */
    public String abbreviationAt(long micros) {
        if (standard == null) return TimeZones.offsetText(offsetAt(micros));
        if (fixed()) return standard;
        List<ZoneOffsetTransition> transitions = rules.getTransitions();
        Instant instant = instant(micros);
        boolean local = !transitions.isEmpty() && instant.isBefore(transitions.getFirst().getInstant())
                && transitions.getFirst().getOffsetBefore().getTotalSeconds() % 60 != 0;
        if (local) return "LMT";
        String daylightName = rules.isDaylightSavings(instant) ? daylight : standard;
        return daylightName != null ? daylightName : TimeZones.offsetText(offsetAt(micros));
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, CivilTime.MICROS_PER_SECOND) + CivilTime.EPOCH_SECONDS);
    }
}
