package io.craton.jepsen.check;

import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Outcome;
import io.craton.jepsen.history.Txn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Single operations on registers: is there, for each register, an order of the operations that agrees with real time and in which every one returns what it returned?
 * Wing and Gong's search with Lowe's memory of configurations seen: the set of operations placed and the value they left. An unknown operation may be placed at any
 * time after its start; placed at the very end it disturbs nobody, so it need not be left out.
 */
public final class Linearizability {
    /** So many configurations for one register are too many to go on; then there is no verdict on it. */
    private static final int CONFIGURATIONS_MOST = 2_000_000;
    private static final long NONE = Long.MIN_VALUE;

    private Linearizability() {}

    public static Verdict check(String name, List<Txn> all) {
        Map<Long, List<Txn>> byKey = new HashMap<>();
        for (Txn txn : all) {
            if (txn.mops().size() != 1 || !txn.possible()) continue;
            Mop mop = txn.mops().getFirst();
            if (txn.outcome() == Outcome.UNKNOWN && mop instanceof Mop.Get) continue;
            byKey.computeIfAbsent(mop.key(), key -> new ArrayList<>()).add(txn);
        }
        List<String> problems = new ArrayList<>();
        byKey.forEach((key, list) -> new Search(key, list).run(problems));
        return new Verdict(name, problems);
    }

    /** Beginning or end of an operation in a list that shrinks while operations are placed. */
    private static final class Point {
        final int op;
        final boolean end;
        Point previous = this;
        Point next = this;

        Point(int op, boolean end) {
            this.op = op;
            this.end = end;
        }

        void unlink() {
            previous.next = next;
            next.previous = previous;
        }

        void link() {
            previous.next = this;
            next.previous = this;
        }
    }

    private record Configuration(BitSet placed, long value) {}

    private record Step(int op, long valueBefore) {}

    private static final class Search {
        private final long key;
        private final List<Txn> ops;
        private final Point head = new Point(-1, false);
        private final Point[] begins;
        private final Point[] ends;

        Search(long key, List<Txn> ops) {
            this.key = key;
            this.ops = ops;
            this.begins = new Point[ops.size()];
            this.ends = new Point[ops.size()];
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < ops.size(); i++) {
                points.add(begins[i] = new Point(i, false));
                points.add(ends[i] = new Point(i, true));
            }
            points.sort(Comparator.comparingLong(this::nanos).thenComparing(point -> point.end));
            for (Point point : points) {
                point.previous = head.previous;
                point.next = head;
                point.link();
            }
        }

        private long nanos(Point point) {
            Txn op = ops.get(point.op);
            if (!point.end) return op.invokedNanos();
            return op.acknowledged() ? op.completedNanos() : Long.MAX_VALUE;
        }

        void run(List<String> problems) {
            Set<Configuration> known = new HashSet<>();
            ArrayDeque<Step> steps = new ArrayDeque<>();
            BitSet placed = new BitSet(ops.size());
            long value = NONE;
            int deepest = -1;
            int stuck = -1;
            Point point = head.next;
            while (head.next != head) {
                if (!point.end && point != head) {
                    Txn op = ops.get(point.op);
                    if (possible(op, value)) {
                        long after = after(op, value);
                        placed.set(point.op);
                        if (known.add(new Configuration((BitSet) placed.clone(), after))) {
                            steps.push(new Step(point.op, value));
                            value = after;
                            ends[point.op].unlink();
                            begins[point.op].unlink();
                            point = head.next;
                            if (known.size() <= CONFIGURATIONS_MOST) continue;
                            problems.add("register " + key + ": no verdict, too many configurations for " + ops.size() + " operations");
                            return;
                        }
                        placed.clear(point.op);
                    }
                    point = point.next;
                    continue;
                }
                // An operation ended before it could be placed: take the last one back.
                if (steps.size() > deepest) {
                    deepest = steps.size();
                    stuck = point.op;
                }
                if (steps.isEmpty()) {
                    problems.add(describe(stuck));
                    return;
                }
                Step step = steps.pop();
                value = step.valueBefore();
                placed.clear(step.op());
                begins[step.op()].link();
                ends[step.op()].link();
                point = begins[step.op()].next;
            }
        }

        private static boolean possible(Txn op, long value) {
            if (!op.acknowledged()) return true;
            return switch (op.mops().getFirst()) {
                case Mop.Put p -> true;
                case Mop.Get get -> get.seen().isEmpty() ? value == NONE : value == get.seen().getFirst();
                case Mop.Swap swap -> swap.done() == (value == swap.expected());
                case Mop.Append a -> throw new IllegalArgumentException("an append to a register: " + a);
                case Mop.ListRead r -> throw new IllegalArgumentException("a list read from a register: " + r);
            };
        }

        private static long after(Txn op, long value) {
            return switch (op.mops().getFirst()) {
                case Mop.Put put -> put.value();
                case Mop.Swap swap -> value == swap.expected() ? swap.value() : value;
                case Mop.Get g -> value;
                case Mop.Append a -> value;
                case Mop.ListRead r -> value;
            };
        }

        private String describe(int stuck) {
            StringBuilder text = new StringBuilder("register " + key + " is not linearizable: no order of its " + ops.size() + " operations explains");
            Txn wrong = stuck < 0 ? ops.getLast() : ops.get(stuck);
            text.append(' ').append(wrong).append(" among");
            ops.stream().filter(op -> op.invokedNanos() < wrong.completedNanos()).sorted(Comparator.comparingLong(Txn::completedNanos).reversed()).limit(12)
                    .forEach(op -> text.append("\n      ").append(op));
            return text.toString();
        }
    }
}
