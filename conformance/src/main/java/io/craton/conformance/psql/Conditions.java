package io.craton.conformance.psql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open {@code \if} blocks of a script. A run that follows another takes the branches that the other took, whatever its own variables say: two
 * servers are asked the same statements.
 */
public final class Conditions {
    private enum Branch { TAKEN, SKIPPED, DONE }

    private final Deque<Branch> open = new ArrayDeque<>();
    private final Map<Integer, Boolean> decisions = new HashMap<>();
    private final @Nullable Conditions leader;

    public Conditions() {
        leader = null;
    }

    /** Conditions that follow those of a run that is over. */
    public Conditions(Conditions leader) {
        this.leader = leader;
    }

    private boolean decide(int offset, boolean own) {
        boolean decision = leader == null ? own : leader.decisions.getOrDefault(offset, own);
        decisions.put(offset, decision);
        return decision;
    }

    /** Whether statements and commands at this place are carried out. */
    public boolean active() {
        return open.stream().allMatch(b -> b == Branch.TAKEN);
    }

    /** Whether the condition of an {@code \elif} here matters. */
    public boolean awaitsElse() {
        return open.peek() == Branch.SKIPPED && open.stream().skip(1).allMatch(b -> b == Branch.TAKEN);
    }

    void begin(int offset, boolean condition) {
        open.push(decide(offset, condition) ? Branch.TAKEN : Branch.SKIPPED);
    }

    void otherwise(int offset, boolean condition) {
        if (open.isEmpty()) return;
        open.push(open.pop() == Branch.SKIPPED ? decide(offset, condition) ? Branch.TAKEN : Branch.SKIPPED : Branch.DONE);
    }

    void end() {
        open.poll();
    }
}
