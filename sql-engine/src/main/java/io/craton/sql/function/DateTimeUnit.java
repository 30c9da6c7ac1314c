package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The field names of extract, date_part and date_trunc. Only the first ten letters count. */
enum DateTimeUnit {
    MICROSECONDS("microsecon us usec usecond useconds usecs"),
    MILLISECONDS("millisecon ms msec msecond mseconds msecs"),
    SECOND("s sec second seconds secs"),
    MINUTE("m min mins minute minutes"),
    HOUR("h hour hours hr hrs"),
    DAY("d day days"),
    WEEK("w week weeks"),
    MONTH("mon mons month months"),
    QUARTER("qtr quarter"),
    YEAR("y year years yr yrs"),
    DECADE("dec decade decades decs"),
    CENTURY("c cent centuries century"),
    MILLENNIUM("mil millennia millennium mils"),
    JULIAN("j jd julian"),
    ISOYEAR("isoyear"),
    DOW("dow"),
    ISODOW("isodow"),
    DOY("doy"),
    EPOCH("epoch"),
    TIMEZONE("timezone"),
    TIMEZONE_HOUR("timezone_h"),
    TIMEZONE_MINUTE("timezone_m");

    private static final Map<String, DateTimeUnit> BY_NAME = byName();

    private final String names;

    DateTimeUnit(String names) {
        this.names = names;
    }

    private static Map<String, DateTimeUnit> byName() {
        Map<String, DateTimeUnit> map = new HashMap<>();
        for (DateTimeUnit unit : values()) {
            for (String name : unit.names.split(" ")) map.put(name, unit);
        }
        return Map.copyOf(map);
    }

    /** 22023 when there is no such unit. */
    static DateTimeUnit of(String name, String type) {
        String lower = name.toLowerCase(Locale.ROOT);
        DateTimeUnit unit = BY_NAME.get(lower.length() > 10 ? lower.substring(0, 10) : lower);
        if (unit == null) throw unrecognized(name, type);
        return unit;
    }

    static PgException unrecognized(String name, String type) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE,
                "unit \"" + name.toLowerCase(Locale.ROOT) + "\" not recognized for type " + type);
    }

    static PgException unsupported(String name, String type) {
        return new PgException(SqlState.FEATURE_NOT_SUPPORTED,
                "unit \"" + name.toLowerCase(Locale.ROOT) + "\" not supported for type " + type);
    }
}
