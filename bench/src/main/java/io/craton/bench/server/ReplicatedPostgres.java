package io.craton.bench.server;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL whose commits wait for one of its standbys, all on this machine: {@code synchronous_standby_names = 'ANY 1 (*)'}. */
public final class ReplicatedPostgres implements DatabaseServer {
    private final PostgresServer primary;
    private final Path work;
    private final int standbys;
    private final List<PostgresServer> others = new ArrayList<>();

    private ReplicatedPostgres(PostgresServer primary, Path work, int standbys) {
        this.primary = primary;
        this.work = work;
        this.standbys = standbys;
    }

    public static ReplicatedPostgres create(Path bin, Path work, int standbys) throws IOException, InterruptedException {
        return new ReplicatedPostgres(PostgresServer.create(bin, work), work, standbys);
    }

    @Override
    public String name() {
        return primary.name();
    }

    @Override
    public int port() {
        return primary.port();
    }

    @Override
    public Duration start() throws IOException, InterruptedException {
        Duration took = primary.start();
        while (others.size() < standbys) others.add(PostgresServer.standby(primary, work, "standby" + (others.size() + 1)));
        for (PostgresServer standby : others) standby.start();
        try {
            primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'", "SELECT pg_reload_conf()");
            awaitStreaming();
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return took;
    }

    private void awaitStreaming() throws SQLException, InterruptedException, IOException {
        for (int tries = 0; tries < 600; tries++) {
            try (Connection connection = primary.connect(); Statement statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'quorum'")) {
                rows.next();
                if (rows.getInt(1) == standbys) return;
            }
            Thread.sleep(100);
        }
        throw new IOException("the standbys do not stream");
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        primary.stop();
        for (PostgresServer standby : others) standby.stop();
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        primary.kill();
    }

    @Override
    public long residentBytes() throws IOException {
        long bytes = primary.residentBytes();
        for (PostgresServer standby : others) bytes += standby.residentBytes();
        return bytes;
    }

    @Override
    public void allowConnections(int connections) {
        primary.allowConnections(connections);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stop();
    }
}
