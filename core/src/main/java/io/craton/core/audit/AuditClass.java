package io.craton.core.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Kinds of audit records. Their letters are on disk for ever. */
public enum AuditClass {
    /** A client was let in. */
    LOGIN('l'),
    /** A client was not let in. */
    FAILED_LOGIN('f'),
    /** Definitions changed: CREATE, ALTER, DROP, COMMENT, TRUNCATE. */
    DDL('d'),
    /** Rights changed: GRANT, REVOKE, roles, default privileges, owners. */
    RIGHTS('r'),
    /** A statement was refused for want of a right. */
    DENIED('n'),
    /** The node or its cluster was worked on: starts, reloads, members, other sessions. */
    ADMIN('a');

    private final char letter;

    AuditClass(char letter) {
        this.letter = letter;
    }

    public char letter() {
        return letter;
    }

    /** As configuration and craton_audit have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static AuditClass of(char letter) {
        for (AuditClass each : values()) if (each.letter == letter) return each;
        throw new IllegalStateException("unknown class of audit record " + letter);
    }

    /** Null when there is none of this name. */
    public static @Nullable AuditClass named(String text) {
        for (AuditClass each : values()) if (each.text().equals(text)) return each;
        return null;
    }
}
