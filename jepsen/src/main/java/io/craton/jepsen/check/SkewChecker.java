package io.craton.jepsen.check;

import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two serializable transactions per key each insert into their own table if no row of the key is in either: only one may succeed (G2 by predicate). */
public final class SkewChecker {
    private SkewChecker() {}

    /** @param all transactions of which those that inserted hold a {@link Mop.Put} */
    public static Verdict check(String name, List<Txn> all) {
        Map<Long, Txn> winners = new HashMap<>();
        List<String> problems = new ArrayList<>();
        for (Txn txn : all) {
            if (!txn.acknowledged()) continue;
            for (Mop mop : txn.mops()) {
                if (!(mop instanceof Mop.Put put)) continue;
                Txn other = winners.put(put.key(), txn);
                if (other != null) problems.add("write skew: " + other + " and " + txn);
            }
        }
        return new Verdict(name, problems);
    }
}
