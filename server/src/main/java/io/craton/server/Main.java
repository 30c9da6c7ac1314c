package io.craton.server;

import io.craton.server.config.ConfigFlags;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.server.logging.LogOutput;
import io.craton.storage.projection.RocksLibrary;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import sun.misc.Signal;

/** {@code craton-server}: starts one node and runs it until it is told to stop. */
public final class Main implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final String CONFIG = "--config";
    private static final String VALIDATE = "--validate";
    private static final String FORCE_RECOVER = "--force-recover";
    private static final Map<String, String> EXIT_CODES = new LinkedHashMap<>();

    static {
        EXIT_CODES.put("0", "stopped as asked");
        EXIT_CODES.put("1", "failure");
        EXIT_CODES.put("2", "wrong command line or configuration");
        EXIT_CODES.put("78", "no JDK 25 found");
    }

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

    private Main() {}

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        int status = commandLine().execute(args);
        if (status != 0) Runtime.getRuntime().halt(status);
    }

    /** Told in code, not by annotations: to read those takes a tenth of a start. */
    static CommandLine commandLine() {
        CommandSpec spec = new Main().spec.name("craton-server").version("craton-server " + Version.TEXT);
        spec.usageMessage().sortOptions(false).description("A PostgreSQL-wire-compatible database whose only truth is a hash-chained event log.")
                .exitCodeListHeading("%nExit status:%n").exitCodeList(EXIT_CODES);
        spec.addOption(OptionSpec.builder(CONFIG).paramLabel("<PATH>").type(String.class).defaultValue(System.getenv().getOrDefault("CRATON_CONFIG", ""))
                .description("Configuration file (TOML)").build());
        spec.addOption(flag(VALIDATE).description("Check the configuration, and the files that it names, and exit").build());
        spec.addOption(flag(FORCE_RECOVER)
                .description("A majority of the cluster is lost for good: go on with what this node has, alone, in a new cluster that others may join").build());
        spec.addOption(flag("-h", "--help").usageHelp(true).description("Print help").build());
        spec.addOption(flag("-V", "--version").versionHelp(true).description("Print version").build());
        ConfigFlags.addTo(spec);
        CommandLine line = new CommandLine(spec);
        line.setParameterExceptionHandler((e, unused) -> {
            System.err.println("craton-server: " + e.getMessage() + " (see craton-server --help)");
            return StartException.USAGE;
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            if (e instanceof StartException start) {
                start.getMessage().lines().forEach(each -> System.err.println("craton-server: " + each));
                return start.exitStatus();
            }
            System.err.println("craton-server: " + e);
            e.printStackTrace();
            return StartException.FAILURE;
        });
        return line;
    }

    private static OptionSpec.Builder flag(String... names) {
        return OptionSpec.builder(names).type(boolean.class).arity("0");
    }

    private boolean given(String flag) {
        return spec.commandLine().getParseResult().matchedOptionValue(flag, false);
    }

    @Override
    public Integer call() throws Exception {
        String file = spec.findOption(CONFIG).getValue();
        Configuration.Sources sources = new Configuration.Sources(file.isEmpty() ? null : Path.of(file), System.getenv(),
                ConfigFlags.given(spec.commandLine().getParseResult()));
        Configuration configuration = sources.read();
        LogOutput.format(configuration.text(ConfigKey.LOG_FORMAT));
        LogOutput.level(configuration.text(ConfigKey.LOG_LEVEL));
        configuration.warnings().forEach(LOG::warn);
        NodeConfig config = NodeConfig.of(configuration, given(FORCE_RECOVER));
        if (given(VALIDATE)) {
            config.check(configuration);
            System.out.println("the configuration is valid" + (configuration.file() == null ? "" : ": " + configuration.file()));
            return 0;
        }
        return run(config, new LiveConfiguration(sources, configuration));
    }

    private static int run(NodeConfig config, LiveConfiguration live) throws InterruptedException {
        long started = System.nanoTime();
        RocksLibrary.loadAhead();
        // A node that cannot be reached leaves no folder behind that somebody would take for a node's.
        if (DataFolder.isNew(config.dataDir())) ListeningPorts.requireFree(config);
        DataFolder folder = DataFolder.open(config.dataDir());
        CountDownLatch stopped = new CountDownLatch(1);
        live.onChange(List.of(ConfigKey.LOG_LEVEL), changed -> LogOutput.level(changed.text(ConfigKey.LOG_LEVEL)));
        live.onChange(List.of(ConfigKey.LOG_FORMAT), changed -> LogOutput.format(changed.text(ConfigKey.LOG_FORMAT)));
        NodeAssembly node = NodeAssembly.start(config, folder, live, stopped::countDown);
        Thread stop = new Thread(() -> {
            node.close();
            folder.close();
            stopped.countDown();
        }, "shutdown");
        Runtime.getRuntime().addShutdownHook(stop);
        Signal.handle(new Signal("HUP"), _ -> {
            boolean taken = live.reload();
            node.administered("reload configuration", taken ? "SIGHUP" : "SIGHUP; it could not be used");
        });
        InetSocketAddress bound = node.address();
        System.out.printf("craton %s is ready after %.1f s; data in %s%n", Version.TEXT, (System.nanoTime() - started) / 1e9, folder.root());
        System.out.printf("try: psql -h %s -p %d -U postgres%n", bound.getAddress().isAnyLocalAddress() ? "127.0.0.1" : bound.getAddress().getHostAddress(), bound.getPort());
        System.out.flush();
        stopped.await();
        return node.failed() ? StartException.FAILURE : 0;
    }
}
