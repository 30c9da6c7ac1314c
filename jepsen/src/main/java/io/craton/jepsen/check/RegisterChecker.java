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
 * Transactions that set registers to unique values and read them. A register shows only its present value, so the order of versions is what can be inferred: none
 * is the first; what a transaction read stands before what it then wrote; and a write acknowledged before another began stands before that one, since all levels lock
 * the rows they write. Judged as in {@link AppendChecker}, and two transactions that overwrote the same version both had read are a lost update.
 */
public final class RegisterChecker {
    private record Version(long key, List<Long> value) {}

    private record Reader(int txn, int step) {}

    private final String name;
    private final Isolation level;
    private final List<Txn> txns;
    private final List<String> problems = new ArrayList<>();
    /** Who wrote it, refused ones included. */
    private final Map<Version, Integer> writers = new HashMap<>();
    private final Map<Version, List<Reader>> readers = new HashMap<>();
    private final Map<Version, List<Integer>> updaters = new HashMap<>();
    private final Set<Version> seen = new HashSet<>();

    private RegisterChecker(String name, List<Txn> all, Isolation level) {
        this.name = name;
        this.level = level;
        this.txns = ConstraintGraph.ordered(all);
        for (int t = 0; t < txns.size(); t++) {
            for (Mop mop : txns.get(t).mops()) if (mop instanceof Mop.Put put) writers.put(version(put), t);
        }
    }

    private static Version version(Mop.Put put) {
        return new Version(put.key(), List.of(put.value()));
    }

    public static Verdict check(String name, List<Txn> all, Isolation level) {
        return new RegisterChecker(name, all, level).run();
    }

    private Verdict run() {
        ConstraintGraph graph = new ConstraintGraph(txns, level);
        for (int t = 0; t < txns.size(); t++) if (txns.get(t).acknowledged()) reads(graph, t);
        for (int t = 0; t < txns.size(); t++) if (effective(t)) followsWhatItRead(graph, t);
        orderByTime(graph);
        if (level != Isolation.READ_COMMITTED) lostUpdates();
        problems.addAll(graph.violations());
        return new Verdict(name, problems);
    }

    /** It has certainly taken effect. */
    private boolean effective(int txn) {
        Txn one = txns.get(txn);
        return one.acknowledged() || one.mops().stream().anyMatch(mop -> mop instanceof Mop.Put put && seen.contains(version(put)));
    }

    private void reads(ConstraintGraph graph, int reader) {
        Txn txn = txns.get(reader);
        Map<Long, Long> own = new HashMap<>();
        for (int step = 0; step < txn.mops().size(); step++) {
            switch (txn.mops().get(step)) {
                case Mop.Put put -> own.put(put.key(), put.value());
                case Mop.Get get -> {
                    Long mine = own.get(get.key());
                    if (mine == null) read(graph, reader, step, new Version(get.key(), get.seen()));
                    else if (!get.seen().equals(List.of(mine))) problems.add("does not see its own value " + mine + " of register " + get.key() + ": " + txn);
                }
                case Mop.Append a -> { }
                case Mop.ListRead r -> { }
                case Mop.Swap s -> { }
            }
        }
    }

    private void read(ConstraintGraph graph, int reader, int step, Version version) {
        readers.computeIfAbsent(version, v -> new ArrayList<>()).add(new Reader(reader, step));
        if (version.value().isEmpty()) return;
        int writer = writers.getOrDefault(version, -1);
        if (writer < 0) {
            problems.add("invented: " + version + " in " + txns.get(reader));
        } else if (!txns.get(writer).possible()) {
            problems.add("G1a, a refused write was seen: " + txns.get(writer) + " in " + txns.get(reader));
        } else {
            seen.add(version);
            graph.saw(writer, reader, step);
            if (writer != reader && !last(txns.get(writer), version.key()).equals(version)) {
                problems.add("G1b, an intermediate value was seen: " + version + " of " + txns.get(writer) + " in " + txns.get(reader));
            }
        }
    }

    private static Version last(Txn txn, long key) {
        List<Long> last = List.of();
        for (Mop mop : txn.mops()) if (mop instanceof Mop.Put put && put.key() == key) last = List.of(put.value());
        return new Version(key, last);
    }

    /** None stands before every value; what was read stands before what was then written. */
    private void followsWhatItRead(ConstraintGraph graph, int txn) {
        Map<Long, Version> read = new HashMap<>();
        Set<Long> written = new HashSet<>();
        for (Mop mop : txns.get(txn).mops()) {
            if (mop instanceof Mop.Get get && !written.contains(get.key()) && txns.get(txn).acknowledged()) {
                read.putIfAbsent(get.key(), new Version(get.key(), get.seen()));
            }
            if (!(mop instanceof Mop.Put put) || !written.add(put.key())) continue;
            follows(graph, new Version(put.key(), List.of()), txn);
            Version before = read.get(put.key());
            if (before == null) continue;
            follows(graph, before, txn);
            updaters.computeIfAbsent(before, v -> new ArrayList<>()).add(txn);
        }
    }

    private void follows(ConstraintGraph graph, Version version, int writer) {
        Integer before = writers.get(version);
        if (before != null) graph.overwrote(before, writer);
        for (Reader reader : readers.getOrDefault(version, List.of())) graph.missed(reader.txn(), reader.step(), writer);
    }

    private void orderByTime(ConstraintGraph graph) {
        Map<Long, List<Integer>> byKey = new HashMap<>();
        for (int t = 0; t < txns.size(); t++) {
            if (!effective(t)) continue;
            Set<Long> keys = new HashSet<>();
            for (Mop mop : txns.get(t).mops()) if (mop instanceof Mop.Put put) keys.add(put.key());
            for (long key : keys) byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(t);
        }
        byKey.forEach((key, list) -> RealTime.order(list.stream().map(txns::get).toList(),
                (before, after) -> follows(graph, last(txns.get(list.get(before)), key), list.get(after))));
    }

    private void lostUpdates() {
        updaters.forEach((version, list) -> {
            if (list.size() > 1) problems.add("lost update: " + version + " was read and overwritten by " + txns.get(list.get(0)) + " and " + txns.get(list.get(1)));
        });
    }
}
