package io.craton.storage.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Positions in a group's log of entries whose audit records the first group does not have yet. Kept on every node, whoever leads, and made again by a replay: that begins in front of them. Any thread. */
final class UntoldAudits {
    private final TreeSet<Long> positions = new TreeSet<>();

    synchronized void add(long position) {
        positions.add(position);
    }

    /** Those up to here are told. */
    synchronized void told(long upTo) {
        positions.headSet(upTo, true).clear();
    }

    /** {@link Long#MAX_VALUE} when there is none. */
    synchronized long first() {
        return positions.isEmpty() ? Long.MAX_VALUE : positions.first();
    }

    /** The first ones, in order. */
    synchronized List<Long> next(int most) {
        List<Long> next = new ArrayList<>();
        for (Long each : positions) {
            if (next.size() == most) break;
            next.add(each);
        }
        return next;
    }
}
