package io.craton.server;

import io.craton.server.config.ConfigFlags;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.server.logging.LogOutput;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sun.misc.Signal;

/** {@code craton-server}: starts one node and runs it until it is told to stop. */
@Command(
        name = "craton-server",
        mixinStandardHelpOptions = false,
        sortOptions = false,
        description = "A PostgreSQL-wire-compatible database whose only truth is a hash-chained event log.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:stopped as asked", "1:failure", "2:wrong command line or configuration", "78:no JDK 25 found"})
public final class Main implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", paramLabel = "<PATH>", defaultValue = "${env:CRATON_CONFIG:-}", description = "Configuration file (TOML)")
    private String file = "";

    @Option(names = "--validate", description = "Check the configuration, and the files that it names, and exit")
    private boolean validate;

    @Option(names = "--force-recover",
            description = "A majority of the cluster is lost for good: go on with what this node has, alone, in a new cluster that others may join")
    private boolean forceRecover;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Print version")
    private boolean version;

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Main());
        line.getCommandSpec().version("craton-server " + Version.TEXT);
        ConfigFlags.addTo(line.getCommandSpec());
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
        int status = line.execute(args);
        if (status != 0) Runtime.getRuntime().halt(status);
    }

    @Override
    public Integer call() throws Exception {
        Configuration.Sources sources = new Configuration.Sources(file.isEmpty() ? null : Path.of(file), System.getenv(),
                ConfigFlags.given(spec.commandLine().getParseResult()));
        Configuration configuration = sources.read();
        LogOutput.format(configuration.text(ConfigKey.LOG_FORMAT));
        LogOutput.level(configuration.text(ConfigKey.LOG_LEVEL));
        configuration.warnings().forEach(LOG::warn);
        NodeConfig config = NodeConfig.of(configuration, forceRecover);
        if (validate) {
            config.check(configuration);
            System.out.println("the configuration is valid" + (configuration.file() == null ? "" : ": " + configuration.file()));
            return 0;
        }
        return run(config, new LiveConfiguration(sources, configuration));
    }

    private static int run(NodeConfig config, LiveConfiguration live) throws InterruptedException {
        long started = System.nanoTime();
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
