package io.craton.jepsen.check;

import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Outcome;
import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Short forms for histories in tests. Each process gets its own number unless told otherwise. */
final class Histories {
    private int process;
    final List<Txn> all = new ArrayList<>();

    Histories txn(long from, long to, Mop... mops) {
        return txn(Outcome.OK, from, to, mops);
    }

    Histories by(int client, long from, long to, Mop... mops) {
        all.add(new Txn(client, 1, "w", List.of(mops), Outcome.OK, from, to));
        return this;
    }

    Histories txn(Outcome outcome, long from, long to, Mop... mops) {
        all.add(new Txn(process++, 1, "w", List.of(mops), outcome, from, to));
        return this;
    }

    static Mop append(long key, long element) {
        return new Mop.Append(key, element);
    }

    static Mop list(long key, long... seen) {
        return new Mop.ListRead(key, Arrays.stream(seen).boxed().toList());
    }

    static Mop put(long key, long value) {
        return new Mop.Put(key, value);
    }

    static Mop get(long key, long... seen) {
        return new Mop.Get(key, Arrays.stream(seen).boxed().toList());
    }

    static Mop swap(long key, long expected, long value) {
        return new Mop.Swap(key, expected, value, true);
    }

    static Mop missed(long key, long expected, long value) {
        return new Mop.Swap(key, expected, value, false);
    }
}
