package io.craton.jepsen.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * When a majority of the nodes ran and could speak with each other: told by whoever hurts them. A node that is slow, loses messages, or has no room on its disk does not count as one of a
 * majority, nor does one that was emptied and is not a voter yet. Thread-safe; nodes are numbered from 1.
 */
public final class Majorities {
    /** What there is of a majority. */
    public enum There {
        /** Whoever is left cannot commit anything. */
        NONE,
        /** Enough processes run, but some of them have not opened their port yet. */
        STARTING,
        SERVING
    }

    /** From this moment, on the run's clock, until the next change. */
    public record Change(long atNanos, There there) {}

    private final LongSupplier clock;
    private final int size;
    /** How many faults keep each node out. */
    private final int[] out;
    /** Which start of a node has not opened its port yet; 0 for none. */
    private final long[] starting;
    private final int[][] cuts;
    private long starts;
    private final List<Change> changes = new ArrayList<>();

    /** All nodes serve and hear each other. */
    public Majorities(int size, LongSupplier clock) {
        this.clock = clock;
        this.size = size;
        this.out = new int[size + 1];
        this.starting = new long[size + 1];
        this.cuts = new int[size + 1][size + 1];
        changes.add(new Change(0, There.SERVING));
    }

    synchronized void leave(Collection<Integer> nodes) {
        for (int node : nodes) out[node]++;
        note();
    }

    synchronized void comeBack(Collection<Integer> nodes) {
        for (int node : nodes) out[node]--;
        note();
    }

    /** Answers which start this is, for {@link #serves}. */
    synchronized long starts(int node) {
        starting[node] = ++starts;
        note();
        return starts;
    }

    synchronized boolean stillStarts(int node, long start) {
        return starting[node] == start;
    }

    synchronized void serves(int node, long start) {
        if (starting[node] == start) starting[node] = 0;
        note();
    }

    synchronized void cut(int from, int to) {
        cuts[from][to]++;
        note();
    }

    synchronized void join(int from, int to) {
        cuts[from][to]--;
        note();
    }

    private void note() {
        There now = majority(true) ? There.SERVING : majority(false) ? There.STARTING : There.NONE;
        if (changes.getLast().there() != now) changes.add(new Change(clock.getAsLong(), now));
    }

    /** Is there a set of more than half in which each hears each? There are seven nodes at most. */
    private boolean majority(boolean serving) {
        for (int set = 0; set < 1 << size; set++) {
            if (Integer.bitCount(set) > size / 2 && speaks(set, serving)) return true;
        }
        return false;
    }

    private boolean speaks(int set, boolean serving) {
        for (int one = 1; one <= size; one++) {
            if ((set >> one - 1 & 1) == 0) continue;
            if (out[one] > 0 || serving && starting[one] > 0) return false;
            for (int two = 1; two <= size; two++) if ((set >> two - 1 & 1) == 1 && cuts[one][two] > 0) return false;
        }
        return true;
    }

    /** In order; the first is at 0. */
    public synchronized List<Change> changes() {
        return List.copyOf(changes);
    }
}
