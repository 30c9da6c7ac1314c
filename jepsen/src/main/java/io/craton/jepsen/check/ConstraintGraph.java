package io.craton.jepsen.check;

import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Dependencies between transactions as an order of moments, in the manner of Adya and Elle. A level says at which moments a transaction reads and writes;
 * every dependency then says that one moment was before another, and the level was kept if and only if those sayings have no cycle.
 *
 * <ul>
 * <li>SERIALIZABLE, strict: everything happens at the commit. Every cycle is forbidden.
 * <li>REPEATABLE READ, which is snapshot isolation: all reads at the snapshot, all writes at the commit, and who overwrites has seen what is overwritten.
 * Cycles with two rw in a row (write skew) dissolve, for they go from commit to snapshot; all others are forbidden.
 * <li>READ COMMITTED: each step reads at its own moment, writes at the commit.
 * </ul>
 *
 * <p>In all of them a transaction that began after another one's acknowledgement has all its moments behind it. That is what replicas tend to break, so it is tried
 * last and named: {@code -realtime}. A cycle is named after what it consists of: only ww G0; ww and wr G1c; one rw G-single; more, never two in a row,
 * G-nonadjacent; else G2.
 */
final class ConstraintGraph {
    private static final int REPORTED_MOST = 5;

    private final List<Txn> txns;
    private final Isolation level;
    /** First moment of each transaction; the last is the one before the next transaction's first. */
    private final int[] first;
    private final List<Digraph.Edge> dependencies = new ArrayList<>();

    /** @param txns in order of invocation; their indices name them */
    ConstraintGraph(List<Txn> txns, Isolation level) {
        this.txns = txns;
        this.level = level;
        this.first = new int[txns.size() + 1];
        for (int t = 0; t < txns.size(); t++) {
            first[t + 1] = first[t] + switch (level) {
                case SERIALIZABLE -> 1;
                case REPEATABLE_READ -> 2;
                case READ_COMMITTED -> txns.get(t).mops().size() + 2;
            };
        }
    }

    private int begin(int txn) {
        return first[txn];
    }

    private int commit(int txn) {
        return first[txn + 1] - 1;
    }

    private int moment(int txn, int step) {
        return level == Isolation.READ_COMMITTED ? first[txn] + 1 + step : first[txn];
    }

    /** {@code writer}'s value was followed by {@code next}'s. */
    void overwrote(int writer, int next) {
        if (writer != next) dependencies.add(new Digraph.Edge(commit(writer), level == Isolation.READ_COMMITTED ? commit(next) : begin(next), Dependency.WW));
    }

    /** The reader's step saw the writer's value. */
    void saw(int writer, int reader, int step) {
        if (writer != reader) dependencies.add(new Digraph.Edge(commit(writer), moment(reader, step), Dependency.WR));
    }

    /** What the reader's step saw was followed by the writer's value. */
    void missed(int reader, int step, int writer) {
        if (writer != reader) dependencies.add(new Digraph.Edge(moment(reader, step), commit(writer), Dependency.RW));
    }

    /** All forbidden cycles of the shortest kind, in words. */
    List<String> violations() {
        List<List<Digraph.Edge>> cycles = graph(false).cycles(REPORTED_MOST);
        if (cycles.isEmpty()) cycles = graph(true).cycles(REPORTED_MOST);
        return cycles.stream().map(this::describe).toList();
    }

    private Digraph graph(boolean realtime) {
        Digraph graph = new Digraph(first[txns.size()]);
        for (int t = 0; t < txns.size(); t++) {
            for (int moment = begin(t); moment < commit(t); moment++) graph.add(moment, moment + 1, Dependency.WITHIN);
        }
        for (Digraph.Edge edge : dependencies) graph.add(edge.from(), edge.to(), edge.label());
        if (realtime) RealTime.order(txns, (before, after) -> graph.add(commit(before), begin(after), Dependency.RT));
        return graph;
    }

    private int owner(int moment) {
        int low = 0;
        int high = txns.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (first[middle] <= moment) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    private String describe(List<Digraph.Edge> cycle) {
        List<Dependency> labels = cycle.stream().map(Digraph.Edge::label).filter(label -> label != Dependency.WITHIN).toList();
        StringBuilder text = new StringBuilder(name(labels)).append(" at ").append(level.sql()).append(':');
        for (Digraph.Edge edge : cycle) {
            if (edge.label() != Dependency.WITHIN) text.append("\n      ").append(txns.get(owner(edge.from()))).append(" -").append(edge.label().arrow()).append("->");
        }
        return text.toString();
    }

    private static String name(List<Dependency> labels) {
        long rw = labels.stream().filter(label -> label == Dependency.RW).count();
        boolean adjacent = false;
        for (int i = 0; i < labels.size(); i++) {
            adjacent |= labels.size() > 1 && labels.get(i) == Dependency.RW && labels.get((i + 1) % labels.size()) == Dependency.RW;
        }
        String name = rw > 1 ? adjacent ? "G2" : "G-nonadjacent" : rw == 1 ? "G-single" : labels.contains(Dependency.WR) ? "G1c" : "G0";
        return labels.contains(Dependency.RT) ? name + "-realtime" : name;
    }

    /** In order of invocation: what this graph is about. Refused ones take part only so far as others saw them. */
    static List<Txn> ordered(List<Txn> all) {
        return all.stream().sorted(Comparator.comparingLong(Txn::invokedNanos)).toList();
    }
}
