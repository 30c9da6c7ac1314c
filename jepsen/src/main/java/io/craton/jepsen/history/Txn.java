package io.craton.jepsen.history;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One finished transaction of a client.
 *
 * @param process client that ran it; a client runs one after the other
 * @param node the node it was connected to
 * @param mops its steps in order; of one that failed, those it came to
 * @param invokedNanos when it began, on the run's clock
 * @param completedNanos when its outcome was known
 */
public record Txn(int process, int node, String workload, List<Mop> mops, Outcome outcome, long invokedNanos, long completedNanos) {
    public Txn {
        mops = List.copyOf(mops);
    }

    /** It has certainly taken effect, and saw what it says. */
    public boolean acknowledged() {
        return outcome == Outcome.OK;
    }

    /** It has taken effect, or may have. */
    public boolean possible() {
        return outcome != Outcome.FAIL;
    }

    @Override
    public String toString() {
        return "T(client %d, node %d, %.3f-%.3f s%s: %s)".formatted(process, node, invokedNanos / 1e9, completedNanos / 1e9,
                outcome == Outcome.OK ? "" : " " + outcome, mops.stream().map(Mop::edn).collect(Collectors.joining(" ")));
    }
}
