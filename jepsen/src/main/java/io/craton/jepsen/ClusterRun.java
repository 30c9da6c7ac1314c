package io.craton.jepsen;

import io.craton.jepsen.cluster.Cluster;
import io.craton.jepsen.cluster.ClusterFault;
import io.craton.jepsen.cluster.Schedule;
import io.craton.jepsen.history.History;
import io.craton.jepsen.txn.Load;
import io.craton.jepsen.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The part of the command line that is about clusters, and the runs it asks for: each over a fresh cluster in a folder of its own. */
final class ClusterRun {
    private static final List<String> SETTLED = List.of("bank", "insert", "group", "counter");

    @Option(names = "--nodes", description = "Nodes of the cluster; 1 is a node alone, tested round by round (default: ${DEFAULT-VALUE})")
    int nodes = 1;

    @Option(names = "--faults", paramLabel = "<LIST>", description = "For clusters: kill, pause, stop, rolling, partition, one-way, ring, slow, loss, clock, wipe, disk-full,"
            + " power-cut; all for those that work here, none for none (default: ${DEFAULT-VALUE})")
    private String faults = "kill,pause,stop";

    @Option(names = "--aim", paramLabel = "<WHO>", description = "For clusters: leader, follower, any, majority or all; otherwise a mixture")
    private Schedule.@Nullable Aim aim;

    @Option(names = "--workloads", paramLabel = "<LIST>", description = "For clusters: append, append-rr, append-rc, rw, rw-rr, rw-rc, set, register, monotonic, fork (each also with -follower, monotonic and fork with -stale), skew, bank, insert,"
            + " group, counter (default: all)")
    private String workloads = "all";

    @Option(names = "--time", paramLabel = "<SECONDS>", description = "For clusters: length of a run (default: ${DEFAULT-VALUE})")
    private int seconds = 300;

    @Option(names = "--think-micros", description = "For clusters: longest pause of a client between transactions (default: ${DEFAULT-VALUE})")
    private long thinkMicros = 20_000;

    @Option(names = "--network", description = "namespaces (root) or plain (default: namespaces for root)")
    private @Nullable String network;

    @Option(names = "--election-timeout", paramLabel = "<MS>", description = "Given to the nodes (default: theirs)")
    private @Nullable Integer electionTimeout;

    @Option(names = "--admin", paramLabel = "<COMMAND>", description = "craton-admin, for the check of the folders after a run (default: this checkout's; none for no check)")
    private @Nullable String admin;

    /** Runs as often as asked, each with the next seed; the exit status. */
    int run(Path home, Path folder, List<String> launcher, int runs, int clients, long seed, long volumeBytes) throws IOException, SQLException, InterruptedException {
        Set<String> broken = new TreeSet<>();
        for (int i = 0; i < runs; i++) {
            Path own = runs == 1 ? folder : Files.createDirectories(folder.resolve("seed-" + (seed + i)));
            if (!one(home, own, launcher, clients, seed + i, volumeBytes)) broken.add(own.toString());
        }
        if (runs > 1) System.out.printf("%d runs, %d broken %s%n", runs, broken.size(), broken.isEmpty() ? "" : broken);
        return broken.isEmpty() ? 0 : 1;
    }

    private boolean one(Path home, Path folder, List<String> launcher, int clients, long seed, long volumeBytes) throws IOException, SQLException, InterruptedException {
        List<ClusterFault> kinds = kinds();
        boolean volumes = kinds.stream().anyMatch(ClusterFault::needsVolume);
        Cluster.Plan plan = new Cluster.Plan(launcher, electionTimeout == null ? List.of() : List.of("--election-timeout", electionTimeout.toString()), nodes, namespaces(),
                volumes ? volumeBytes : 0, kinds.contains(ClusterFault.CLOCK));
        List<Schedule.Strike> schedule = Schedule.of(seed, kinds, aim, seconds * 1000L);
        try (History history = new History(folder.resolve("history.edn")); Cluster cluster = Cluster.create(plan, folder)) {
            ClusterTrial trial = new ClusterTrial(cluster, history, schedule, seconds * 1000L, loads(), settled(), new Offline(admin(home)));
            trial.run(clients, seed, thinkMicros);
            String text = ClusterReport.text(command(seed, clients), trial, history);
            Files.writeString(folder.resolve("report.txt"), text);
            Files.writeString(folder.resolve("report.html"), HtmlReport.page(text, history, trial.nemesis().deeds()));
            System.out.print(text);
            return trial.problems().isEmpty();
        }
    }

    private String command(long seed, int clients) {
        return "jepsen/run --nodes %d --faults %s --workloads %s --time %d --clients %d --think-micros %d --seed %d%s%s%s".formatted(nodes, faults, workloads, seconds, clients,
                thinkMicros, seed, aim == null ? "" : " --aim " + aim.name().toLowerCase(Locale.ROOT), network == null ? "" : " --network " + network, electionTimeout == null ? "" : " --election-timeout " + electionTimeout);
    }

    private List<String> admin(Path home) {
        if (admin == null) return List.of(home.resolve("bin/craton-admin").toAbsolutePath().toString());
        return admin.equals("none") ? List.of() : Arrays.asList(admin.trim().split("\\s+"));
    }

    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Why the faults asked for cannot be made here; null when they can. */
    @Nullable String impossible() {
        List<String> missing = namespaces() ? ClusterFault.missing(ClusterFault.NAMESPACE_TOOLS) : List.of();
        if (!missing.isEmpty()) return "network namespaces need " + String.join(" and ", missing) + ", which is not on the PATH; --network plain goes without";
        for (ClusterFault fault : kinds()) {
            if (fault.needsRoot() && (!root() || "plain".equals(network))) return fault.word() + " needs root and network namespaces";
            if (fault == ClusterFault.CLOCK && Cluster.findClockLibrary() == null) return "clock needs libfaketime";
            missing = ClusterFault.missing(fault.tools());
            if (!missing.isEmpty()) return fault.word() + " needs " + String.join(" and ", missing) + ", which is not on the PATH";
        }
        return null;
    }

    private boolean namespaces() {
        return network == null ? root() : network.equals("namespaces");
    }

    private List<ClusterFault> kinds() {
        if (faults.equals("none")) return List.of();
        if (!faults.equals("all")) return Arrays.stream(faults.split(",")).map(ClusterFault::of).toList();
        return Arrays.stream(ClusterFault.values()).filter(fault -> !fault.needsRoot() || root() && !"plain".equals(network))
                .filter(fault -> fault != ClusterFault.CLOCK || Cluster.findClockLibrary() != null).filter(fault -> ClusterFault.missing(fault.tools()).isEmpty()).toList();
    }

    private List<String> names() {
        if (!workloads.equals("all")) return Arrays.asList(workloads.split(","));
        List<String> names = new ArrayList<>(Load.KINDS.stream().map(Load.Kind::name).toList());
        names.addAll(SETTLED);
        return names;
    }

    private List<Load> loads() {
        return Stream.concat(Load.KINDS.stream(), Load.CONTROLS.stream()).filter(kind -> names().contains(kind.name())).map(kind -> kind.make().get()).toList();
    }

    private List<Workload> settled() {
        return Workload.all().stream().filter(workload -> SETTLED.contains(workload.name()) && names().contains(workload.name())).toList();
    }
}
