package io.craton.server;

import io.craton.replication.cluster.ClusterConfig;
import io.craton.server.config.ClusterOptions;
import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code craton-server}: starts one node and runs it until it is told to stop. */
@Command(
        name = "craton-server",
        mixinStandardHelpOptions = false,
        sortOptions = false,
        description = "A PostgreSQL-wire-compatible database whose only truth is a hash-chained event log.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:stopped as asked", "1:failure", "2:wrong command line or configuration", "78:no JDK 25 found"})
public final class Main implements Callable<Integer> {
    @Option(names = "--data-dir", paramLabel = "<PATH>", defaultValue = "${env:CRATON_DATA_DIR:-data}",
            description = "Data directory (default: ./data)")
    private Path dataDir = Path.of("data");

    @Option(names = "--bind", paramLabel = "<ADDR>", defaultValue = "${env:CRATON_BIND_ADDRESS:-127.0.0.1:5432}",
            description = "Bind address, HOST:PORT (default: 127.0.0.1:5432)")
    private String bind = "127.0.0.1:5432";

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--log-level", paramLabel = "<LEVEL>", defaultValue = "${env:CRATON_LOG_LEVEL:-info}",
            description = "Log level: trace, debug, info, warn, error")
    private String logLevel = "info";

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print help")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Print version")
    private boolean version;

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Main());
        line.getCommandSpec().version("craton-server " + Version.TEXT);
        line.setParameterExceptionHandler((e, unused) -> {
            System.err.println("craton-server: " + e.getMessage() + " (see craton-server --help)");
            return StartException.USAGE;
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            if (e instanceof StartException start) {
                System.err.println("craton-server: " + start.getMessage());
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
        LogLevels.set(logLevel);
        InetSocketAddress address = NodeConfig.parseAddress(bind, "--bind");
        ClusterConfig members = cluster.cluster();
        long started = System.nanoTime();
        DataFolder folder = DataFolder.open(dataDir);
        CountDownLatch stopped = new CountDownLatch(1);
        NodeAssembly node = NodeAssembly.start(NodeConfig.of(folder.root(), address).withCluster(cluster.nodeId(), members, cluster.forceRecover()), folder, stopped::countDown);
        Thread stop = new Thread(() -> {
            node.close();
            folder.close();
            stopped.countDown();
        }, "shutdown");
        Runtime.getRuntime().addShutdownHook(stop);
        InetSocketAddress bound = node.address();
        System.out.printf("craton %s is ready after %.1f s; data in %s%n", Version.TEXT, (System.nanoTime() - started) / 1e9, folder.root());
        System.out.printf("try: psql -h %s -p %d -U postgres%n", bound.getAddress().getHostAddress(), bound.getPort());
        System.out.flush();
        stopped.await();
        return node.failed() ? StartException.FAILURE : 0;
    }
}
