package io.craton.storage.log;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** One link of the log's hash chain: SHA-256 over an entry's header fields, the hash before it, and its payload as stored. */
public final class ChainHash {
    public static final int BYTES = 32;
    /** Before the first entry. */
    public static final ChainHash GENESIS = new ChainHash(new byte[BYTES]);

    private final byte[] bytes;

    private ChainHash(byte[] bytes) {
        this.bytes = bytes;
    }

    public static ChainHash of(byte[] bytes) {
        if (bytes.length != BYTES) throw new IllegalArgumentException(bytes.length + " bytes are no chain hash");
        return new ChainHash(bytes.clone());
    }

    static ChainHash read(ByteBuffer from, int offset) {
        byte[] bytes = new byte[BYTES];
        from.get(offset, bytes);
        return new ChainHash(bytes);
    }

    void write(ByteBuffer into, int offset) {
        into.put(offset, bytes);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChainHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
