package io.craton.jepsen.history;

import java.util.List;

/** One step of a transaction: what it did to one key, or saw there. Keys and values are numbers; values written are unique per key. */
public sealed interface Mop {
    long key();

    /** An element put at the end of a list. */
    record Append(long key, long element) implements Mop {}

    /** A list as it was seen; empty where there was none. */
    record ListRead(long key, List<Long> seen) implements Mop {
        public ListRead {
            seen = List.copyOf(seen);
        }
    }

    /** A register set without regard to what was there. */
    record Put(long key, long value) implements Mop {}

    /** A register as it was seen: one value, or none. */
    record Get(long key, List<Long> seen) implements Mop {
        public Get {
            seen = List.copyOf(seen);
        }
    }

    /** Compare and set; {@code done} says whether the register held {@code expected}. */
    record Swap(long key, long expected, long value, boolean done) implements Mop {}

    /** The step as Jepsen writes it. */
    default String edn() {
        return switch (this) {
            case Append a -> "[:append " + a.key + " " + a.element + "]";
            case ListRead r -> "[:r " + r.key + " " + numbers(r.seen) + "]";
            case Put p -> "[:w " + p.key + " " + p.value + "]";
            case Get g -> "[:r " + g.key + " " + (g.seen.isEmpty() ? "nil" : g.seen.getFirst()) + "]";
            case Swap s -> "[:cas " + s.key + " [" + s.expected + " " + s.value + "] " + s.done + "]";
        };
    }

    /** The step as it was before its result was known. */
    default String ednAsked() {
        return switch (this) {
            case ListRead r -> "[:r " + r.key + " nil]";
            case Get g -> "[:r " + g.key + " nil]";
            case Swap s -> "[:cas " + s.key + " [" + s.expected + " " + s.value + "]]";
            case Append a -> a.edn();
            case Put p -> p.edn();
        };
    }

    private static String numbers(List<Long> list) {
        StringBuilder text = new StringBuilder("[");
        for (long number : list) text.append(text.length() > 1 ? " " : "").append(number);
        return text.append(']').toString();
    }
}
