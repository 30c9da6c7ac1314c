package io.craton.storage.entry;

import io.craton.storage.row.Bytes;

/**
 * The start of every payload.
 *
 * <pre>
 * 0   1  format, 1; 2 for one that is sealed, see EntrySealer
 * 1   1  kind
 * 2   4  tenant number
 * 6   8  transaction id
 * 14  8  commit timestamp, micros since 2000-01-01 UTC, strictly rising in the group
 * 22     body
 * </pre>
 */
public record EntryHeader(EntryKind kind, int tenant, long transaction, long timestampMicros) {
    static final int FORMAT = 1;
    static final int LENGTH = 22;
    private static final int TIMESTAMP_AT = 14;

    /** Of an entry that is sealed, too. */
    public static EntryHeader read(byte[] payload) {
        if (payload.length < LENGTH) throw new IllegalStateException("an entry of " + payload.length + " bytes");
        if (payload[0] != FORMAT && payload[0] != EntrySealer.FORMAT) throw new NewerEntryException("format " + payload[0]);
        return new EntryHeader(EntryKind.of(payload[1]), tenant(payload), Bytes.getLong(payload, 6), Bytes.getLong(payload, TIMESTAMP_AT));
    }

    /** Whether the body can be read as it is. */
    public static boolean isPlain(byte[] payload) {
        return payload[0] == FORMAT;
    }

    public static int tenant(byte[] payload) {
        return Bytes.getInt(payload, 2);
    }

    /** The tenant of a payload that begins at the buffer's position. */
    public static int tenant(java.nio.ByteBuffer payload) {
        return payload.getInt(payload.position() + 2);
    }

    /** The commit timestamp of a payload that begins at the buffer's position. */
    public static long timestampMicros(java.nio.ByteBuffer payload) {
        return payload.getLong(payload.position() + TIMESTAMP_AT);
    }

    /** Whether this entry only ends something that takes space: it is taken even when the disk is full. */
    public static boolean givesUpSpace(byte[] payload) {
        return payload[1] == EntryKind.DROP_CHUNKS.number;
    }

    /** Whether it brings a data key: such an entry is never sealed. */
    public static boolean isKey(byte[] payload) {
        return payload[0] == FORMAT && payload[1] == EntryKind.KEY.number;
    }

    /** Whether it brings audit records out of another group's log. */
    public static boolean tellsAudits(byte[] payload) {
        return payload[1] == EntryKind.AUDITS.number;
    }

    /** Whether it says what a node gave up that went on alone: that concerns every tenant. */
    public static boolean recovers(byte[] payload) {
        return payload[1] == EntryKind.RECOVERY.number;
    }

    /** Set when the entry is submitted, behind everything else. */
    public static void setTimestamp(byte[] payload, long micros) {
        Bytes.setLong(payload, TIMESTAMP_AT, micros);
    }
}
