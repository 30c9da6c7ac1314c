package io.craton.storage.txn;

import org.jspecify.annotations.Nullable;

/** The entries of one stripe by key: open addressing, nothing allocated but the array. Guarded by the stripe's lock. */
final class LockEntries {
    private static final int SLOTS_MIN = 16;

    private LockTable.@Nullable Entry[] slots = new LockTable.Entry[SLOTS_MIN];
    private int size;

    private static int home(long key, int mask) {
        // the stripe was chosen by the upper bits of the same product
        return (int) (key * 0x9E3779B97F4A7C15L >>> 20) & mask;
    }

    LockTable.@Nullable Entry get(long key) {
        int mask = slots.length - 1;
        for (int at = home(key, mask);; at = at + 1 & mask) {
            LockTable.Entry entry = slots[at];
            if (entry == null || entry.key() == key) return entry;
        }
    }

    /** Adds an entry whose key is not there. */
    void add(LockTable.Entry entry) {
        if (++size * 2 > slots.length) resize(slots.length * 2);
        place(slots, entry);
    }

    private static void place(LockTable.@Nullable Entry[] slots, LockTable.Entry entry) {
        int mask = slots.length - 1;
        int at = home(entry.key(), mask);
        while (slots[at] != null) at = at + 1 & mask;
        slots[at] = entry;
    }

    private void resize(int length) {
        LockTable.@Nullable Entry[] resized = new LockTable.Entry[length];
        for (LockTable.Entry entry : slots) if (entry != null) place(resized, entry);
        slots = resized;
    }

    /** Removes this very entry, if it is there. */
    void remove(LockTable.Entry entry) {
        int mask = slots.length - 1;
        int at = home(entry.key(), mask);
        while (slots[at] != entry) {
            if (slots[at] == null) return;
            at = at + 1 & mask;
        }
        size--;
        int hole = at;
        for (int next = at + 1 & mask;; next = next + 1 & mask) {
            LockTable.Entry moved = slots[next];
            if (moved == null) break;
            int distance = next - home(moved.key(), mask) & mask;
            if (distance >= (next - hole & mask)) {
                slots[hole] = moved;
                hole = next;
            }
        }
        slots[hole] = null;
        if (slots.length > 1024 && size * 16 < slots.length) resize(slots.length / 4);
    }

    /** All of them, in no order; a copy. */
    LockTable.Entry[] all() {
        LockTable.Entry[] all = new LockTable.Entry[size];
        int count = 0;
        for (LockTable.Entry entry : slots) if (entry != null) all[count++] = entry;
        return all;
    }
}
