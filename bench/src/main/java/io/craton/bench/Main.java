package io.craton.bench;

import io.craton.bench.load.BackupAndRestore;
import io.craton.bench.load.BuiltinScripts;
import io.craton.bench.load.BulkUpdate;
import io.craton.bench.load.Connections;
import io.craton.bench.load.CopyLoad;
import io.craton.bench.load.OnlineSchema;
import io.craton.bench.load.PgBench;
import io.craton.bench.load.Rounds;
import io.craton.bench.load.Scenario;
import io.craton.bench.load.SingleInserts;
import io.craton.bench.load.StartAndMemory;
import io.craton.bench.load.Tenants;
import io.craton.bench.load.TimeTravel;
import io.craton.bench.report.Report;
import io.craton.bench.report.Samples;
import io.craton.bench.server.CratonCluster;
import io.craton.bench.server.CratonServer;
import io.craton.bench.server.DatabaseServer;
import io.craton.bench.server.PostgresServer;
import io.craton.bench.server.ReplicatedPostgres;
import io.craton.bench.tpch.TpchQueries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run}: measures Craton beside PostgreSQL and prints one table. */
@Command(name = "bench/run", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Runs the same loads against its own PostgreSQL and its own Craton in alternating rounds.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:everything ran and every answer was right", "1:a load failed or an answer was wrong", "2:wrong command line",
            "69:no PostgreSQL found"})
public final class Main implements Callable<Integer> {
    @Option(names = "--home", hidden = true, description = "Root of the checkout")
    private Path home = Path.of(".");

    @Option(names = "--craton", paramLabel = "<COMMAND>",
            description = "Command that starts a node; --data-dir and --bind are added (default: bin/craton-server of this checkout)")
    private @Nullable String craton;

    @Option(names = "--postgres-bin", paramLabel = "<DIR>", description = "Folder of PostgreSQL's programs (default: searched)")
    private @Nullable Path postgresBin;

    @Option(names = "--only", split = ",", paramLabel = "<NAME>",
            description = "Of: pgbench, insert, copy, connections, tpch, bulk-update, start, online-schema, time-travel, tenants, backup (default: all)")
    private List<String> only = List.of("pgbench", "insert", "copy", "connections", "tpch", "bulk-update", "start", "online-schema", "time-travel", "tenants", "backup");

    @Option(names = "--servers", split = ",", paramLabel = "<NAME>", description = "postgres, craton (default: both)")
    private List<String> servers = List.of("postgres", "craton");

    @Option(names = "--nodes", description = "Nodes of Craton; with more than one PostgreSQL has as many less one standbys, of which one confirms each commit"
            + " (default: ${DEFAULT-VALUE})")
    private int nodes = 1;

    @Option(names = "--warm-ups", description = "Rounds in front of those of pgbench, insert and online-schema, on both servers, that count for nothing (default: ${DEFAULT-VALUE})")
    private int warmUps = 1;

    @Option(names = "--rounds", description = "Rounds (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(names = "--seconds", description = "Seconds per pgbench run (default: ${DEFAULT-VALUE})")
    private int seconds = 10;

    @Option(names = "--scale", description = "pgbench's scale (default: ${DEFAULT-VALUE})")
    private int scale = 10;

    @Option(names = "--clients", split = ",", description = "Client counts of the built-in scripts (default: 1,8,32)")
    private List<Integer> clients = List.of(1, 8, 32);

    @Option(names = "--protocols", split = ",", description = "simple, extended, prepared (default: all)")
    private List<String> protocols = List.of("simple", "extended", "prepared");

    @Option(names = "--insert-clients", split = ",", description = "Client counts of the inserts (default: 1,8,64)")
    private List<Integer> insertClients = List.of(1, 8, 64);

    @Option(names = "--copy-rows", description = "Rows of the COPY load and of the restart (default: ${DEFAULT-VALUE})")
    private int copyRows = 1_000_000;

    @Option(names = "--tpch-scales", split = ",", description = "TPC-H scales (default: 0.1,1.0)")
    private List<Double> tpchScales = List.of(0.1, 1.0);

    @Option(names = "--bulk-rows", description = "Rows of the bulk UPDATE (default: ${DEFAULT-VALUE})")
    private long bulkRows = 1_000_000;

    @Option(names = "--backup-scale", description = "pgbench's scale for the backup; 70 is 1 GB in PostgreSQL (default: ${DEFAULT-VALUE})")
    private int backupScale = 70;

    @Option(names = "--idle", description = "Idle connections of the memory line (default: ${DEFAULT-VALUE})")
    private int idle = 1000;

    @Option(names = "--tenants", description = "Databases of the tenants load (default: ${DEFAULT-VALUE})")
    private int tenants = 1000;

    @Option(names = "--column-rows", description = "Rows of the table that gets a column while it is used (default: ${DEFAULT-VALUE})")
    private int columnRows = 10_000_000;

    @Option(names = "--index-rows", description = "Rows of the table that gets an index while it is used (default: ${DEFAULT-VALUE})")
    private int indexRows = 1_000_000;

    @Option(names = "--past-rows", description = "Rows of the table whose past is read (default: ${DEFAULT-VALUE})")
    private int pastRows = 1_000_000;

    @Option(names = "--seed", description = "Seed of TPC-H's parameters and of the moments of kills (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(names = "--quick", description = "Small data and short runs: shows that everything works, measures little")
    private boolean quick;

    @Option(names = "--json", paramLabel = "<FILE>", description = "Also write the figures as JSON")
    private @Nullable Path json;

    @Option(names = "--work", paramLabel = "<DIR>", description = "Folder for data and logs (default: a temporary one, removed at the end)")
    private @Nullable Path work;

    /** Runs the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (quick) shrink();
        Path bin = postgresBin != null ? postgresBin : PostgresServer.findBin().orElse(null);
        if (bin == null) {
            System.err.println("bench: no PostgreSQL found (initdb and pgbench); install postgresql-15 or give --postgres-bin");
            return 69;
        }
        Path folder = work != null ? Files.createDirectories(work).toAbsolutePath() : Files.createTempDirectory("craton-bench");
        Samples samples = new Samples();
        List<DatabaseServer> all = new ArrayList<>();
        try {
            if (servers.contains("postgres")) all.add(nodes == 1 ? PostgresServer.create(bin, folder) : ReplicatedPostgres.create(bin, folder, nodes - 1));
            if (servers.contains("craton")) all.add(nodes == 1 ? CratonServer.create(launcher(), folder) : CratonCluster.create(launcher(), folder, nodes));
            for (DatabaseServer server : all) {
                System.err.printf("%s starts on port %d%n", server.name(), server.port());
                server.start();
            }
            Rounds runner = new Rounds(all, samples, System.err, nodes == 1 ? "" : nodes + " nodes: ");
            for (Scenario scenario : scenarios(new PgBench(bin), folder)) runner.run(scenario, rounds, warmUps);
            report(samples, all);
        } finally {
            for (DatabaseServer server : all) server.close();
            if (work == null) delete(folder);
        }
        return samples.failures().isEmpty() ? 0 : 1;
    }

    private void shrink() {
        rounds = Math.min(rounds, 1);
        warmUps = 0;
        seconds = Math.min(seconds, 3);
        scale = Math.min(scale, 1);
        copyRows = Math.min(copyRows, 100_000);
        bulkRows = Math.min(bulkRows, 100_000);
        idle = Math.min(idle, 100);
        tenants = Math.min(tenants, 30);
        columnRows = Math.min(columnRows, 100_000);
        indexRows = Math.min(indexRows, 100_000);
        pastRows = Math.min(pastRows, 50_000);
        backupScale = Math.min(backupScale, 1);
        tpchScales = List.of(0.01);
    }

    private List<String> launcher() {
        return craton != null ? List.of(craton.trim().split("\\s+")) : List.of(home.resolve("bin/craton-server").toAbsolutePath().toString());
    }

    private List<Scenario> scenarios(PgBench pgbench, Path folder) throws IOException {
        List<Scenario> chosen = new ArrayList<>();
        for (String name : only) {
            switch (name) {
                case "pgbench" -> chosen.add(new BuiltinScripts(pgbench, scale, seconds, clients, protocols));
                case "insert" -> chosen.add(new SingleInserts(pgbench, seconds, insertClients, folder));
                case "copy" -> chosen.add(new CopyLoad(copyRows, folder));
                case "connections" -> chosen.add(new Connections(pgbench, seconds, folder));
                case "tpch" -> tpchScales.forEach(s -> chosen.add(new TpchQueries(s, seed)));
                case "bulk-update" -> chosen.add(new BulkUpdate(bulkRows));
                case "online-schema" -> chosen.add(new OnlineSchema(columnRows, indexRows));
                case "time-travel" -> chosen.add(new TimeTravel(pastRows, seconds));
                case "tenants" -> chosen.add(new Tenants(tenants, seconds, home.resolve("bin/craton-migrate").toAbsolutePath(), folder, seed));
                case "backup" -> chosen.add(new BackupAndRestore(pgbench, backupScale, folder));
                case "start" -> chosen.add(new StartAndMemory(copyRows, idle, folder));
                default -> throw new CommandLine.ParameterException(new CommandLine(this), "no load named " + name);
            }
        }
        return chosen;
    }

    private void report(Samples samples, List<DatabaseServer> all) throws IOException {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("time", Instant.now().toString());
        about.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors shared with the client");
        about.put("options", "warm-ups %d, rounds %d, seconds %d, pgbench scale %d, copy rows %d, bulk rows %d, backup scale %d, tpch %s, tenants %d, column rows %d, index rows %d, past rows %d, seed %d"
                .formatted(warmUps, rounds, seconds, scale, copyRows, bulkRows, backupScale, tpchScales, tenants, columnRows, indexRows, pastRows, seed));
        about.put("ratio", "above 1: Craton is better");
        Report report = new Report(samples, about, "PostgreSQL", "Craton");
        System.out.print(report.text());
        if (json != null) Files.writeString(json, report.json() + "\n");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
