package io.craton.storage.entry;

/** Kinds of log entries. Numbers are on disk for ever. */
public enum EntryKind {
    /** A whole transaction. */
    COMMIT(1),
    /** Row operations of a large transaction, invisible until its {@link #COMMIT_CHUNKS}. */
    CHUNK(2),
    /** The end of a transaction that began with chunks: as COMMIT, with the number of chunks in front. */
    COMMIT_CHUNKS(3),
    /** A sequence's reserved value. */
    SEQUENCE(4),
    /** The chunks of a transaction were in vain: its end was refused. */
    DROP_CHUNKS(5);

    final int number;

    EntryKind(int number) {
        this.number = number;
    }

    static EntryKind of(int number) {
        return switch (number) {
            case 1 -> COMMIT;
            case 2 -> CHUNK;
            case 3 -> COMMIT_CHUNKS;
            case 4 -> SEQUENCE;
            case 5 -> DROP_CHUNKS;
            default -> throw new IllegalStateException("unknown kind of entry " + number);
        };
    }
}
