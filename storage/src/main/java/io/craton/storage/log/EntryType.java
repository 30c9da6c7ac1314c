package io.craton.storage.log;

import org.jspecify.annotations.Nullable;

/** What a log entry is. Numbers are on disk: never reused, never renumbered. */
public enum EntryType {
    /** An entry of ours: its payload came through {@link CommitLog#submit}. */
    DATA(1),
    /** The members of the raft group. */
    CONFIGURATION(2),
    /** Raft's own, without payload. */
    NOOP(3);

    private final byte number;

    EntryType(int number) {
        this.number = (byte) number;
    }

    public byte number() {
        return number;
    }

    /** Null for a number that this version does not know. */
    static @Nullable EntryType of(byte number) {
        return switch (number) {
            case 1 -> DATA;
            case 2 -> CONFIGURATION;
            case 3 -> NOOP;
            default -> null;
        };
    }
}
