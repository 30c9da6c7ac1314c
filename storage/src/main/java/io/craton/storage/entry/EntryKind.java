package io.craton.storage.entry;

/** Kinds of log entries. Numbers are on disk for ever, below 64; 2 and 5 were chunks and their end before chunks could be staged. */
public enum EntryKind {
    /** A whole transaction. */
    COMMIT(1),
    /** Row operations of a large transaction, invisible until its {@link #COMMIT_CHUNKS}. */
    CHUNK(6),
    /** The end of a transaction that began with chunks: as COMMIT, with the number of chunks in front. */
    COMMIT_CHUNKS(3),
    /** A sequence's reserved value. */
    SEQUENCE(4),
    /** The chunks of a transaction from one on were in vain: they were rolled back, or its end was refused. */
    DROP_CHUNKS(7),
    /** A tenant's data key, wrapped: a new one, or an older one wrapped anew. */
    KEY(8),
    /** A node went on alone without the majority of its cluster: what it gave up, as an audit record. Its body is COMMIT's; it is the system tenant's, and concerns every tenant. */
    RECOVERY(9),
    /** The tenant's entries end in this group's log and go on in another's. */
    MOVE(10),
    /** In the first group's log: the audit records of another group's entries, as far as these have come. */
    AUDITS(11);

    final int number;

    EntryKind(int number) {
        this.number = number;
    }

    /** Whether it may be large for the rows in it: then it is compressed. */
    boolean holdsRows() {
        return switch (this) {
            case COMMIT, CHUNK, COMMIT_CHUNKS -> true;
            case SEQUENCE, DROP_CHUNKS, KEY, RECOVERY, MOVE, AUDITS -> false;
        };
    }

    static EntryKind of(int number) {
        return switch (number) {
            case 1 -> COMMIT;
            case 3 -> COMMIT_CHUNKS;
            case 4 -> SEQUENCE;
            case 6 -> CHUNK;
            case 7 -> DROP_CHUNKS;
            case 8 -> KEY;
            case 9 -> RECOVERY;
            case 10 -> MOVE;
            case 11 -> AUDITS;
            default -> throw new NewerEntryException("kind " + number);
        };
    }
}
