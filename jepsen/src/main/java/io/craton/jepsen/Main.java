package io.craton.jepsen;

import io.craton.jepsen.history.History;
import io.craton.jepsen.node.Node;
import io.craton.jepsen.node.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jepsen/run}: fault tests of real nodes. */
@Command(name = "jepsen/run", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Lets clients work on a node or a cluster, hurts it, and checks that every promise was kept.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:every promise was kept", "1:something was lost, doubled or half applied, or the node did not start",
            "2:wrong command line", "77:this fault needs root"})
public final class Main implements Callable<Integer> {
    @Option(names = "--home", hidden = true, description = "Root of the checkout")
    private Path home = Path.of(".");

    @Option(names = "--fault", paramLabel = "<FAULT>", description = "kill, power-cut (root) or disk-full (root); default: kill")
    private String fault = "kill";

    @Option(names = "--rounds", description = "Rounds over a node alone, or runs over fresh clusters with one seed after the other (default: 20 rounds, 1 run)")
    private @Nullable Integer roundsAsked;

    @Mixin
    private ClusterRun clusterRun = new ClusterRun();

    @Option(names = "--clients", description = "Clients per workload (default: ${DEFAULT-VALUE})")
    private int clients = 2;

    @Option(names = "--work-millis", description = "Longest time of work before the fault (default: ${DEFAULT-VALUE})")
    private long workMillis = 2000;

    @Option(names = "--seed", description = "Seed of the random choices (default: the time)")
    private long seed = System.currentTimeMillis();

    @Option(names = "--craton", paramLabel = "<COMMAND>",
            description = "Command that starts a node; --data-dir and --bind are added (default: bin/craton-server of this checkout)")
    private @Nullable String craton;

    @Option(names = "--verify", paramLabel = "<COMMAND>",
            description = "Command that examines the data folder between fault and restart; --data-dir is added")
    private @Nullable String verify;

    @Option(names = "--volume-mb", description = "Size of the volume for power-cut and disk-full (default: ${DEFAULT-VALUE})")
    private long volumeMegabytes = 1024;

    @Option(names = "--out", paramLabel = "<DIR>", description = "Folder for history.edn, report.txt, node.log and data (default: a temporary one)")
    private @Nullable Path out;

    /** Runs the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (clusterRun.nodes > 1) return runCluster();
        Fault kind = fault();
        if (kind.needsVolume() && !"root".equals(System.getProperty("user.name"))) {
            System.err.println("jepsen: " + fault + " mounts a volume of its own and needs root");
            return 77;
        }
        Path folder = out != null ? Files.createDirectories(out).toAbsolutePath() : Files.createTempDirectory("craton-jepsen");
        System.err.printf("history, report and node.log in %s; seed %d%n", folder, seed);
        if (!kind.needsVolume()) return run(kind, folder, null);
        try (Volume volume = Volume.create(folder, volumeMegabytes << 20)) {
            return run(kind, folder, volume);
        }
    }

    private int runCluster() throws Exception {
        String impossible;
        try {
            impossible = clusterRun.impossible();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(new CommandLine(this), "unknown fault: " + e.getMessage());
        }
        if (impossible != null) {
            System.err.println("jepsen: " + impossible);
            return 77;
        }
        Path folder = out != null ? Files.createDirectories(out).toAbsolutePath() : Files.createTempDirectory("craton-jepsen");
        System.err.printf("history, reports and logs in %s; seed %d%n", folder, seed);
        return clusterRun.run(home, folder, launcher(), roundsAsked == null ? 1 : roundsAsked, clients, seed, volumeMegabytes << 20);
    }

    private List<String> launcher() {
        return words(craton, home.resolve("bin/craton-server").toAbsolutePath().toString());
    }

    private int run(Fault kind, Path folder, @Nullable Volume volume) throws Exception {
        Path data = (volume == null ? folder : volume.path()).resolve("data");
        int rounds = roundsAsked == null ? 20 : roundsAsked;
        Node node = new Node(launcher(), data, folder.resolve("node.log"));
        Verification verification = verify == null ? Verification.none() : new Verification(words(verify, ""));
        try (History history = new History(folder.resolve("history.edn"))) {
            Trial trial = new Trial(node, volume, kind, history, verification, new Random(seed));
            int done = 0;
            try {
                trial.prepare();
                for (; done < rounds; done++) {
                    List<String> found = trial.round(done, clients, Duration.ofMillis(workMillis));
                    System.err.printf("round %d of %d: restarted in %.2f s, %s%n", done + 1, rounds, trial.starts().getLast().toNanos() / 1e9,
                            found.isEmpty() ? "everything is there" : found);
                    if (!found.isEmpty()) break;
                }
            } finally {
                node.stop();
                String report = Report.text(trial, history, kind, done, seed);
                Files.writeString(folder.resolve("report.txt"), report);
                System.out.print(report);
            }
            return trial.problems().isEmpty() ? 0 : 1;
        }
    }

    private Fault fault() {
        try {
            return Fault.valueOf(fault.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(new CommandLine(this), "no fault named " + fault + ": kill, power-cut or disk-full");
        }
    }

    private static List<String> words(@Nullable String command, String otherwise) {
        return command == null ? List.of(otherwise) : List.of(command.trim().split("\\s+"));
    }
}
