package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one storage, as 32-bit fingerprints: says for certain that a key is not there, without the cache misses that RocksDB's own filters take in each of its files. Keys
 * are never taken out. Looked up from any thread; a key is found by whoever learned of it from a thread that had added it.
 */
final class KeyFilter {
    private static final int PARTITION_BITS = 8;
    private static final int SLOTS_MIN = 16;

    private final AtomicReferenceArray<Partition> partitions = new AtomicReferenceArray<>(1 << PARTITION_BITS);
    /** Bytes that this filter may take together with others; below 0 there are too many. */
    private final AtomicLong budget;
    private volatile boolean complete;
    private volatile boolean tooLarge;

    /** Open addressing in less than half of the slots; 0 is an empty one. */
    private static final class Partition {
        private final int[] slots;
        private int used;

        Partition(int length) {
            slots = new int[length];
        }

        boolean has(int fingerprint) {
            int mask = slots.length - 1;
            for (int i = fingerprint & mask; ; i = i + 1 & mask) {
                int slot = slots[i];
                if (slot == fingerprint) return true;
                if (slot == 0) return false;
            }
        }

        boolean add(int fingerprint) {
            int mask = slots.length - 1;
            int i = fingerprint & mask;
            for (; slots[i] != 0; i = i + 1 & mask) if (slots[i] == fingerprint) return false;
            slots[i] = fingerprint;
            used++;
            return true;
        }
    }

    KeyFilter(AtomicLong budget) {
        this.budget = budget;
    }

    /** From here on it knows every key. */
    void complete() {
        complete = true;
    }

    /** Not as long as it is {@link #complete incomplete}. */
    boolean knowsAbsent(byte[] key) {
        if (!complete || tooLarge) return false;
        long hash = hash(key);
        Partition partition = partitions.get(partition(hash));
        return partition == null || !partition.has(fingerprint(hash));
    }

    /** False when there is no room, and never will be. */
    boolean add(byte[] key) {
        if (tooLarge) return false;
        long hash = hash(key);
        synchronized (this) {
            if (tooLarge) return false;
            int at = partition(hash);
            Partition partition = partitions.get(at);
            if (partition == null || partition.used * 2 >= partition.slots.length) {
                partition = grown(at, partition);
                if (partition == null) return false;
            }
            partition.add(fingerprint(hash));
        }
        return true;
    }

    private @Nullable Partition grown(int at, @Nullable Partition old) {
        int length = old == null ? SLOTS_MIN : old.slots.length * 2;
        int more = old == null ? length : old.slots.length;
        if (budget.addAndGet(-4L * more) < 0) {
            budget.addAndGet(4L * more);
            drop();
            return null;
        }
        var next = new Partition(length);
        if (old != null) for (int slot : old.slots) if (slot != 0) next.add(slot);
        partitions.set(at, next);
        return next;
    }

    /** Says nothing any more, and gives its room back. */
    synchronized void drop() {
        if (tooLarge) return;
        tooLarge = true;
        long bytes = 0;
        for (int i = 0; i < partitions.length(); i++) {
            Partition partition = partitions.getAndSet(i, null);
            if (partition != null) bytes += 4L * partition.slots.length;
        }
        budget.addAndGet(bytes);
    }

    private static int partition(long hash) {
        return (int) (hash >>> 64 - PARTITION_BITS);
    }

    private static int fingerprint(long hash) {
        int low = (int) hash;
        return low == 0 ? 1 : low;
    }

    /** Multiplied and folded eight bytes at a time. */
    private static long hash(byte[] key) {
        long hash = key.length * 0x9E3779B97F4A7C15L;
        int i = 0;
        for (; i + 8 <= key.length; i += 8) hash = mixed(hash ^ Bytes.getLong(key, i));
        long rest = 0;
        for (; i < key.length; i++) rest = rest << 8 | key[i] & 0xFF;
        return mixed(hash ^ rest);
    }

    private static long mixed(long value) {
        long mixed = value * 0xBF58476D1CE4E5B9L;
        mixed ^= mixed >>> 32;
        mixed *= 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 29;
    }
}
