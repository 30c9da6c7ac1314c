package io.craton.server;

import io.craton.server.config.Configuration;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts a node in a temporary folder, sends it everyday statements and some seconds of short transactions, stops, and does something like it with three nodes: what the JVM saw goes into the start-up cache,
 * classes as well as the profiles by which hot methods are compiled early at the next start.
 */
public final class Rehearsal {
    private static final List<String> STATEMENTS = List.of(
            "create table rehearsal (id int primary key, name text, amount numeric(12,2), at timestamptz default now())",
            "insert into rehearsal select i, 'name ' || i, i * 1.5 from generate_series(1, 100) i",
            "create index on rehearsal (name)",
            "select count(*), sum(amount), max(name) from rehearsal where id > 10",
            "select a.id, b.name from rehearsal a join rehearsal b on a.id = b.id order by b.name limit 5",
            "update rehearsal set amount = amount + 1 where id = 7",
            "delete from rehearsal where id = 8",
            "begin; update rehearsal set name = 'x' where id = 1; commit",
            "drop table rehearsal",
            "create table rehearsal_account (id int primary key, branch int not null, balance int not null, filler char(40))",
            "create table rehearsal_entry (id bigint primary key, account int not null, delta int not null, at timestamptz not null, note text)",
            "create table rehearsal_history (account int, delta int, at timestamptz)",
            "insert into rehearsal_account select i, i / 100, 0, 'filler' from generate_series(0, 999) i");
    private static final int SESSIONS = 4;
    private static final long LOAD_NANOS = 3_000_000_000L;
    private static final long LIMIT_NANOS = 90_000_000_000L;

    private Rehearsal() {}

    /** Exit status 0 when the node started and stopped, whatever the statements answered. Somebody waits for the end: it comes whatever happens. */
    public static void main(String[] args) {
        Thread.ofPlatform().daemon().start(() -> {
            LockSupport.parkNanos(LIMIT_NANOS);
            System.err.println("the rehearsal takes too long; what was seen so far has to do");
            System.exit(0);
        });
        try {
            alone();
            cluster();
            System.exit(0);
        } catch (Throwable failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    private static void alone() throws IOException {
        Path folder = Files.createTempDirectory("craton-rehearsal");
        try {
            try (Main.Running running = start(folder)) {
                String url = url(running);
                try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
                    for (String sql : STATEMENTS) run(statement, sql);
                    try (PreparedStatement prepared = connection.prepareStatement("select 1 where ?::int = 1")) {
                        for (int i = 0; i < 10; i++) {
                            prepared.setInt(1, i);
                            prepared.executeQuery().close();
                        }
                    }
                } catch (SQLException e) {
                    System.err.println(e.getMessage());
                }
                load(url);
            }
            startAgain(folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            delete(folder);
        }
    }

    private static Main.Running start(Path folder) {
        ServerOptions options = ServerOptions.parse("--data-dir", folder.resolve("data").toString(), "--bind", "127.0.0.1:0");
        Main.Running running = Main.start(new Configuration.Sources(null, Map.of(), options.flags()), false);
        running.announce();
        return running;
    }

    private static String url(Main.Running running) {
        return "jdbc:postgresql://127.0.0.1:" + running.node().address().getPort() + "/postgres?user=postgres";
    }

    /** What a start does with data that it finds. */
    private static void startAgain(Path folder) {
        try (Main.Running running = start(folder); Connection connection = DriverManager.getConnection(url(running)); Statement statement = connection.createStatement()) {
            run(statement, "select count(*) from rehearsal_entry");
        } catch (SQLException e) {
            System.err.println(e.getMessage());
        }
    }

    /** Where three nodes cannot be had, the cache lacks them; a node alone does not need that part. */
    private static void cluster() throws IOException {
        Path folder = Files.createTempDirectory("craton-rehearsal");
        try {
            RehearsedCluster.run(folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.err.println(e.getMessage());
        } finally {
            delete(folder);
        }
    }

    /** Half of the sessions send extended queries, half simple ones. */
    private static void load(String url) throws InterruptedException {
        List<Thread> sessions = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            int number = i;
            sessions.add(Thread.ofPlatform().start(() -> {
                try (Connection connection = DriverManager.getConnection(url + (number % 2 == 0 ? "&prepareThreshold=1" : "&preferQueryMode=simple"))) {
                    transactions(connection, number);
                } catch (SQLException e) {
                    System.err.println(e.getMessage());
                }
            }));
        }
        for (Thread session : sessions) session.join();
    }

    private static void transactions(Connection connection, int number) throws SQLException {
        long end = System.nanoTime() + LOAD_NANOS;
        try (PreparedStatement read = connection.prepareStatement("select balance from rehearsal_account where id = ?");
                PreparedStatement write = connection.prepareStatement("update rehearsal_account set balance = balance + ? where id = ?");
                PreparedStatement insert = connection.prepareStatement("insert into rehearsal_entry (id, account, delta, at, note) values (?, ?, ?, current_timestamp, 'a note')");
                PreparedStatement append = connection.prepareStatement("insert into rehearsal_history (account, delta, at) values (?, ?, current_timestamp)")) {
            for (int i = 0; System.nanoTime() < end; i++) {
                int account = number * 250 + i % 250;
                boolean together = i % 2 == 0;
                connection.setAutoCommit(!together);
                write.setInt(1, i % 7);
                write.setInt(2, account);
                write.executeUpdate();
                read.setInt(1, account);
                try (ResultSet rows = read.executeQuery()) {
                    while (rows.next()) rows.getInt(1);
                }
                insert.setLong(1, i * 1_000_003L % 100_000_000L * SESSIONS + number);
                insert.setInt(2, account);
                insert.setInt(3, i);
                insert.executeUpdate();
                append.setInt(1, account);
                append.setInt(2, i);
                append.executeUpdate();
                if (together) connection.commit();
            }
        }
    }

    private static void run(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            System.err.println(sql + ": " + e.getMessage());
        }
    }

    static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
