package io.craton.clients;

import io.craton.bench.server.CratonServer;
import io.craton.bench.server.DatabaseServer;
import io.craton.bench.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A private PostgreSQL 15 and a private Craton for the whole run; tests get them as {@link Both}. Servers that already run are used when the system
 * properties {@code clients.postgres} and {@code clients.craton} give their ports.
 */
final class Servers implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Servers.class);

    /** A scenario: what a program does with a database, and what it sees. */
    interface Scenario {
        void run(Database database, Transcript out) throws Exception;
    }

    /** The two servers. */
    static final class Both implements AutoCloseable {
        private final AtomicInteger databases = new AtomicInteger();
        private final Path work;
        private final @Nullable DatabaseServer postgres;
        private final @Nullable DatabaseServer craton;
        private final int postgresPort;
        private final int cratonPort;

        private Both() throws IOException, InterruptedException {
            LogManager.getLogManager().reset();
            work = Files.createTempDirectory("craton-clients");
            Integer postgresRuns = Integer.getInteger("clients.postgres");
            if (postgresRuns == null) {
                Path bin = PostgresServer.findBin().orElseThrow(() -> new IOException("PostgreSQL 15 is not on this machine (Debian: postgresql-15)"));
                postgres = PostgresServer.create(bin, work);
                postgres.start();
            } else {
                postgres = null;
            }
            postgresPort = postgres == null ? postgresRuns : postgres.port();
            Integer cratonRuns = Integer.getInteger("clients.craton");
            if (cratonRuns == null) {
                craton = CratonServer.create(List.of(root().resolve("bin/craton-server").toString()), work);
                craton.start();
            } else {
                craton = null;
            }
            cratonPort = craton == null ? cratonRuns : craton.port();
        }

        /** The scenario works with both servers, and sees the same. */
        void same(Scenario scenario) throws Exception {
            String name = "clients_" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();
            String expected = run(new Database("PostgreSQL", postgresPort, name), scenario);
            String actual = run(new Database("Craton", cratonPort, name), scenario);
            if (!actual.equals(expected)) throw new AssertionError("Craton differs from PostgreSQL (- PostgreSQL, + Craton):\n" + difference(expected, actual));
        }

        /** The lines that only one of them has. */
        private static String difference(String expected, String actual) {
            List<String> left = expected.lines().toList();
            List<String> right = actual.lines().toList();
            StringBuilder text = new StringBuilder();
            left.stream().filter(line -> !right.contains(line)).forEach(line -> text.append("- ").append(line).append('\n'));
            right.stream().filter(line -> !left.contains(line)).forEach(line -> text.append("+ ").append(line).append('\n'));
            return text.isEmpty() ? "another order:\n" + expected + "---\n" + actual : text.toString();
        }

        private static String run(Database database, Scenario scenario) throws Exception {
            administer(database, "create database " + database.name());
            Transcript out = new Transcript();
            try {
                scenario.run(database, out);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(database.server() + ": " + e + "\nafter:\n" + out, e);
            } finally {
                administer(database, "drop database " + database.name() + " with (force)");
            }
            return out.toString();
        }

        private static void administer(Database database, String sql) throws SQLException {
            String url = "jdbc:postgresql://" + Database.HOST + ":" + database.port() + "/postgres";
            try (Connection connection = DriverManager.getConnection(url, Database.USER, ""); Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        @Override
        public void close() throws Exception {
            if (craton != null) craton.close();
            if (postgres != null) postgres.close();
            try (Stream<Path> files = Files.walk(work)) {
                for (Path file : new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList())) Files.deleteIfExists(file);
            }
        }
    }

    /** The project's folder. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("bin/craton-server"))) folder = folder.getParent();
        return folder;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Both.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Both.class, key -> {
            try {
                return new Both();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, Both.class);
    }
}
