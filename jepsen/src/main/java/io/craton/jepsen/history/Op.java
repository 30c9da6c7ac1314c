package io.craton.jepsen.history;

import java.util.List;

/**
 * One finished operation of a client.
 *
 * @param process client that ran it; a client runs one operation after the other
 * @param workload name of the workload
 * @param action what it did, a word of the workload
 * @param value its numbers, in the workload's order; for reads what was seen
 * @param invokedNanos when it was sent, on the run's clock
 * @param completedNanos when the outcome was known
 */
public record Op(int process, String workload, String action, List<Long> value, Outcome outcome, long invokedNanos, long completedNanos) {
    public Op {
        value = List.copyOf(value);
    }

    /** The same operation with what a later look at the database showed. */
    public Op settled(Outcome known) {
        return new Op(process, workload, action, value, known, invokedNanos, completedNanos);
    }
}
