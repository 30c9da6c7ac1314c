package io.craton.jepsen.check;

import io.craton.jepsen.history.Outcome;
import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who had been acknowledged before whom began. */
final class RealTime {
    private RealTime() {}

    /** Takes two indices. */
    @FunctionalInterface
    interface Pair {
        void take(int before, int after);
    }

    private record Event(int txn, long nanos, boolean end) {}

    /**
     * Tells pairs from which all others follow by transitivity: at most as many per transaction as there are clients. An unknown outcome has no end, a refused one no place.
     *
     * @param txns in any order; the indices told are those of this list
     */
    static void order(List<Txn> txns, Pair pair) {
        List<Event> events = new ArrayList<>();
        for (int t = 0; t < txns.size(); t++) {
            if (!txns.get(t).possible()) continue;
            events.add(new Event(t, txns.get(t).invokedNanos(), false));
            if (txns.get(t).outcome() == Outcome.OK) events.add(new Event(t, txns.get(t).completedNanos(), true));
        }
        // At the same instant beginnings come first: no order is claimed that the clock does not show.
        events.sort(Comparator.comparingLong(Event::nanos).thenComparing(Event::end));
        Set<Integer> frontier = new HashSet<>();
        Map<Integer, List<Integer>> before = new HashMap<>();
        for (Event event : events) {
            if (event.end()) {
                List<Integer> known = before.remove(event.txn());
                if (known != null) known.forEach(frontier::remove);
                frontier.add(event.txn());
            } else {
                for (int earlier : frontier) pair.take(earlier, event.txn());
                before.put(event.txn(), List.copyOf(frontier));
            }
        }
    }
}
