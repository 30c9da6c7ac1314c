package io.craton.jepsen;

import io.craton.jepsen.history.History;
import io.craton.jepsen.history.Outcome;
import io.craton.jepsen.workload.Workload;
import java.time.Duration;
import java.util.List;

/** What a trial showed, for people. */
final class Report {
    private Report() {}

    static String text(Trial trial, History history, Fault fault, int rounds, long seed) {
        StringBuilder out = new StringBuilder();
        out.append("%s: %d rounds, seed %d%n".formatted(fault, rounds, seed));
        out.append("%-10s %12s %10s %10s%n".formatted("workload", "acknowledged", "refused", "unknown"));
        for (Workload workload : trial.workloads()) {
            out.append("%-10s %12d %10d %10d%n".formatted(workload.name(), history.count(workload.name(), Outcome.OK),
                    history.count(workload.name(), Outcome.FAIL), history.count(workload.name(), Outcome.UNKNOWN)));
        }
        out.append("(unknown outcomes were settled by what the next start showed: there is acknowledged, not there is refused)\n");
        List<Duration> starts = trial.starts().stream().sorted().toList();
        if (!starts.isEmpty()) {
            out.append("start after the fault: median %.2f s, longest %.2f s%n".formatted(
                    starts.get(starts.size() / 2).toNanos() / 1e9, starts.getLast().toNanos() / 1e9));
        }
        trial.refusals().forEach((what, count) -> out.append("refused %d times: %s%n".formatted(count, what)));
        trial.problems().forEach(problem -> out.append("PROBLEM ").append(problem).append('\n'));
        if (rounds == 0 && trial.problems().isEmpty()) return out.append("verdict: none, no round was finished\n").toString();
        out.append(trial.problems().isEmpty() ? "verdict: nothing lost, doubled or half applied\n" : "verdict: BROKEN, %d problems%n".formatted(trial.problems().size()));
        return out.toString();
    }
}
