package io.craton.storage.projection;

import io.craton.core.type.ByteWriter;
import io.craton.storage.encryption.DataKey;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.SealingKey;
import io.craton.storage.encryption.TenantKeys;
import io.craton.storage.row.Bytes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Values of one store as they are on disk. Each time the store is opened, and with each new data key, an epoch begins: a key derived by a salt of its own, under
 * which the values are counted. Keys of the store are as they are; a value is bound to its key. Any thread.
 *
 * <pre>
 * value:  0 4 epoch | 4 8 count, with the epoch in front the nonce | 12 encrypted | 16 tag      or  0 4 zero | 4 plain;      as it is under 01
 * epoch:  0 8 data key | 8 16 salt                                                                  under 01 "epoch" number(4)
 * </pre>
 */
final class ValueCipher {
    private static final int HEADER = 4 + 8;
    private static final int PLAIN_HEADER = 4;

    private record Epoch(int number, long dataKey, SealingKey key, AtomicLong count) {}

    private final RocksStore store;
    private final TenantKeys keys;
    private final Map<Integer, SealingKey> known = new ConcurrentHashMap<>();
    private volatile @Nullable Epoch current;
    /** Guarded by this. */
    private int last;

    ValueCipher(RocksStore store, TenantKeys keys) {
        this.store = store;
        this.keys = keys;
        store.eachRaw(StoreKeys.EPOCH, (key, value) -> last = Bytes.getInt(key, StoreKeys.EPOCH.length));
    }

    /** What people cannot learn anything from: positions and lengths of keys. */
    private static boolean plain(byte[] key, byte[] value) {
        return switch (key[0]) {
            case StoreKeys.LATE, StoreKeys.INDEX_HISTORY -> true;
            case StoreKeys.INDEX -> value[0] != IndexLayout.IN_VALUE;
            default -> false;
        };
    }

    /** For values that every tenant has. */
    static byte[] unsealed(byte[] value) {
        byte[] stored = new byte[PLAIN_HEADER + value.length];
        System.arraycopy(value, 0, stored, PLAIN_HEADER, value.length);
        return stored;
    }

    byte[] seal(byte[] key, byte[] value) {
        if (key[0] == StoreKeys.META) return value;
        if (plain(key, value)) return unsealed(value);
        byte[] stored = new byte[HEADER + value.length + SealingKey.TAG_BYTES];
        seal(key, value, stored, 0);
        return stored;
    }

    /** As the batch has values: the length in LEB128, then the value. */
    void seal(byte[] key, byte[] value, ByteWriter out) {
        if (key[0] == StoreKeys.META) {
            WriteBatchBuilder.length(value.length, out);
            out.putBytes(value);
            return;
        }
        if (plain(key, value)) {
            WriteBatchBuilder.length(PLAIN_HEADER + value.length, out);
            out.putInt(0);
            out.putBytes(value);
            return;
        }
        int length = HEADER + value.length + SealingKey.TAG_BYTES;
        WriteBatchBuilder.length(length, out);
        out.ensure(length);
        int at = out.size();
        seal(key, value, out.array(), at);
        out.truncate(at + length);
    }

    private void seal(byte[] key, byte[] value, byte[] out, int at) {
        Epoch epoch = epoch();
        byte[] nonce = new byte[HEADER];
        Bytes.setInt(nonce, 0, epoch.number);
        Bytes.setLong(nonce, 4, epoch.count.getAndIncrement());
        System.arraycopy(nonce, 0, out, at, HEADER);
        epoch.key.seal(nonce, key, key.length, value, 0, value.length, out, at + HEADER);
    }

    /** The value that is stored under a key. */
    byte[] open(byte[] key, byte[] stored) {
        if (key[0] == StoreKeys.META) return stored;
        int number = Bytes.getInt(stored, 0);
        if (number == 0) return java.util.Arrays.copyOfRange(stored, PLAIN_HEADER, stored.length);
        byte[] value = new byte[stored.length - HEADER - SealingKey.TAG_BYTES];
        try {
            of(number).open(java.util.Arrays.copyOf(stored, HEADER), key, key.length, stored, HEADER, stored.length - HEADER, value, 0);
        } catch (AEADBadTagException e) {
            throw new EncryptionException("a value of the projections cannot be decrypted: it is not as it was written", e);
        }
        return value;
    }

    private Epoch epoch() {
        Epoch epoch = current;
        if (epoch != null && epoch.dataKey == keys.currentId()) return epoch;
        synchronized (this) {
            epoch = current;
            if (epoch != null && epoch.dataKey == keys.currentId()) return epoch;
            DataKey dataKey = keys.current();
            DataKey.Derived derived = dataKey.derive(DataKey.Purpose.PROJECTION);
            byte[] record = new byte[8 + DataKey.SALT_BYTES];
            Bytes.setLong(record, 0, dataKey.id());
            System.arraycopy(derived.salt(), 0, record, 8, DataKey.SALT_BYTES);
            int number = ++last;
            // In front of every value that needs it: a flush takes what was written before as well.
            store.putRaw(StoreKeys.epoch(number), record);
            known.put(number, derived.key());
            epoch = new Epoch(number, dataKey.id(), derived.key(), new AtomicLong());
            current = epoch;
            return epoch;
        }
    }

    private SealingKey of(int number) {
        SealingKey key = known.get(number);
        if (key != null) return key;
        byte[] record = store.getRaw(StoreKeys.epoch(number));
        if (record == null) throw new EncryptionException("a value of the projections cannot be decrypted: nothing is known of epoch " + number);
        key = keys.key(Bytes.getLong(record, 0)).derive(DataKey.Purpose.PROJECTION, java.util.Arrays.copyOfRange(record, 8, record.length));
        known.put(number, key);
        return key;
    }
}
