package io.craton.conformance;

import io.craton.bench.server.CratonServer;
import io.craton.bench.server.DatabaseServer;
import io.craton.bench.server.PostgresServer;
import io.craton.bench.server.Processes;
import io.craton.conformance.compare.Judge;
import io.craton.conformance.report.Ratchet;
import io.craton.conformance.report.Report;
import io.craton.conformance.run.Side;
import io.craton.conformance.source.SourcePackage;
import io.craton.conformance.source.Suite;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conformance/run}: PostgreSQL's regression suite against PostgreSQL and Craton. */
@Command(name = "conformance/run", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Runs PostgreSQL 15's regression suite, statement by statement, against its own PostgreSQL and its own Craton, and compares the answers.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:everything ran", "1:a connection was closed, a statement hung, the ratchet broke or the parsers disagree", "2:wrong command line",
            "69:no PostgreSQL 15 or no source package found"})
public final class Main implements Callable<Integer> {
    @Option(names = "--home", hidden = true, description = "Root of the checkout")
    private Path home = Path.of(".");

    @Option(names = "--source", paramLabel = "<DIR>",
            description = "PostgreSQL 15's unpacked source, or its src/test/regress (default: fetched with apt-get source, kept in --cache)")
    private @Nullable Path source;

    @Option(names = "--cache", paramLabel = "<DIR>", description = "Where fetched sources are kept (default: the user's cache folder)")
    private @Nullable Path cache;

    @Option(names = {"--only", "--file"}, split = ",", paramLabel = "<NAME>",
            description = "These scripts alone; what they need runs before them without being counted (default: all)")
    private List<String> only = List.of();

    @Option(names = "--diff", description = "Print every statement that differs, with both answers")
    private boolean diff;

    @Option(names = "--reasons", paramLabel = "<N>", description = "How many reasons of failure to list (default: ${DEFAULT-VALUE})")
    private int reasons = 40;

    @Option(names = "--json", paramLabel = "<FILE>", description = "Also write all figures and all reasons as JSON")
    private @Nullable Path json;

    @Option(names = "--ratchet", description = "Fail if a script's share fell below conformance/ratchet.txt")
    private boolean ratchet;

    @Option(names = "--update-ratchet", description = "Raise the shares in conformance/ratchet.txt to those of this run")
    private boolean updateRatchet;

    @Option(names = "--parser", description = "Instead: compare the parser with libpg_query over the suite's statements")
    private boolean parser;

    @Option(names = "--timeout", paramLabel = "<SECONDS>", description = "After which a statement counts as hanging; pauses of the machine or of the server do not count (default: ${DEFAULT-VALUE})")
    private int timeout = 60;

    @Option(names = "--craton", paramLabel = "<COMMAND>",
            description = "Command that starts a node; --data-dir and --bind are added (default: bin/craton-server of this checkout)")
    private @Nullable String craton;

    @Option(names = "--postgres-bin", paramLabel = "<DIR>", description = "Folder of PostgreSQL's programs (default: searched)")
    private @Nullable Path postgresBin;

    @Option(names = "--work", paramLabel = "<DIR>", description = "Folder for data and logs (default: a temporary one, removed at the end)")
    private @Nullable Path work;

    /** Runs the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Suite suite;
        try {
            suite = Suite.open(source != null ? source : SourcePackage.fetch(cache != null ? cache : defaultCache(), System.err));
        } catch (IOException e) {
            System.err.println("conformance: " + e.getMessage());
            return 69;
        }
        if (parser) return new ParserComparison(home).run(suite.folder().resolve("sql"), System.out);
        Path bin = postgresBin != null ? postgresBin : PostgresServer.findBin().orElse(null);
        if (bin == null) {
            System.err.println("conformance: no PostgreSQL found; install postgresql-15 or give --postgres-bin");
            return 69;
        }
        Path folder = work != null ? Files.createDirectories(work).toAbsolutePath() : Files.createTempDirectory("craton-conformance");
        try {
            return finish(measure(suite, bin, folder));
        } finally {
            if (work == null) Processes.run(List.of("rm", "-rf", folder.toString()), Duration.ofMinutes(2));
        }
    }

    private Report measure(Suite suite, Path bin, Path folder) throws Exception {
        Set<String> counted = only.isEmpty() ? new LinkedHashSet<>(suite.schedule()) : new LinkedHashSet<>(only);
        List<String> unknown = counted.stream().filter(s -> !suite.schedule().contains(s)).toList();
        if (!unknown.isEmpty()) throw new CommandLine.ParameterException(new CommandLine(this), "no script named " + String.join(", ", unknown));
        List<String> scripts = only.isEmpty() ? suite.schedule() : suite.withNeeds(counted);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (PostgresServer postgres = PostgresServer.create(bin, folder);
                CratonServer node = CratonServer.create(launcher(), folder)) {
            postgres.set("fsync", "off");
            postgres.set("max_prepared_transactions", "2");
            for (DatabaseServer server : List.of(postgres, node)) {
                System.err.printf("%s starts on port %d%n", server.name(), server.port());
                server.start();
                server.execute("CREATE DATABASE regression TEMPLATE template0");
            }
            Duration limit = Duration.ofSeconds(timeout);
            try (Side reference = new Side(postgres, limit); Side tested = new Side(node, limit)) {
                return new Campaign(suite, reference, tested, new Judge(typeNames(postgres)), folder, diff ? out : null).run(scripts, counted, System.err);
            }
        }
    }

    private int finish(Report report) throws IOException {
        System.out.print(report.text(reasons));
        if (json != null) Files.writeString(json, report.json() + "\n");
        int status = report.total(false).broken() > 0 ? 1 : 0;
        Path file = home.resolve("conformance/ratchet.txt");
        Ratchet held = Ratchet.read(file);
        if (ratchet) {
            List<String> broken = held.broken(report.tallies());
            broken.forEach(line -> System.out.println("below the ratchet: " + line));
            if (!broken.isEmpty()) status = 1;
        }
        if (updateRatchet) held.raised(report.tallies()).write(file);
        return status;
    }

    private List<String> launcher() {
        return craton != null ? List.of(craton.trim().split("\\s+")) : List.of(home.resolve("bin/craton-server").toAbsolutePath().toString());
    }

    private static Path defaultCache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base = configured != null && !configured.isEmpty() ? Path.of(configured) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("craton-conformance");
    }

    private static Map<Integer, String> typeNames(DatabaseServer server) throws SQLException {
        Map<Integer, String> names = new HashMap<>();
        try (Connection connection = server.connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT oid::int, typname FROM pg_type")) {
            while (rows.next()) names.put(rows.getInt(1), rows.getString(2));
        }
        return names;
    }
}
