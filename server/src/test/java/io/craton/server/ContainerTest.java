package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** One node and three of the container file, where Docker is present and {@code mvn -Pdist -DskipTests package} has run. */
class ContainerTest {
    private static final Path DISTRIBUTION = Path.of("..", "distribution");
    private static final int CLIENTS = 5432;
    private static final String SECRET = "a secret of this test";

    private static ImageFromDockerfile image;
    private final List<GenericContainer<?>> started = new ArrayList<>();

    @BeforeAll
    static void build() {
        Path stage = DISTRIBUTION.resolve("target/stage");
        skipUnless(Files.isDirectory(stage), "there is no " + stage + ": mvn -Pdist -DskipTests package makes it");
        skipUnless(docker(), "Docker does not answer");
        image = new ImageFromDockerfile("craton-test", true).withFileFromPath("stage", stage).withFileFromPath("Dockerfile", DISTRIBUTION.resolve("src/container/Containerfile"));
    }

    private static void skipUnless(boolean there, String reason) {
        if (!there) System.out.println("ContainerTest skipped: " + reason);
        assumeTrue(there, reason);
    }

    private static boolean docker() {
        try {
            return DockerClientFactory.instance().isDockerAvailable();
        } catch (RuntimeException e) {
            return false;
        }
    }

    @AfterEach
    void stop() {
        for (GenericContainer<?> each : started) each.stop();
    }

    private GenericContainer<?> container() {
        GenericContainer<?> container = new GenericContainer<>(image).withEnv("CRATON_PASSWORD", SECRET).withExposedPorts(CLIENTS)
                .waitingFor(Wait.forHttp("/ready").forPort(CLIENTS).withStartupTimeout(Duration.ofMinutes(2)));
        started.add(container);
        return container;
    }

    private static Connection connect(GenericContainer<?> node) throws Exception {
        return DriverManager.getConnection("jdbc:postgresql://" + node.getHost() + ":" + node.getMappedPort(CLIENTS) + "/postgres", "postgres", SECRET);
    }

    @Test
    void oneNodeKeepsItsDataOverARestart() throws Exception {
        GenericContainer<?> node = container();
        node.start();
        try (Connection connection = connect(node)) {
            TestNode.run(connection, "create table t (i int primary key)", "insert into t select generate_series(1, 100)");
        }
        assertThat(node.execInContainer("craton-admin", "status").getExitCode()).isZero();
        node.getDockerClient().restartContainerCmd(node.getContainerId()).exec();
        Wait.forHttp("/ready").forPort(CLIENTS).withStartupTimeout(Duration.ofMinutes(2)).waitUntilReady(node);
        try (Connection connection = connect(node)) {
            assertThat(TestNode.value(connection, "select count(*) from t")).isEqualTo("100");
        }
    }

    @Test
    void threeNodesFormAClusterAndOutliveOne() throws Exception {
        try (Network network = Network.newNetwork()) {
            List<GenericContainer<?>> nodes = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                nodes.add(container().withNetwork(network).withNetworkAliases("node" + i).withEnv("CRATON_NODE_ID", Integer.toString(i)).withEnv("CRATON_CLUSTER_SECRET", SECRET)
                        .withEnv("CRATON_CLUSTER_PEERS", "node1:7001,node2:7001,node3:7001").withEnv("CRATON_ADVERTISE_ADDRESS", "node" + i + ":7001"));
            }
            nodes.parallelStream().forEach(GenericContainer::start);
            try (Connection connection = connect(nodes.get(0))) {
                TestNode.run(connection, "create table t (i int primary key)", "insert into t values (1)");
            }
            nodes.get(2).stop();
            try (Connection connection = connect(nodes.get(1))) {
                TestNode.run(connection, "insert into t values (2)");
                assertThat(TestNode.value(connection, "select count(*) from t")).isEqualTo("2");
            }
        }
    }
}
