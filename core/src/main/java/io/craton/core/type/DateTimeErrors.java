package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** What the input functions of dates, times and intervals say. */
final class DateTimeErrors {
    private DateTimeErrors() {}

    static PgException format(String type, String text) {
        return new PgException(SqlState.INVALID_DATETIME_FORMAT, "invalid input syntax for type " + type + ": \"" + text + "\"");
    }

    static PgException fieldOverflow(String text) {
        return new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "date/time field value out of range: \"" + text + "\"");
    }

    static PgException monthDayOverflow(String text) {
        return PgError.error(SqlState.DATETIME_FIELD_OVERFLOW, "date/time field value out of range: \"" + text + "\"")
                .withHint("Perhaps you need a different \"datestyle\" setting.").exception();
    }

    static PgException displacement(String text) {
        return new PgException(SqlState.INVALID_TIME_ZONE_DISPLACEMENT_VALUE, "time zone displacement out of range: \"" + text + "\"");
    }

    static PgException intervalOverflow(String text) {
        return new PgException(SqlState.INTERVAL_FIELD_OVERFLOW, "interval field value out of range: \"" + text + "\"");
    }

    static PgException outOfRange(String type, String text) {
        return new PgException(SqlState.DATETIME_FIELD_OVERFLOW, type + " out of range: \"" + text + "\"");
    }
}
