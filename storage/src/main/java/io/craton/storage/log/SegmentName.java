package io.craton.storage.log;

import java.util.Locale;

/** Names of the files of a log. A segment is current, then full (some of it not yet committed), then sealed. */
final class SegmentName {
    static final String CURRENT = "current.segment";
    /** Allocated in advance, to become current. */
    static final String NEXT = "next.segment";
    /** An allocation that is not finished. */
    static final String NEXT_UNFINISHED = "next.allocating";
    static final String STATE = "state.record";
    /** A {@link LogBase}, while entries in front of it are missing. */
    static final String BASE = "history.base";
    static final String BASE_UNFINISHED = "history.unfinished";
    /** A segment of the history that is being received. */
    static final String ARRIVING = "history.arriving";
    private static final String SEALED_SUFFIX = ".segment";
    private static final String FULL_SUFFIX = ".full";

    private SegmentName() {}

    static String sealed(long number) {
        return String.format(Locale.ROOT, "%08d", number) + SEALED_SUFFIX;
    }

    static String full(long number) {
        return String.format(Locale.ROOT, "%08d", number) + FULL_SUFFIX;
    }

    static boolean isSealed(String name) {
        return name.endsWith(SEALED_SUFFIX) && number(name) >= 0;
    }

    static boolean isFull(String name) {
        return name.endsWith(FULL_SUFFIX) && number(name) >= 0;
    }

    /** The number in a sealed or full segment's name, -1 for any other name. */
    static long number(String name) {
        int dot = name.indexOf('.');
        if (dot < 8 || dot > 18) return -1;
        for (int i = 0; i < dot; i++) if (name.charAt(i) < '0' || name.charAt(i) > '9') return -1;
        return Long.parseLong(name.substring(0, dot));
    }
}
