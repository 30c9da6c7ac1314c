package io.craton.storage.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One small value in a file, replaced safely: two slots a disk block apart, written in turn, each with a sequence number and a checksum.
 * A crash in the middle of a write leaves the other slot, that is the older value. One owner, one thread at a time.
 *
 * <pre>
 * slot at 0 and at 4096:  length u32 | crc32c u32 (of the rest) | sequence u64 | value
 * </pre>
 */
public final class DurableRecord implements AutoCloseable {
    private static final int SLOT_BYTES = 4096;
    private static final int HEADER_BYTES = 16;
    public static final int VALUE_BYTES_MAX = SLOT_BYTES - HEADER_BYTES;

    private final BlockFile file;
    private long sequence;
    private byte @org.jspecify.annotations.Nullable [] value;

    private DurableRecord(BlockFile file) {
        this.file = file;
    }

    /** Opens the record, creating it if missing. A file of which neither slot can be read although something was written is refused. */
    public static DurableRecord open(FileStore store, String name) throws IOException {
        if (!store.exists(name)) {
            BlockFile fresh = store.create(name);
            fresh.write(ByteBuffer.allocate(2 * SLOT_BYTES), 0);
            fresh.sync();
            store.syncFolder();
            return new DurableRecord(fresh);
        }
        var record = new DurableRecord(store.open(name));
        boolean written = record.readSlot(0) | record.readSlot(1);
        if (record.value == null && written && !record.onlyFirstWriteWasTorn()) {
            record.close();
            throw new IOException(store.describe() + "/" + name + " is damaged: neither of its two copies has a valid checksum");
        }
        return record;
    }

    public Optional<byte[]> value() {
        return Optional.ofNullable(value).map(byte[]::clone);
    }

    /** Durable when it returns. */
    public void set(byte[] newValue) throws IOException {
        if (newValue.length > VALUE_BYTES_MAX) throw new IllegalArgumentException("value of " + newValue.length + " bytes");
        long next = sequence + 1;
        ByteBuffer slot = ByteBuffer.allocate(HEADER_BYTES + newValue.length);
        slot.putInt(newValue.length).putInt(0).putLong(next).put(newValue).flip();
        slot.putInt(4, checksum(slot));
        file.write(slot, (next & 1) * SLOT_BYTES);
        file.sync();
        sequence = next;
        value = newValue.clone();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Takes the slot's value when it is valid and newer; answers whether anything was ever written there. */
    private boolean readSlot(int slot) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
        file.read(bytes, (long) slot * SLOT_BYTES);
        bytes.flip();
        if (bytes.remaining() < HEADER_BYTES) return false;
        int length = bytes.getInt(0);
        if (length >= 0 && length <= bytes.limit() - HEADER_BYTES) {
            bytes.limit(HEADER_BYTES + length);
            long found = bytes.getLong(8);
            if (bytes.getInt(4) == checksum(bytes) && found > sequence) {
                sequence = found;
                value = new byte[length];
                bytes.get(HEADER_BYTES, value);
                return true;
            }
        }
        for (int i = 0; i < bytes.limit(); i++) if (bytes.get(i) != 0) return true;
        return false;
    }

    /** The first value goes to the second slot; while the first slot is untouched nothing was ever promised. */
    private boolean onlyFirstWriteWasTorn() throws IOException {
        return !readSlot(0);
    }

    private static int checksum(ByteBuffer slot) {
        var crc = new CRC32C();
        crc.update(slot.duplicate().position(0).limit(4));
        crc.update(slot.duplicate().position(8));
        return (int) crc.getValue();
    }
}
