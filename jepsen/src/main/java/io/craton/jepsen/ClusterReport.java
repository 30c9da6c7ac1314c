package io.craton.jepsen;

import io.craton.jepsen.cluster.Nemesis;
import io.craton.jepsen.cluster.Schedule;
import io.craton.jepsen.history.History;
import io.craton.jepsen.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run over a cluster showed, for people. */
final class ClusterReport {
    private ClusterReport() {}

    static String text(String command, ClusterTrial trial, History history) {
        StringBuilder out = new StringBuilder();
        out.append("again: ").append(command).append('\n');
        out.append("%-12s %12s %10s %10s%n".formatted("workload", "acknowledged", "refused", "unknown"));
        for (String name : trial.names()) {
            out.append("%-12s %12d %10d %10d%n".formatted(name, history.count(name, Outcome.OK), history.count(name, Outcome.FAIL), history.count(name, Outcome.UNKNOWN)));
        }
        out.append("schedule:\n");
        trial.schedule().forEach((Schedule.Strike strike) -> out.append("  ").append(strike).append('\n'));
        out.append("what was done, and the longest time without an acknowledged write from its beginning to the next one's or 8 s after its end:\n");
        List<Nemesis.Deed> deeds = trial.nemesis().deeds().stream().sorted(Comparator.comparingLong(Nemesis.Deed::beganNanos)).toList();
        Map<Nemesis.Deed, Long> gaps = new Service(history).gaps(deeds);
        Map<String, List<Long>> byFault = new TreeMap<>();
        for (Nemesis.Deed deed : deeds) {
            long gap = gaps.getOrDefault(deed, 0L);
            out.append("  %3d  %7.2f to %7.2f s  %-60s %7.2f s%n".formatted(deed.strike().number(), deed.beganNanos() / 1e9, deed.endedNanos() / 1e9, deed.what(), gap / 1e9));
            byFault.computeIfAbsent(deed.strike().fault().word() + (deed.leaderHit() ? ", leader hit" : ""), fault -> new ArrayList<>()).add(gap);
        }
        byFault.forEach((fault, list) -> {
            List<Long> sorted = list.stream().sorted().toList();
            out.append("without a write: %-24s %3d times, median %6.2f s, longest %6.2f s%n".formatted(fault, sorted.size(), sorted.get(sorted.size() / 2) / 1e9,
                    sorted.getLast() / 1e9));
        });
        trial.refusals().forEach((what, count) -> out.append("failed %d times: %s%n".formatted(count, what)));
        trial.nemesis().notes().forEach(note -> out.append("note: ").append(note).append('\n'));
        trial.stalls().forEach(stall -> out.append("note: ").append(stall).append('\n'));
        trial.problems().forEach(problem -> out.append("PROBLEM ").append(problem).append('\n'));
        out.append(trial.problems().isEmpty() ? "verdict: every promise was kept\n" : "verdict: BROKEN, %d problems%n".formatted(trial.problems().size()));
        return out.toString();
    }
}
