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
        service(out, trial.nemesis(), history);
        trial.refusals().forEach((what, count) -> out.append("failed %d times: %s%n".formatted(count, what)));
        trial.nemesis().notes().forEach(note -> out.append("note: ").append(note).append('\n'));
        trial.stalls().forEach(stall -> out.append("note: ").append(stall).append('\n'));
        trial.problems().forEach(problem -> out.append("PROBLEM ").append(problem).append('\n'));
        out.append(trial.problems().isEmpty() ? "verdict: every promise was kept\n" : "verdict: BROKEN, %d problems%n".formatted(trial.problems().size()));
        return out.toString();
    }

    private static void service(StringBuilder out, Nemesis nemesis, History history) {
        out.append("what was done, and the longest time without an acknowledged write from its beginning to the next one's or 8 s after its end: all of it; the longest part in which a\n"
                + "majority served and was connected; where there was none, from the moment enough nodes ran again to the first write, and how much of that they were starting:\n");
        List<Nemesis.Deed> deeds = nemesis.deeds().stream().sorted(Comparator.comparingLong(Nemesis.Deed::beganNanos)).toList();
        Map<Nemesis.Deed, Service.Gap> gaps = new Service(history, nemesis.majorities()).gaps(deeds);
        Map<String, List<Service.Gap>> byFault = new TreeMap<>();
        for (Nemesis.Deed deed : deeds) {
            Service.Gap gap = gaps.getOrDefault(deed, Service.Gap.NONE);
            out.append("  %3d  %7.2f to %7.2f s  %-48s %6.2f  majority %6.2f".formatted(deed.strike().number(), deed.beganNanos() / 1e9, deed.endedNanos() / 1e9, deed.what(),
                    gap.longestNanos() / 1e9, gap.withMajorityNanos() / 1e9));
            if (gap.backNanos() >= 0) out.append("  back after %6.2f, starting %6.2f".formatted(gap.backNanos() / 1e9, gap.startingNanos() / 1e9));
            out.append('\n');
            byFault.computeIfAbsent(deed.strike().fault().word() + (deed.hit() == 1 ? deed.leaderHit() ? " of the leader" : "" : " of " + deed.hit()), fault -> new ArrayList<>()).add(gap);
        }
        byFault.forEach((fault, list) -> {
            out.append("without a write, %-24s %s".formatted(fault + ":", spread(list.stream().map(Service.Gap::longestNanos).toList())));
            out.append("; with a majority: ").append(spread(list.stream().map(Service.Gap::withMajorityNanos).toList()));
            List<Long> back = list.stream().map(Service.Gap::backNanos).filter(nanos -> nanos >= 0).toList();
            if (!back.isEmpty()) out.append("; back after: ").append(spread(back));
            out.append('\n');
        });
    }

    private static String spread(List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return "%d times, median %.2f s, longest %.2f s".formatted(sorted.size(), sorted.get(sorted.size() / 2) / 1e9, sorted.getLast() / 1e9);
    }
}
