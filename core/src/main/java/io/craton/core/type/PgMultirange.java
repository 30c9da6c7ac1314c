package io.craton.core.type;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A set of values as ranges in order, none of which is empty, touches or overlaps another. Immutable. */
public record PgMultirange(PgType subtype, List<PgRange> ranges) implements Comparable<PgMultirange> {
    public PgMultirange {
        ranges = List.copyOf(ranges);
    }

    /** Of any ranges of the subtype. */
    public static PgMultirange of(PgType subtype, List<PgRange> ranges) {
        List<PgRange> sorted = new ArrayList<>(ranges);
        sorted.removeIf(PgRange::empty);
        sorted.sort(null);
        List<PgRange> result = new ArrayList<>();
        PgRange last = null;
        for (PgRange range : sorted) {
            if (last != null && (last.overlaps(range) || last.adjacent(range))) {
                last = last.merge(range);
                result.set(result.size() - 1, last);
            } else {
                last = range;
                result.add(range);
            }
        }
        return new PgMultirange(subtype, result);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** From the first bound to the last. */
    public PgRange extent() {
        return isEmpty() ? PgRange.empty(subtype) : ranges.getFirst().merge(ranges.getLast());
    }

    public boolean contains(Object value) {
        return ranges.stream().anyMatch(range -> range.contains(value));
    }

    public boolean contains(PgMultirange other) {
        return other.ranges.stream().allMatch(inner -> ranges.stream().anyMatch(range -> range.contains(inner)));
    }

    public boolean overlaps(PgMultirange other) {
        int i = 0;
        int j = 0;
        while (i < ranges.size() && j < other.ranges.size()) {
            PgRange a = ranges.get(i);
            PgRange b = other.ranges.get(j);
            if (a.overlaps(b)) return true;
            if (a.upperBound().compareTo(b.upperBound()) < 0) i++;
            else j++;
        }
        return false;
    }

    public PgMultirange union(PgMultirange other) {
        List<PgRange> all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        return of(subtype, all);
    }

    public PgMultirange intersect(PgMultirange other) {
        List<PgRange> common = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < ranges.size() && j < other.ranges.size()) {
            PgRange a = ranges.get(i);
            PgRange b = other.ranges.get(j);
            PgRange both = a.intersect(b);
            if (!both.empty()) common.add(both);
            if (a.upperBound().compareTo(b.upperBound()) < 0) i++;
            else j++;
        }
        return of(subtype, common);
    }

    public PgMultirange minus(PgMultirange other) {
        List<PgRange> left = ranges;
        for (PgRange taken : other.ranges) {
            List<PgRange> rest = new ArrayList<>();
            for (PgRange range : left) {
                if (!range.overlaps(taken)) {
                    rest.add(range);
                    continue;
                }
                if (range.lowerBound().compareTo(taken.lowerBound()) < 0) rest.add(PgRange.between(range.lowerBound(), PgRange.opposite(taken.lowerBound())));
                if (range.upperBound().compareTo(taken.upperBound()) > 0) rest.add(PgRange.between(PgRange.opposite(taken.upperBound()), range.upperBound()));
            }
            left = rest;
        }
        return of(subtype, left);
    }

    @Override
    public int compareTo(PgMultirange other) {
        for (int i = 0; i < Math.min(ranges.size(), other.ranges.size()); i++) {
            int order = ranges.get(i).compareTo(other.ranges.get(i));
            if (order != 0) return order;
        }
        return Integer.compare(ranges.size(), other.ranges.size());
    }

    /** A range or multirange as a multirange. */
    public static PgMultirange of(@Nullable Object value) {
        return value instanceof PgRange range ? of(range.subtype(), List.of(range)) : (PgMultirange) java.util.Objects.requireNonNull(value);
    }
}
