package io.craton.storage.entry;

import io.craton.storage.row.Bytes;

/**
 * Large entries of rows with their bodies compressed: by the node that submits them, in front of everything else that is done with them, and the same on all others. Any thread.
 *
 * <pre>
 * 0    22  header; 64 is added to the kind
 * 22    1  method: 1, Zstandard
 * 23    4  length of the body as it was
 * 27       a frame of Zstandard, with that length in it and no checksum
 * </pre>
 */
final class EntryCompression {
    /** A body that is shorter stays as it is. */
    static final int BODY_BYTES_MIN = 4 << 10;
    /** One that is longer, too: nothing that claims to be is decompressed. The largest batch that can be configured is shorter. */
    static final int BODY_BYTES_MAX = 64 << 20;

    static final int LENGTH_AT = EntryHeader.LENGTH + 1;
    static final int FRAME_AT = LENGTH_AT + 4;
    private static final int ZSTANDARD = 1;
    /** Where less than an eighth would be saved, nothing is. */
    private static final int SAVED_SHIFT = 3;

    private final Zstandard zstandard;

    EntryCompression(Zstandard zstandard) {
        this.zstandard = zstandard;
    }

    /** The entry compressed; itself where that would save little. */
    byte[] compress(byte[] payload) {
        int length = payload.length - EntryHeader.LENGTH;
        if (length < BODY_BYTES_MIN || length > BODY_BYTES_MAX || !EntryHeader.mayBeCompressed(payload) || !Zstandard.isThere()) return payload;
        byte[] compressed = zstandard.compress(payload, EntryHeader.LENGTH, FRAME_AT, payload.length - (length >> SAVED_SHIFT));
        if (compressed == null) return payload;
        System.arraycopy(payload, 0, compressed, 0, EntryHeader.LENGTH);
        EntryHeader.markCompressed(compressed);
        compressed[EntryHeader.LENGTH] = ZSTANDARD;
        Bytes.setInt(compressed, LENGTH_AT, length);
        return compressed;
    }

    /** The entry as it was; itself where it was not compressed. */
    byte[] decompress(byte[] payload, long position) {
        if (!EntryHeader.isCompressed(payload)) return payload;
        EntryHeader.read(payload); // a kind of a newer version may have the mark as well
        try {
            return decompress(payload);
        } catch (DamagedEntryException e) {
            throw e.at(position);
        }
    }

    private byte[] decompress(byte[] payload) {
        if (payload.length <= FRAME_AT) throw new DamagedEntryException("it is too short", null);
        if (payload[EntryHeader.LENGTH] != ZSTANDARD) throw new NewerEntryException("compression " + payload[EntryHeader.LENGTH]);
        int length = Bytes.getInt(payload, LENGTH_AT);
        if (length < BODY_BYTES_MIN || length > BODY_BYTES_MAX) throw new DamagedEntryException("it claims " + Integer.toUnsignedString(length) + " bytes", null);
        if (!Zstandard.isThere()) throw new IllegalStateException("Zstandard's native library is not there for this machine, and entries of the log are compressed by it");
        byte[] plain = new byte[EntryHeader.LENGTH + length];
        System.arraycopy(payload, 0, plain, 0, EntryHeader.LENGTH);
        EntryHeader.unmarkCompressed(plain);
        zstandard.decompress(payload, FRAME_AT, plain, EntryHeader.LENGTH);
        return plain;
    }
}
