package io.craton.jepsen.check;

import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keys in small groups, each key written once, and reads of whole groups: all reads of a group must stand in one line, each seeing all that an earlier one saw. Two of
 * which each sees a write the other does not are a long fork: no single order of commits explains them.
 */
public final class LongForkChecker {
    private LongForkChecker() {}

    /** @param groupSize keys {@code g * groupSize} to {@code (g + 1) * groupSize - 1} form group g; reads consist of {@link Mop.Get} */
    public static Verdict check(String name, List<Txn> all, long groupSize) {
        Map<Long, Map<Set<Long>, Txn>> seen = new HashMap<>();
        for (Txn txn : all) {
            if (!txn.acknowledged() || txn.mops().size() < 2) continue;
            Set<Long> there = new HashSet<>();
            for (Mop mop : txn.mops()) if (mop instanceof Mop.Get get && !get.seen().isEmpty()) there.add(get.key());
            seen.computeIfAbsent(txn.mops().getFirst().key() / groupSize, group -> new HashMap<>()).putIfAbsent(there, txn);
        }
        List<String> problems = new ArrayList<>();
        seen.values().forEach(reads -> compare(List.copyOf(reads.entrySet()), problems));
        return new Verdict(name, problems);
    }

    private static void compare(List<Map.Entry<Set<Long>, Txn>> reads, List<String> problems) {
        for (int i = 0; i < reads.size(); i++) {
            for (int j = i + 1; j < reads.size(); j++) {
                Set<Long> one = reads.get(i).getKey();
                Set<Long> other = reads.get(j).getKey();
                if (!one.containsAll(other) && !other.containsAll(one)) problems.add("long fork: " + reads.get(i).getValue() + " and " + reads.get(j).getValue());
            }
        }
    }
}
