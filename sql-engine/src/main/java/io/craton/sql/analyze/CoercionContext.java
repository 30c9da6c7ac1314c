package io.craton.sql.analyze;

/** How willing a conversion is, in rising order. */
public enum CoercionContext {
    IMPLICIT,
    ASSIGNMENT,
    /** Assignment in a routine: what has no cast goes through its text. */
    PLPGSQL,
    EXPLICIT;

    /** Whether a cast declared for {@code castContext} (i, a, e) may be used here. */
    boolean allows(char castContext) {
        return switch (castContext) {
            case 'i' -> true;
            case 'a' -> this != IMPLICIT;
            default -> this == EXPLICIT;
        };
    }
}
