package io.craton.server;

import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.server.logging.HeapExhaustion;
import io.craton.server.logging.LogOutput;
import io.craton.storage.entry.Zstandard;
import io.craton.storage.projection.RocksLibrary;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** {@code craton-server}: starts one node and runs it until it is told to stop. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** Runs the command line; the exit status is the process's. */
    public static void main(String[] args) {
        int status = status(args);
        if (status != 0) Runtime.getRuntime().halt(status);
    }

    private static int status(String... args) {
        try {
            return execute(args);
        } catch (StartException start) {
            start.getMessage().lines().forEach(each -> System.err.println("craton-server: " + each));
            return start.exitStatus();
        } catch (Exception e) {
            System.err.println("craton-server: " + e);
            e.printStackTrace();
            return StartException.FAILURE;
        }
    }

    /** The exit status. */
    static int execute(String... args) throws Exception {
        ServerOptions options = ServerOptions.parse(args);
        if (options.help()) {
            ServerOptions.printHelp();
            return 0;
        }
        if (options.version()) {
            System.out.println("craton-server " + Version.TEXT);
            return 0;
        }
        Configuration.Sources sources = new Configuration.Sources(options.file(), System.getenv(), options.flags());
        if (!options.validate()) return run(start(sources, options.forceRecover()));
        Configuration configuration = read(sources);
        NodeConfig.of(configuration, options.forceRecover()).check(configuration);
        System.out.println("the configuration is valid" + (configuration.file() == null ? "" : ": " + configuration.file()));
        return 0;
    }

    private static Configuration read(Configuration.Sources sources) {
        Configuration configuration = sources.read();
        LogOutput.format(configuration.text(ConfigKey.LOG_FORMAT));
        LogOutput.level(configuration.text(ConfigKey.LOG_LEVEL));
        configuration.warnings().forEach(LOG::warn);
        return configuration;
    }

    /** A node since a nano time, its folder, and what is counted down when it has stopped of itself. */
    record Running(NodeAssembly node, DataFolder folder, CountDownLatch stopped, long started, HeapReserve reserve) implements AutoCloseable {
        void announce() {
            InetSocketAddress bound = node.address();
            System.out.printf("craton %s is ready after %.1f s; data in %s%n", Version.TEXT, (System.nanoTime() - started) / 1e9, folder.root());
            System.out.printf("try: psql -h %s -p %d -U postgres%n", bound.getAddress().isAnyLocalAddress() ? "127.0.0.1" : bound.getAddress().getHostAddress(), bound.getPort());
            System.out.flush();
        }

        @Override
        public void close() {
            node.close();
            folder.close();
            reserve.close();
        }
    }

    /** A node that takes connections. */
    static Running start(Configuration.Sources sources, boolean forceRecover) {
        Configuration configuration = read(sources);
        NodeConfig config = NodeConfig.of(configuration, forceRecover);
        LiveConfiguration live = new LiveConfiguration(sources, configuration);
        long started = System.nanoTime();
        RocksLibrary.loadAhead();
        Zstandard.loadAhead();
        // A node that cannot be reached leaves no folder behind that somebody would take for a node's.
        if (DataFolder.isNew(config.dataDir())) ListeningPorts.requireFree(config);
        DataFolder folder = DataFolder.open(config.dataDir());
        CountDownLatch stopped = new CountDownLatch(1);
        live.onChange(List.of(ConfigKey.LOG_LEVEL), changed -> LogOutput.level(changed.text(ConfigKey.LOG_LEVEL)));
        live.onChange(List.of(ConfigKey.LOG_FORMAT), changed -> LogOutput.format(changed.text(ConfigKey.LOG_FORMAT)));
        NodeAssembly node = NodeAssembly.start(config, folder, live, stopped::countDown);
        Signal.handle(new Signal("HUP"), _ -> {
            boolean taken = live.reload();
            node.administered("reload configuration", taken ? "SIGHUP" : "SIGHUP; it could not be used");
        });
        return new Running(node, folder, stopped, started, HeapReserve.start(node.memoryPool()));
    }

    private static int run(Running running) throws InterruptedException {
        HeapExhaustion.endProcess();
        Thread stop = new Thread(() -> {
            running.close();
            running.stopped().countDown();
        }, "shutdown");
        Runtime.getRuntime().addShutdownHook(stop);
        running.announce();
        running.stopped().await();
        return running.node().failed() ? StartException.FAILURE : 0;
    }
}
