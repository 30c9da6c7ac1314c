package io.craton.bench.load;

import io.craton.bench.server.DatabaseServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Another session while something large happens: one statement again and again until it is told to end, and how long each took. */
final class Beside {
    private final DatabaseServer server;
    private final String sql;
    private final LongUnaryOperator parameter;
    private final List<Double> millis = new ArrayList<>();
    private final Thread thread;
    private volatile boolean ended;
    private volatile @Nullable SQLException failure;

    private Beside(DatabaseServer server, String sql, LongUnaryOperator parameter) {
        this.server = server;
        this.sql = sql;
        this.parameter = parameter;
        this.thread = Thread.ofPlatform().unstarted(this::run);
    }

    /** @param parameter the value of the statement's only parameter, by how often it ran before */
    static Beside start(DatabaseServer server, String sql, LongUnaryOperator parameter) {
        Beside beside = new Beside(server, sql, parameter);
        beside.thread.start();
        return beside;
    }

    private void run() {
        try (Connection connection = server.connect(); PreparedStatement statement = connection.prepareStatement(sql)) {
            for (long i = 0; !ended; i++) {
                statement.setLong(1, parameter.applyAsLong(i));
                long started = System.nanoTime();
                statement.execute();
                millis.add((System.nanoTime() - started) / 1e6);
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    /** Ends it; what the statements took in milliseconds, in ascending order. */
    List<Double> end() throws SQLException, InterruptedException {
        ended = true;
        thread.join();
        SQLException broken = failure;
        if (broken != null) throw broken;
        Collections.sort(millis);
        return millis;
    }
}
