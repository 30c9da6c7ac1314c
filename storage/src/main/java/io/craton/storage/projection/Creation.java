package io.craton.storage.projection;

import io.craton.storage.row.Bytes;

/** The entry that made a database: position and commit timestamp. */
public record Creation(long position, long timestampMicros) {
    /** Not known: every node has the database from the log's beginning on, or an older version of the node applied the entry. */
    public static final Creation NONE = new Creation(0, Long.MIN_VALUE);

    /** What older versions wrote of every database is one byte. */
    byte[] toBytes() {
        if (equals(NONE)) return new byte[1];
        byte[] bytes = new byte[16];
        Bytes.setLong(bytes, 0, position);
        Bytes.setLong(bytes, 8, timestampMicros);
        return bytes;
    }

    static Creation fromBytes(byte[] bytes) {
        return bytes.length == 1 ? NONE : new Creation(Bytes.getLong(bytes, 0), Bytes.getLong(bytes, 8));
    }
}
