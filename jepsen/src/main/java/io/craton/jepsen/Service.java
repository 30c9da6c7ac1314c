package io.craton.jepsen;

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

/** How long no write was acknowledged. */
final class Service {
    private static final long AFTERMATH_NANOS = 8_000_000_000L;

    /** When writes were acknowledged, in order. */
    private final long[] acknowledged;

    Service(History history) {
        LongStream txns = history.txns().stream().filter(Service::wrote).mapToLong(Txn::completedNanos);
        LongStream ops = history.ops().stream().filter(op -> op.outcome() == Outcome.OK && !op.action().equals("read")).mapToLong(Op::completedNanos);
        this.acknowledged = LongStream.concat(txns, ops).sorted().toArray();
    }

    private static boolean wrote(Txn txn) {
        return txn.acknowledged() && txn.mops().stream().anyMatch(mop -> mop instanceof Mop.Append || mop instanceof Mop.Put || mop instanceof Mop.Swap swap && swap.done());
    }

    /** The longest time without an acknowledged write that began while the fault lasted or soon after, and before the next one. */
    long longestGapNanos(long from, long to) {
        int i = Arrays.binarySearch(acknowledged, from);
        if (i < 0) i = Math.max(0, -i - 2);
        long longest = 0;
        for (; i + 1 < acknowledged.length && acknowledged[i] < to; i++) longest = Math.max(longest, acknowledged[i + 1] - acknowledged[i]);
        return longest;
    }

    /** Gap of each deed, until the next one began. */
    Map<Nemesis.Deed, Long> gaps(List<Nemesis.Deed> deeds) {
        Map<Nemesis.Deed, Long> gaps = new HashMap<>();
        for (Nemesis.Deed deed : deeds) {
            long next = deeds.stream().mapToLong(Nemesis.Deed::beganNanos).filter(began -> began > deed.beganNanos()).min().orElse(Long.MAX_VALUE);
            gaps.put(deed, longestGapNanos(deed.beganNanos(), Math.min(next, deed.endedNanos() + AFTERMATH_NANOS)));
        }
        return gaps;
    }
}
