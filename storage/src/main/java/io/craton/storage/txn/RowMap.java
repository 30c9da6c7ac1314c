package io.craton.storage.txn;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Written rows of one table by key. Keys that come in order, as a load's do, lie in an array; the others in a tree; each is in one of the two. One thread.
 */
final class RowMap {
    private WriteSet.@Nullable RowWrite[] ordered = new WriteSet.RowWrite[4];
    private int count;
    private NavigableMap<byte[], WriteSet.RowWrite> scattered = Collections.emptyNavigableMap();

    WriteSet.@Nullable RowWrite get(byte[] key) {
        int at = find(key);
        if (at >= 0) return ordered[at];
        return scattered.isEmpty() ? null : scattered.get(key);
    }

    /** As {@link Arrays#binarySearch}. */
    private int find(byte[] key) {
        if (count == 0) return -1;
        int order = Arrays.compareUnsigned(key, at(count - 1).key);
        if (order >= 0) return order == 0 ? count - 1 : -count - 1;
        int low = 0;
        int high = count - 2;
        while (low <= high) {
            int middle = low + high >>> 1;
            order = Arrays.compareUnsigned(at(middle).key, key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -low - 1;
    }

    private WriteSet.RowWrite at(int index) {
        return java.util.Objects.requireNonNull(ordered[index]);
    }

    /** Adds a row whose key is not there. */
    void add(WriteSet.RowWrite row) {
        if (count > 0 && Arrays.compareUnsigned(row.key, at(count - 1).key) <= 0) {
            if (scattered.isEmpty()) scattered = new TreeMap<>(Arrays::compareUnsigned);
            scattered.put(row.key, row);
            return;
        }
        if (count == ordered.length) ordered = Arrays.copyOf(ordered, count * 2);
        ordered[count++] = row;
    }

    void remove(WriteSet.RowWrite row) {
        int at = find(row.key);
        if (at < 0) {
            if (!scattered.isEmpty()) scattered.remove(row.key);
            return;
        }
        System.arraycopy(ordered, at + 1, ordered, at, count - at - 1);
        ordered[--count] = null;
    }

    boolean isEmpty() {
        return count == 0 && scattered.isEmpty();
    }

    int size() {
        return count + scattered.size();
    }

    void clear() {
        ordered = new WriteSet.RowWrite[4];
        count = 0;
        scattered = Collections.emptyNavigableMap();
    }

    /** In key order. */
    void forEach(Consumer<WriteSet.RowWrite> consumer) {
        Iterator<WriteSet.RowWrite> rows = scattered.values().iterator();
        WriteSet.RowWrite next = rows.hasNext() ? rows.next() : null;
        for (int i = 0; i < count; i++) {
            WriteSet.RowWrite row = at(i);
            while (next != null && Arrays.compareUnsigned(next.key, row.key) < 0) {
                consumer.accept(next);
                next = rows.hasNext() ? rows.next() : null;
            }
            consumer.accept(row);
        }
        while (next != null) {
            consumer.accept(next);
            next = rows.hasNext() ? rows.next() : null;
        }
    }

    /** The first row at or behind a key; null is in front of all. */
    WriteSet.@Nullable RowWrite ceiling(byte @Nullable [] key) {
        Cursor cursor = new Cursor(key, null, false);
        return cursor.peek();
    }

    /** Rows in [from, to), ascending or descending. Rows may be added meanwhile: those behind the last one given are met. */
    final class Cursor {
        private final byte @Nullable [] from;
        private final byte @Nullable [] to;
        private final boolean reverse;
        /** Index in {@code ordered} of the next row there, valid while {@code known}. */
        private int index;
        private byte @Nullable [] last;
        private WriteSet.@Nullable RowWrite next;
        private boolean known;

        Cursor(byte @Nullable [] from, byte @Nullable [] to, boolean reverse) {
            this.from = from;
            this.to = to;
            this.reverse = reverse;
            index = first();
        }

        private int first() {
            byte[] bound = reverse ? to : from;
            if (bound == null) return reverse ? count - 1 : 0;
            int at = find(bound);
            int place = at >= 0 ? at : -at - 1;
            return reverse ? place - 1 : place;
        }

        /** The row that {@link #next} will give; null at the end. */
        WriteSet.@Nullable RowWrite peek() {
            if (known) return next;
            known = true;
            WriteSet.RowWrite inOrder = index >= 0 && index < count ? ordered[index] : null;
            WriteSet.RowWrite apart = scattered.isEmpty() ? null : apart();
            WriteSet.RowWrite first = inOrder == null || apart != null && before(apart.key, inOrder.key) ? apart : inOrder;
            next = first == null || outside(first.key) ? null : first;
            return next;
        }

        private boolean before(byte[] left, byte[] right) {
            int order = Arrays.compareUnsigned(left, right);
            return reverse ? order > 0 : order < 0;
        }

        private WriteSet.@Nullable RowWrite apart() {
            byte[] bound = last;
            Map.Entry<byte[], WriteSet.RowWrite> entry;
            if (bound != null) entry = reverse ? scattered.lowerEntry(bound) : scattered.higherEntry(bound);
            else if (reverse) entry = to == null ? scattered.lastEntry() : scattered.lowerEntry(to);
            else entry = from == null ? scattered.firstEntry() : scattered.ceilingEntry(from);
            return entry == null ? null : entry.getValue();
        }

        private boolean outside(byte[] key) {
            return reverse ? from != null && Arrays.compareUnsigned(key, from) < 0 : to != null && Arrays.compareUnsigned(key, to) >= 0;
        }

        WriteSet.@Nullable RowWrite next() {
            WriteSet.RowWrite row = peek();
            if (row == null) return null;
            known = false;
            last = row.key;
            if (index >= 0 && index < count && ordered[index] == row) index += reverse ? -1 : 1;
            return row;
        }
    }
}
