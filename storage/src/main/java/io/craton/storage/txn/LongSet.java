package io.craton.storage.txn;

import io.craton.storage.row.Bytes;
import java.util.Arrays;

/** A set of longs without boxes; grows, never shrinks. One thread. */
final class LongSet {
    private long[] slots = new long[1024];
    private boolean zero;
    private int size;

    void add(long value) {
        if (value == 0) {
            zero = true;
            return;
        }
        if (size * 2 >= slots.length) grow();
        if (place(slots, value)) size++;
    }

    private static boolean place(long[] slots, long value) {
        int mask = slots.length - 1;
        int at = (int) Bytes.mix(value) & mask;
        while (slots[at] != 0) {
            if (slots[at] == value) return false;
            at = at + 1 & mask;
        }
        slots[at] = value;
        return true;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (long value : slots) if (value != 0) place(larger, value);
        slots = larger;
    }

    boolean contains(long value) {
        if (value == 0) return zero;
        int mask = slots.length - 1;
        for (int at = (int) Bytes.mix(value) & mask; slots[at] != 0; at = at + 1 & mask) {
            if (slots[at] == value) return true;
        }
        return false;
    }

    void clear() {
        Arrays.fill(slots, 0);
        zero = false;
        size = 0;
    }
}
