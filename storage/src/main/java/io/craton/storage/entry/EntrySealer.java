package io.craton.storage.entry;

import io.craton.storage.encryption.DataKey;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.encryption.SealingKey;
import io.craton.storage.encryption.WrappedKey;
import io.craton.storage.row.Bytes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Entries as they are in the log: large ones compressed ({@link EntryCompression}), and all sealed where the folder is encrypted; once, by the node that submits them, and the same
 * on all others. Any thread. A sealed one:
 *
 * <pre>
 * 0    22  header, format 2; the timestamp, which is set behind this, is not authenticated
 * 22    8  data key of the tenant, by the position of its entry
 * 30   16  salt of the process that sealed it
 * 46    8  count of what it has sealed with that salt; with four zeros in front the nonce
 * 54       body, compressed or not, encrypted
 *      16  tag
 * </pre>
 */
public final class EntrySealer {
    /** By which an entry grows when it is sealed. */
    public static final int OVERHEAD_BYTES = 32 + SealingKey.TAG_BYTES;

    static final int FORMAT = 2;
    private static final int SALT_AT = EntryHeader.LENGTH + 8;
    private static final int COUNT_AT = SALT_AT + DataKey.SALT_BYTES;
    private static final int BODY_AT = COUNT_AT + 8;
    /** Of the header: all but the timestamp. */
    private static final int CONTEXT_BYTES = 14;

    private final @Nullable KeyRing keys;
    private final EntryCompression compression;
    private final BooleanSupplier compresses;

    /**
     * @param keys       null where nothing is encrypted
     * @param compresses whether large entries are compressed from now on; those that are can be opened all the same
     */
    public EntrySealer(@Nullable KeyRing keys, Zstandard zstandard, BooleanSupplier compresses) {
        this.keys = keys;
        this.compression = new EntryCompression(zstandard);
        this.compresses = compresses;
    }

    /** Whether entries of a tenant can be sealed: it has a key, or needs none. */
    public boolean ready(int tenant) {
        return keys == null || keys.has(tenant);
    }

    /** The entry that brings a tenant's new data key. It is never sealed itself. */
    public byte[] newKey(int tenant) {
        return EntryWriter.key(java.util.Objects.requireNonNull(keys).make(tenant));
    }

    /** Entries that bring the keys again, wrapped by the newest master key. */
    public List<byte[]> wrapAgain() {
        return java.util.Objects.requireNonNull(keys).wrapAgain().stream().map(EntryWriter::key).toList();
    }

    /** Whether an entry of the log is sealed, or brings a key for such. */
    public static boolean isSealed(ByteBuffer payload) {
        return payload.get(payload.position()) == FORMAT || isKey(payload);
    }

    /** The key that an entry of the log brings; null when it brings none. Needs no key. */
    public static @Nullable WrappedKey keyIn(ByteBuffer payload, long position) {
        if (!isKey(payload)) return null;
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return new EntryReader(bytes).dataKey().at(position);
    }

    private static boolean isKey(ByteBuffer payload) {
        return payload.get(payload.position()) == EntryHeader.FORMAT && payload.get(payload.position() + 1) == EntryKind.KEY.number;
    }

    /** An entry for the log. */
    public byte[] seal(byte[] payload) {
        byte[] stored = payload.length >= EntryCompression.BODY_BYTES_MIN && compresses.getAsBoolean() ? compression.compress(payload) : payload;
        return keys == null ? stored : encrypt(stored, keys);
    }

    private static byte[] encrypt(byte[] payload, KeyRing keys) {
        DataKey key = keys.of(EntryHeader.tenant(payload)).current();
        DataKey.Derived own = key.ofOwnEntries();
        int length = payload.length - EntryHeader.LENGTH;
        byte[] sealed = new byte[BODY_AT + length + SealingKey.TAG_BYTES];
        System.arraycopy(payload, 0, sealed, 0, EntryHeader.LENGTH);
        sealed[0] = FORMAT;
        Bytes.setLong(sealed, EntryHeader.LENGTH, key.id());
        System.arraycopy(own.salt(), 0, sealed, SALT_AT, DataKey.SALT_BYTES);
        Bytes.setLong(sealed, COUNT_AT, own.uses().getAndIncrement());
        own.key().seal(nonce(sealed), sealed, CONTEXT_BYTES, payload, EntryHeader.LENGTH, length, sealed, BODY_AT);
        return sealed;
    }

    private static EncryptionException notEnabled(long position) {
        return new EncryptionException("the entry at position " + position + " is encrypted, but encryption is not enabled on this node");
    }

    /** Whether an entry of the log brings a data key, for {@link #take}. */
    public boolean isKey(byte[] payload, long position) {
        if (!EntryHeader.isKey(payload)) return false;
        if (keys == null) throw notEnabled(position);
        return true;
    }

    /** Whether an entry is sealed by a key that has not come yet. */
    public boolean lacksKey(byte[] payload) {
        return keys != null && payload[0] == FORMAT && payload.length > BODY_AT && !keys.knows(Bytes.getLong(payload, EntryHeader.LENGTH));
    }

    /** An entry of the log as it was before. */
    public byte[] open(byte[] payload, long position) {
        return compression.decompress(decrypt(payload, position), position);
    }

    private byte[] decrypt(byte[] payload, long position) {
        boolean isSealed = payload[0] == FORMAT;
        if (keys == null) {
            if (isSealed) throw notEnabled(position);
            return payload;
        }
        if (!isSealed) {
            throw new EncryptionException("the entry at position " + position + " is not encrypted, but encryption is enabled on this node");
        }
        if (payload.length < BODY_AT + SealingKey.TAG_BYTES) throw new EncryptionException("the entry at position " + position + " is too short");
        byte[] plain = new byte[EntryHeader.LENGTH + payload.length - BODY_AT - SealingKey.TAG_BYTES];
        System.arraycopy(payload, 0, plain, 0, EntryHeader.LENGTH);
        plain[0] = EntryHeader.FORMAT;
        DataKey key = keys.of(EntryHeader.tenant(payload)).key(Bytes.getLong(payload, EntryHeader.LENGTH));
        try {
            key.ofEntry(payload, SALT_AT).open(nonce(payload), payload, CONTEXT_BYTES, payload, BODY_AT, payload.length - BODY_AT, plain, EntryHeader.LENGTH);
        } catch (AEADBadTagException e) {
            throw new EncryptionException("the entry at position " + position + " cannot be decrypted: it was not sealed with data key " + key.id(), e);
        }
        return plain;
    }

    private static byte[] nonce(byte[] sealed) {
        byte[] nonce = new byte[SealingKey.NONCE_BYTES];
        System.arraycopy(sealed, COUNT_AT, nonce, 4, 8);
        return nonce;
    }

    /** Takes in what an entry that brings a key says. */
    public void take(EntryReader entry, long position) {
        java.util.Objects.requireNonNull(keys).add(entry.dataKey().at(position));
    }
}
