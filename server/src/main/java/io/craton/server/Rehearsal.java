package io.craton.server;

import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Starts a node in a temporary folder, sends it everyday statements, and stops: what the JVM saw goes into the start-up cache. */
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
            "drop table rehearsal");

    private Rehearsal() {}

    /** Exit status 0 when the node started and stopped, whatever the statements answered. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("craton-rehearsal");
        try (DataFolder data = DataFolder.open(folder);
                NodeAssembly node = NodeAssembly.start(
                        NodeConfig.of(data.root(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), data, () -> { })) {
            String url = "jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/postgres?user=postgres";
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
        } finally {
            delete(folder);
        }
    }

    private static void run(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            System.err.println(sql + ": " + e.getMessage());
        }
    }

    private static void delete(Path folder) throws IOException {
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
