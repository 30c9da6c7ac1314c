package io.craton.storage.txn;

import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Entries of a range of a sorted map that may be changed meanwhile: each step looks up the next key. */
final class SortedEntries<V> implements Iterator<Map.Entry<byte[], V>> {
    private final NavigableMap<byte[], V> map;
    private final byte @Nullable [] from;
    private final byte @Nullable [] to;
    private final boolean reverse;
    private boolean started;
    private Map.@Nullable Entry<byte[], V> next;
    private boolean known;

    /** The range is half-open; null is unbounded. */
    SortedEntries(NavigableMap<byte[], V> map, byte @Nullable [] from, byte @Nullable [] to, boolean reverse) {
        this.map = map;
        this.from = from;
        this.to = to;
        this.reverse = reverse;
    }

    @Override
    public boolean hasNext() {
        if (!known) {
            Map.Entry<byte[], V> before = next;
            if (!started) next = first();
            else if (before != null) next = reverse ? map.lowerEntry(before.getKey()) : map.higherEntry(before.getKey());
            started = true;
            known = true;
            if (next != null && outside(next.getKey())) next = null;
        }
        return next != null;
    }

    private Map.@Nullable Entry<byte[], V> first() {
        if (reverse) return to == null ? map.lastEntry() : map.lowerEntry(to);
        return from == null ? map.firstEntry() : map.ceilingEntry(from);
    }

    private boolean outside(byte[] key) {
        return reverse
                ? from != null && java.util.Arrays.compareUnsigned(key, from) < 0
                : to != null && java.util.Arrays.compareUnsigned(key, to) >= 0;
    }

    /** The entry that {@link #next} will give. */
    Map.Entry<byte[], V> peek() {
        if (!hasNext()) throw new NoSuchElementException();
        return java.util.Objects.requireNonNull(next);
    }

    @Override
    public Map.Entry<byte[], V> next() {
        if (!hasNext()) throw new NoSuchElementException();
        known = false;
        return java.util.Objects.requireNonNull(next);
    }
}
