package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.util.PSQLException;

/** A database that somebody is in is not dropped or renamed; who is about to leave is waited for, as in PostgreSQL. */
@ExtendWith(TestNode.class)
@Timeout(180)
class DatabaseInUseTest {
    @Test
    void whoLeavesIsWaitedFor() throws Exception {
        String database = "used_" + TestNode.newSchema();
        try (Connection admin = TestNode.connect()) {
            TestNode.run(admin, "create database " + database);
            CompletableFuture<Void> leaves;
            try (Connection other = connect(database)) {
                leaves = CompletableFuture.runAsync(() -> close(other), CompletableFuture.delayedExecutor(400, TimeUnit.MILLISECONDS));
                TestNode.run(admin, "alter database " + database + " rename to " + database + "_2");
                leaves.get();
            }
            try (Connection other = connect(database + "_2")) {
                leaves = CompletableFuture.runAsync(() -> close(other), CompletableFuture.delayedExecutor(400, TimeUnit.MILLISECONDS));
                TestNode.run(admin, "drop database " + database + "_2");
                leaves.get();
            }
        }
    }

    @Test
    void whoStaysKeepsIt() throws Exception {
        String database = "used_" + TestNode.newSchema();
        try (Connection admin = TestNode.connect()) {
            TestNode.run(admin, "create database " + database);
            try (Connection other = connect(database)) {
                for (String statement : List.of("drop database " + database, "alter database " + database + " rename to " + database + "_2")) {
                    PSQLException refused = catchThrowableOfType(PSQLException.class, () -> TestNode.run(admin, statement));
                    assertThat(refused.getSQLState()).isEqualTo("55006");
                    assertThat(refused.getServerErrorMessage().getMessage()).isEqualTo("database \"" + database + "\" is being accessed by other users");
                    assertThat(refused.getServerErrorMessage().getDetail()).isEqualTo("There is 1 other session using the database.");
                }
                assertThat(TestNode.value(other, "select current_database()")).isEqualTo(database);
            }
            TestNode.run(admin, "drop database " + database);
        }
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + TestNode.port() + "/" + database, "postgres", "");
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
