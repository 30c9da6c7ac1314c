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
 * Transactions that append unique elements to lists and read them. A list tells the order of its versions, so the longest one seen of each key gives all
 * dependencies between its writers and readers. Beside cycles ({@link ConstraintGraph}): reads of what was refused (G1a) or overwritten by its own writer (G1b),
 * elements that are lost, doubled or invented, reads that are no prefix, and transactions that do not see their own appends.
 */
public final class AppendChecker {
    private record Element(long key, long element) {}

    private final String name;
    private final Isolation level;
    private final List<Txn> txns;
    private final List<String> problems = new ArrayList<>();
    /** Who appended it, refused ones included. */
    private final Map<Element, Integer> writers = new HashMap<>();
    private final Map<Long, List<Long>> versions = new HashMap<>();

    private AppendChecker(String name, List<Txn> all, Isolation level) {
        this.name = name;
        this.level = level;
        this.txns = ConstraintGraph.ordered(all);
        for (int t = 0; t < txns.size(); t++) {
            for (Mop mop : txns.get(t).mops()) {
                if (mop instanceof Mop.Append append) writers.put(new Element(append.key(), append.element()), t);
            }
        }
    }

    public static Verdict check(String name, List<Txn> all, Isolation level) {
        return new AppendChecker(name, all, level).run();
    }

    private Verdict run() {
        for (int t = 0; t < txns.size(); t++) {
            if (!txns.get(t).acknowledged()) continue;
            checkInternal(txns.get(t));
            for (Mop mop : txns.get(t).mops()) if (mop instanceof Mop.ListRead read) examine(t, read);
        }
        ConstraintGraph graph = new ConstraintGraph(txns, level);
        Map<Long, List<Integer>> unseen = unseenWriters();
        versions.forEach((key, list) -> order(graph, key, list));
        for (int t = 0; t < txns.size(); t++) if (txns.get(t).acknowledged()) read(graph, t, unseen);
        lost();
        problems.addAll(graph.violations());
        return new Verdict(name, problems);
    }

    private void checkInternal(Txn txn) {
        Map<Long, List<Long>> own = new HashMap<>();
        for (Mop mop : txn.mops()) {
            switch (mop) {
                case Mop.Append append -> own.computeIfAbsent(append.key(), key -> new ArrayList<>()).add(append.element());
                case Mop.ListRead read -> {
                    List<Long> mine = own.getOrDefault(read.key(), List.of());
                    int from = read.seen().size() - mine.size();
                    if (from < 0 || !read.seen().subList(from, read.seen().size()).equals(mine)) {
                        problems.add("does not see its own appends " + mine + " to list " + read.key() + ": " + txn);
                    }
                }
                case Mop.Put p -> { }
                case Mop.Get g -> { }
                case Mop.Swap s -> { }
            }
        }
    }

    /** A read by itself, and against the longest of its list. */
    private void examine(int reader, Mop.ListRead read) {
        Set<Long> once = new HashSet<>();
        for (long element : read.seen()) {
            int writer = writer(read.key(), element);
            if (!once.add(element)) problems.add("doubled: element " + element + " of list " + read.key() + " in " + txns.get(reader));
            if (writer < 0) problems.add("invented: element " + element + " of list " + read.key() + " in " + txns.get(reader));
            else if (!txns.get(writer).possible()) problems.add("G1a, a refused append was seen: " + txns.get(writer) + " in " + txns.get(reader));
        }
        if (!read.seen().isEmpty()) {
            int writer = writer(read.key(), read.seen().getLast());
            if (writer >= 0 && writer != reader && lastOf(txns.get(writer), read.key()) != read.seen().getLast()) {
                problems.add("G1b, an intermediate state of list " + read.key() + " of " + txns.get(writer) + " was seen in " + txns.get(reader));
            }
        }
        List<Long> known = versions.getOrDefault(read.key(), List.of());
        List<Long> shorter = known.size() < read.seen().size() ? known : read.seen();
        List<Long> longer = shorter == known ? read.seen() : known;
        if (!longer.subList(0, shorter.size()).equals(shorter)) {
            problems.add("list " + read.key() + " has two orders: " + ending(longer) + " and " + ending(shorter) + " in " + txns.get(reader));
        } else {
            versions.put(read.key(), longer);
        }
    }

    private static String ending(List<Long> list) {
        return list.size() <= 20 ? list.toString() : "..." + list.subList(list.size() - 20, list.size());
    }

    private static long lastOf(Txn txn, long key) {
        long last = 0;
        for (Mop mop : txn.mops()) if (mop instanceof Mop.Append append && append.key() == key) last = append.element();
        return last;
    }

    /** -1 when nobody appended it. */
    private int writer(long key, long element) {
        return writers.getOrDefault(new Element(key, element), -1);
    }

    private void order(ConstraintGraph graph, long key, List<Long> list) {
        for (int i = 1; i < list.size(); i++) {
            int before = writer(key, list.get(i - 1));
            int after = writer(key, list.get(i));
            if (before >= 0 && after >= 0) graph.overwrote(before, after);
        }
    }

    /** Acknowledged appends that no read has seen come behind everything seen. */
    private Map<Long, List<Integer>> unseenWriters() {
        Map<Long, Set<Long>> seen = new HashMap<>();
        versions.forEach((key, list) -> seen.put(key, new HashSet<>(list)));
        Map<Long, List<Integer>> unseen = new HashMap<>();
        for (int t = 0; t < txns.size(); t++) {
            if (!txns.get(t).acknowledged()) continue;
            for (Mop mop : txns.get(t).mops()) {
                if (mop instanceof Mop.Append append && !seen.getOrDefault(append.key(), Set.of()).contains(append.element())) {
                    unseen.computeIfAbsent(append.key(), key -> new ArrayList<>()).add(t);
                }
            }
        }
        return unseen;
    }

    private void read(ConstraintGraph graph, int reader, Map<Long, List<Integer>> unseen) {
        List<Mop> mops = txns.get(reader).mops();
        for (int step = 0; step < mops.size(); step++) {
            if (!(mops.get(step) instanceof Mop.ListRead read)) continue;
            int of = read.seen().size();
            while (of > 0 && writer(read.key(), read.seen().get(of - 1)) == reader) of--;
            if (of > 0) {
                int writer = writer(read.key(), read.seen().get(of - 1));
                if (writer >= 0) graph.saw(writer, reader, step);
            }
            if (of < read.seen().size()) continue; // what follows its own append is told by the order of the list
            List<Long> list = versions.getOrDefault(read.key(), List.of());
            if (of < list.size()) {
                int next = writer(read.key(), list.get(of));
                if (next >= 0) graph.missed(reader, step, next);
            } else {
                for (int next : unseen.getOrDefault(read.key(), List.of())) graph.missed(reader, step, next);
            }
        }
    }

    /** Acknowledged, and missing in a read that began later. */
    private void lost() {
        Map<Long, Txn> latest = new HashMap<>();
        Map<Long, Set<Long>> there = new HashMap<>();
        for (Txn txn : txns) {
            if (!txn.acknowledged()) continue;
            for (Mop mop : txn.mops()) {
                if (!(mop instanceof Mop.ListRead read)) continue;
                latest.put(read.key(), txn);
                there.put(read.key(), new HashSet<>(read.seen()));
            }
        }
        for (Txn txn : txns) {
            if (!txn.acknowledged()) continue;
            for (Mop mop : txn.mops()) {
                if (!(mop instanceof Mop.Append append)) continue;
                Txn reader = latest.get(append.key());
                if (reader != null && reader.invokedNanos() > txn.completedNanos() && !there.getOrDefault(append.key(), Set.of()).contains(append.element())) {
                    problems.add("acknowledged, but lost: element " + append.element() + " of list " + append.key() + " of " + txn + "; last read from "
                            + "%.3f s by client %d on node %d".formatted(reader.invokedNanos() / 1e9, reader.process(), reader.node()));
                }
            }
        }
    }
}
