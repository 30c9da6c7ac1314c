package io.craton.storage.entry;

import io.craton.storage.row.Bytes;

/**
 * The start of every payload.
 *
 * <pre>
 * 0   1  format, 1; 2 for one that is sealed, see EntrySealer
 * 1   1  kind; with 64 added when the body is compressed, see EntryCompression
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
    private static final int KIND_AT = 1;
    private static final int COMPRESSED = 64;

    /** Of an entry that is sealed or compressed, too. */
    public static EntryHeader read(byte[] payload) {
        if (payload.length < LENGTH) throw new IllegalStateException("an entry of " + payload.length + " bytes");
        if (payload[0] != FORMAT && payload[0] != EntrySealer.FORMAT) throw new NewerEntryException("format " + payload[0]);
        return new EntryHeader(kind(payload), tenant(payload), Bytes.getLong(payload, 6), Bytes.getLong(payload, TIMESTAMP_AT));
    }

    private static EntryKind kind(byte[] payload) {
        if (!isCompressed(payload)) return EntryKind.of(payload[KIND_AT]);
        for (EntryKind kind : EntryKind.values()) if (kind.holdsRows() && kind.number + COMPRESSED == payload[KIND_AT]) return kind;
        throw new NewerEntryException("kind " + payload[KIND_AT]);
    }

    /** Whether the body can be read as it is. */
    public static boolean isPlain(byte[] payload) {
        return payload[0] == FORMAT && !isCompressed(payload);
    }

    /** Whether it needs its tenant's key. */
    public static boolean isSealed(byte[] payload) {
        return payload[0] == EntrySealer.FORMAT;
    }

    /** Whether the body is compressed, be it sealed besides. */
    static boolean isCompressed(byte[] payload) {
        return (payload[KIND_AT] & COMPRESSED) != 0;
    }

    /** Whether it is of a kind whose body is compressed when it is large, and is not. */
    static boolean mayBeCompressed(byte[] payload) {
        return isPlain(payload) && EntryKind.of(payload[KIND_AT]).holdsRows();
    }

    static void markCompressed(byte[] payload) {
        payload[KIND_AT] += COMPRESSED;
    }

    static void unmarkCompressed(byte[] payload) {
        payload[KIND_AT] -= COMPRESSED;
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
        return payload[KIND_AT] == EntryKind.DROP_CHUNKS.number;
    }

    /** Whether it brings a data key: such an entry is never sealed. */
    public static boolean isKey(byte[] payload) {
        return payload[0] == FORMAT && payload[KIND_AT] == EntryKind.KEY.number;
    }

    /** Whether it brings audit records out of another group's log. */
    public static boolean tellsAudits(byte[] payload) {
        return payload[KIND_AT] == EntryKind.AUDITS.number;
    }

    /** Whether it says what a node gave up that went on alone: that concerns every tenant. */
    public static boolean recovers(byte[] payload) {
        return payload[KIND_AT] == EntryKind.RECOVERY.number;
    }

    /** Set when the entry is submitted, behind everything else. */
    public static void setTimestamp(byte[] payload, long micros) {
        Bytes.setLong(payload, TIMESTAMP_AT, micros);
    }
}
