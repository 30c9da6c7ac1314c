package io.craton.jepsen;

import io.craton.jepsen.cluster.Majorities;
import io.craton.jepsen.cluster.Majorities.There;
import io.craton.jepsen.cluster.Nemesis;
import io.craton.jepsen.history.History;
import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Op;
import io.craton.jepsen.history.Outcome;
import io.craton.jepsen.history.Txn;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** How long no write was acknowledged, and how much of that with a majority that could have done it. */
final class Service {
    private static final long AFTERMATH_NANOS = 8_000_000_000L;

    /** When writes were acknowledged, in order. */
    private final long[] acknowledged;
    private final List<Majorities.Change> majorities;

    /**
     * Of the times without an acknowledged write around a fault.
     *
     * @param longestNanos the longest one
     * @param withMajorityNanos the longest part of one during which a majority served and was connected
     * @param backNanos the longest time from the moment at which enough nodes ran again to the first write after; -1 when they never were too few
     * @param startingNanos the part of that during which they were still starting
     */
    record Gap(long longestNanos, long withMajorityNanos, long backNanos, long startingNanos) {
        static final Gap NONE = new Gap(0, 0, -1, 0);

        private Gap and(Gap other) {
            Gap back = other.backNanos > backNanos ? other : this;
            return new Gap(Math.max(longestNanos, other.longestNanos), Math.max(withMajorityNanos, other.withMajorityNanos), back.backNanos, back.startingNanos);
        }
    }

    Service(History history, List<Majorities.Change> majorities) {
        this(acknowledged(history), majorities);
    }

    /** @param acknowledged when writes were acknowledged, in order */
    Service(long[] acknowledged, List<Majorities.Change> majorities) {
        this.acknowledged = acknowledged.clone();
        this.majorities = List.copyOf(majorities);
    }

    private static long[] acknowledged(History history) {
        LongStream txns = history.txns().stream().filter(Service::wrote).mapToLong(Txn::completedNanos);
        LongStream ops = history.ops().stream().filter(op -> op.outcome() == Outcome.OK && !op.action().equals("read")).mapToLong(Op::completedNanos);
        return LongStream.concat(txns, ops).sorted().toArray();
    }

    private static boolean wrote(Txn txn) {
        return txn.acknowledged() && txn.mops().stream().anyMatch(mop -> mop instanceof Mop.Append || mop instanceof Mop.Put || mop instanceof Mop.Swap swap && swap.done());
    }

    /** Of all times without an acknowledged write that touch this one. */
    Gap gap(long from, long to) {
        int i = Arrays.binarySearch(acknowledged, from);
        if (i < 0) i = Math.max(0, -i - 2);
        Gap gap = Gap.NONE;
        for (; i + 1 < acknowledged.length && acknowledged[i] < to; i++) gap = gap.and(between(acknowledged[i], acknowledged[i + 1]));
        return gap;
    }

    private Gap between(long from, long to) {
        long withMajority = 0;
        long servingSince = -1;
        long enoughSince = -1;
        long starting = 0;
        boolean missed = false;
        for (int i = 0; i < majorities.size(); i++) {
            long end = i + 1 < majorities.size() ? Math.min(to, majorities.get(i + 1).atNanos()) : to;
            long begin = Math.max(from, majorities.get(i).atNanos());
            if (end <= begin) continue;
            There there = majorities.get(i).there();
            if (there == There.SERVING) {
                if (servingSince < 0) servingSince = begin;
                withMajority = Math.max(withMajority, end - servingSince);
            } else {
                servingSince = -1;
            }
            if (there == There.NONE) {
                missed = true;
                enoughSince = -1;
                starting = 0;
            } else {
                if (enoughSince < 0) enoughSince = begin;
                if (there == There.STARTING) starting += end - begin;
            }
        }
        return new Gap(to - from, withMajority, !missed ? -1 : enoughSince < 0 ? 0 : to - enoughSince, starting);
    }

    /** Of each deed, from its beginning until the next one's, or some seconds after its end. */
    Map<Nemesis.Deed, Gap> gaps(List<Nemesis.Deed> deeds) {
        Map<Nemesis.Deed, Gap> gaps = new HashMap<>();
        for (Nemesis.Deed deed : deeds) {
            long next = deeds.stream().mapToLong(Nemesis.Deed::beganNanos).filter(began -> began > deed.beganNanos()).min().orElse(Long.MAX_VALUE);
            gaps.put(deed, gap(deed.beganNanos(), Math.min(next, deed.endedNanos() + AFTERMATH_NANOS)));
        }
        return gaps;
    }
}
