package io.craton.conformance.isolation;

import io.craton.bench.server.CratonServer;
import io.craton.bench.server.DatabaseServer;
import io.craton.bench.server.PostgresServer;
import io.craton.bench.server.Processes;
import io.craton.conformance.source.SourcePackage;
import io.craton.conformance.wire.RunningClock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conformance/isolation}: PostgreSQL's isolation specs against PostgreSQL and Craton. */
@Command(name = "conformance/isolation", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Runs the permutations of PostgreSQL 15's isolation specs against PostgreSQL and Craton, and compares who waits and what comes back.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:everything ran", "1:Craton let something commit that PostgreSQL refuses, or the ratchet broke", "2:wrong command line",
            "69:no PostgreSQL 15 or no source package found"})
public final class IsolationMain implements Callable<Integer> {
    private static final String DATABASE = "isolation";

    @Option(names = "--home", hidden = true, description = "Root of the checkout")
    private Path home = Path.of(".");

    @Option(names = "--source", paramLabel = "<DIR>", description = "PostgreSQL 15's unpacked source (default: fetched with apt-get source, kept in --cache)")
    private @Nullable Path source;

    @Option(names = "--cache", paramLabel = "<DIR>", description = "Where fetched sources are kept (default: the user's cache folder)")
    private @Nullable Path cache;

    @Option(names = "--only", split = ",", paramLabel = "<NAME>", description = "These specs alone (default: all of the schedule)")
    private List<String> only = List.of();

    @Option(names = "--diff", description = "Print every permutation that differs, with both courses")
    private boolean diff;

    @Option(names = "--ratchet", description = "Fail if fewer permutations of a spec went as on PostgreSQL than conformance/isolation-ratchet.txt holds")
    private boolean ratchet;

    @Option(names = "--update-ratchet", description = "Raise the numbers in conformance/isolation-ratchet.txt to those of this run")
    private boolean updateRatchet;

    @Option(names = "--craton", paramLabel = "<COMMAND>",
            description = "Command that starts a node; --data-dir and --bind are added (default: bin/craton-server of this checkout)")
    private @Nullable String craton;

    @Option(names = "--postgres-bin", paramLabel = "<DIR>", description = "Folder of PostgreSQL's programs (default: searched)")
    private @Nullable Path postgresBin;

    @Option(names = "--ports", split = ",", paramLabel = "<PORT>", description = "Instead of starting servers: ports of a running PostgreSQL and a running Craton")
    private List<Integer> ports = List.of();

    /** Runs the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new IsolationMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path specs;
        try {
            specs = specs();
        } catch (IOException e) {
            System.err.println("conformance: " + e.getMessage());
            return 69;
        }
        try (RunningClock clock = RunningClock.start(() -> false)) {
            if (ports.size() == 2) return compare(specs, ports.get(0), ports.get(1), clock);
            Path bin = postgresBin != null ? postgresBin : PostgresServer.findBin().orElse(null);
            if (bin == null) {
                System.err.println("conformance: no PostgreSQL found; install postgresql-15 or give --postgres-bin");
                return 69;
            }
            Path folder = Files.createTempDirectory("craton-isolation");
            try (PostgresServer postgres = PostgresServer.create(bin, folder); CratonServer node = CratonServer.create(launcher(), folder)) {
                postgres.set("fsync", "off");
                for (DatabaseServer server : List.of(postgres, node)) server.start();
                return compare(specs, postgres.port(), node.port(), clock);
            } finally {
                Processes.run(List.of("rm", "-rf", folder.toString()), Duration.ofMinutes(2));
            }
        }
    }

    private Path specs() throws IOException, InterruptedException {
        Path root = source != null ? source : SourcePackage.fetch(cache != null ? cache : defaultCache(), System.err);
        Path specs = root.resolve("src/test/isolation");
        if (!Files.exists(specs.resolve("isolation_schedule"))) throw new IOException("no isolation specs in " + root);
        return specs;
    }

    private static Path defaultCache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base = configured != null && !configured.isEmpty() ? Path.of(configured) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("craton-conformance");
    }

    private List<String> launcher() {
        return craton != null ? List.of(craton.trim().split("\\s+")) : List.of(home.resolve("bin/craton-server").toAbsolutePath().toString());
    }

    private List<String> names(Path specs) throws IOException {
        if (!only.isEmpty()) return only;
        List<String> names = new ArrayList<>();
        for (String line : Files.readAllLines(specs.resolve("isolation_schedule"))) if (line.startsWith("test: ")) names.add(line.substring(6).trim());
        return names;
    }

    private int compare(Path specs, int postgres, int node, RunningClock clock) throws IOException, SQLException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Tally all = new Tally();
        Map<String, Tally> tallies = new LinkedHashMap<>();
        out.printf("%-34s %6s %6s %12s %12s %6s %12s%n", "spec", "orders", "same", "aborts more", "refuses less", "other", "not there");
        for (String name : names(specs)) {
            Spec spec = SpecParser.parse(Files.readString(specs.resolve("specs").resolve(name + ".spec")));
            Tally tally = new Tally();
            for (int port : new int[] {postgres, node}) recreate(port);
            try (PermutationRun expected = new PermutationRun(spec, postgres, DATABASE, clock);
                    PermutationRun actual = new PermutationRun(spec, node, DATABASE, clock)) {
                for (List<Spec.Use> permutation : spec.permutations()) {
                    List<String> wanted = expected.run(permutation);
                    List<String> got = actual.run(permutation);
                    if (tally.add(wanted, got) || !diff) continue;
                    out.println("\n" + name + ": " + String.join(" ", permutation.stream().map(Spec.Use::step).toList()));
                    wanted.forEach(line -> out.println("  PostgreSQL  " + line));
                    got.forEach(line -> out.println("  Craton      " + line));
                }
            }
            out.printf("%-34s %s%n", name, tally);
            all.add(tally);
            tallies.put(name, tally);
        }
        out.printf("%-34s %s%n", "all", all);
        return all.refusesLess() > 0 || !holds(tallies, out) ? 1 : 0;
    }

    private boolean holds(Map<String, Tally> tallies, PrintStream out) throws IOException {
        Path file = home.resolve("conformance/isolation-ratchet.txt");
        Held held = Held.read(file);
        List<String> broken = ratchet ? held.broken(tallies) : List.of();
        broken.forEach(line -> out.println("below the ratchet: " + line));
        if (updateRatchet) {
            held.raise(tallies);
            held.write(file);
        }
        return broken.isEmpty();
    }

    private static void recreate(int port) throws SQLException {
        try (Connection admin = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres");
                Statement statement = admin.createStatement()) {
            statement.execute("drop database if exists " + DATABASE + " with (force)");
            statement.execute("create database " + DATABASE);
        }
    }
}
