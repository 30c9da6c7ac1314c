package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** Wording that the input functions of many types share. */
final class TypeErrors {
    private TypeErrors() {}

    static PgException invalidText(String type, String text) {
        return new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type " + type + ": \"" + text + "\"");
    }

    static PgException outOfRange(String type, String text) {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value \"" + text + "\" is out of range for type " + type);
    }

    static PgException invalidBinary(String message) {
        return new PgException(SqlState.INVALID_BINARY_REPRESENTATION, message);
    }

    static PgException incorrectBinaryFormat() {
        return invalidBinary("incorrect binary data format");
    }
}
