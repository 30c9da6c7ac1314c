package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/** Two regions, each a cluster of one process; the first one's has the directory of both. */
class RegionsTest {
    private static final String SECRET_ROW = "nobody-abroad-may-have-this";

    private static String admin(ServerProcess node, String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter both = new PrintWriter(out, true);
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--host", "127.0.0.1", "--port", Integer.toString(node.port()), "--user", "postgres")).toArray(String[]::new);
        assertThat(AdminMain.run(both, both, all)).as(out.toString()).isZero();
        return out.toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean holds(Path folder, String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(new String(wanted, StandardCharsets.ISO_8859_1))) return true;
            }
        }
        return false;
    }

    @Test
    @Timeout(300)
    void sessionsFindTheRegionOfTheirDatabase(@TempDir Path root) throws Exception {
        int port = freePort();
        Map<String, String> directory = Map.of("CRATON_DIRECTORY", "127.0.0.1:" + port, "CRATON_REGION", "us-east");
        ServerProcess us = ServerProcess.startAt(port, root.resolve("us"), "256m", directory);
        ServerProcess eu = ServerProcess.start(root.resolve("eu"), "256m", Map.of("CRATON_DIRECTORY", "127.0.0.1:" + port, "CRATON_REGION", "eu-west"));
        try {
            try (Connection early = eu.connect()) {
                assertThatThrownBy(() -> TestNode.run(early, "create database too_early")).hasMessageContaining("the directory of regions cannot be asked").extracting(RegionsTest::state).isEqualTo("57P03");
            }
            admin(us, "region", "add", "us-east", "--address", "127.0.0.1:" + us.port());
            admin(us, "region", "add", "eu-west", "--address", "127.0.0.1:" + eu.port());
            try (Connection american = us.connect(); Connection european = eu.connect()) {
                TestNode.run(american, "create database apples");
                TestNode.run(european, "create database birnen");
                assertThatThrownBy(() -> TestNode.run(american, "create database birnen")).hasMessageContaining("already exists in region \"eu-west\"").extracting(RegionsTest::state).isEqualTo("42P04");
            }
            try (Connection birnen = eu.connect("birnen")) {
                TestNode.run(birnen, "create table t (v text)", "insert into t values ('" + SECRET_ROW + "')");
            }
            PSQLException refused = refused(us, "birnen");
            assertThat(refused.getSQLState()).isEqualTo("08004");
            assertThat(refused.getServerErrorMessage().getMessage()).isEqualTo("database \"birnen\" is in region \"eu-west\", not in \"us-east\"");
            assertThat(refused.getServerErrorMessage().getHint()).isEqualTo("Connect to 127.0.0.1:" + eu.port() + ".");
            assertThat(refused(eu, "apples").getSQLState()).isEqualTo("08004");
            assertThat(refused(eu, "nowhere").getSQLState()).isEqualTo("3D000");
            assertThat(admin(us, "region", "locate", "birnen")).isEqualTo("database birnen: region eu-west, 127.0.0.1:" + eu.port() + System.lineSeparator());
            assertThat(admin(us, "region", "list")).containsPattern("eu-west +127.0.0.1:" + eu.port() + " +1");

            try (Connection european = eu.connect(); Connection american = us.connect()) {
                // a rename that does not hold keeps the name
                TestNode.run(european, "begin", "alter database birnen rename to pears", "rollback");
                TestNode.run(european, "begin", "savepoint s", "alter database birnen rename to pears", "rollback to s", "commit");
                assertThatThrownBy(() -> TestNode.run(american, "create database birnen")).extracting(RegionsTest::state).isEqualTo("42P04");
                TestNode.run(european, "alter database birnen rename to pears");
                TestNode.run(american, "create database birnen", "drop database birnen");
            }
            assertThat(refused(us, "pears").getSQLState()).isEqualTo("08004");
            us.kill();
            // what is here goes on without the directory; what is not cannot be looked up
            try (Connection pears = eu.connect("pears")) {
                assertThat(TestNode.value(pears, "select v from t")).isEqualTo(SECRET_ROW);
            }
            assertThat(refused(eu, "never_seen").getSQLState()).isEqualTo("57P03");
            assertThat(holds(root.resolve("us"), SECRET_ROW)).isFalse();
            assertThat(holds(root.resolve("eu"), SECRET_ROW)).isTrue();

            us = ServerProcess.startAt(port, root.resolve("us"), "256m", directory);
            try (Connection european = eu.connect(); Connection american = us.connect()) {
                TestNode.run(european, "drop database pears");
                TestNode.run(american, "create database pears");
            }
            assertThat(refused(eu, "pears").getSQLState()).isEqualTo("08004");
        } finally {
            us.kill();
            eu.kill();
        }
    }

    private static PSQLException refused(ServerProcess node, String database) {
        return catchThrowableOfType(PSQLException.class, () -> node.connect(database).close());
    }

    private static String state(Throwable e) {
        return ((SQLException) e).getSQLState();
    }
}
