package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** /ready of running nodes in the states that its answer tells apart. */
class ReadinessTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir Path parent;
    private final List<NodeAssembly> nodes = new ArrayList<>();
    private final List<DataFolder> folders = new ArrayList<>();

    private NodeAssembly start(String name, Map<ConfigKey, String> flags) {
        Map<ConfigKey, String> all = new HashMap<>(flags);
        all.put(ConfigKey.BIND_ADDRESS, "127.0.0.1:0");
        all.put(ConfigKey.DATA_DIR, parent.resolve(name).toString());
        var sources = new Configuration.Sources(null, Map.of(), all);
        Configuration configuration = sources.read();
        DataFolder folder = DataFolder.open(parent.resolve(name));
        folders.add(folder);
        NodeAssembly node = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stop() {
        nodes.forEach(NodeAssembly::close);
        folders.forEach(DataFolder::close);
    }

    private record Ready(int code, JsonNode page) {
        String status() {
            return page.path("status").asText();
        }

        JsonNode check(String name) {
            return page.path("checks").path(name);
        }
    }

    private static Ready ready(NodeAssembly node) throws IOException, InterruptedException {
        HttpResponse<String> answer = CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.address().getPort() + "/ready")).build(),
                HttpResponse.BodyHandlers.ofString());
        return new Ready(answer.statusCode(), new ObjectMapper().readTree(answer.body()));
    }

    private static Ready awaitCluster(NodeAssembly node, String state) throws IOException, InterruptedException {
        long until = System.nanoTime() + 90_000_000_000L;
        Ready ready = ready(node);
        while (!ready.check("cluster").path("status").asText().equals(state) && System.nanoTime() < until) {
            Thread.sleep(50);
            ready = ready(node);
        }
        assertThat(ready.check("cluster").path("status").asText()).as(ready.page.toString()).isEqualTo(state);
        return ready;
    }

    private static Socket open(int port) throws IOException {
        byte[] parameters = "user\0postgres\0database\0postgres\0\0".getBytes(StandardCharsets.US_ASCII);
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(ByteBuffer.allocate(8 + parameters.length).putInt(8 + parameters.length).putInt(3 << 16).put(parameters).array());
        return socket;
    }

    private static void awaitReadyForQuery(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        for (int type = in.read(); type != 'Z'; type = in.read()) in.skipNBytes(in.readInt() - 4);
    }

    @Test
    void aNodeWhoseFolderCannotBeWrittenIsUnhealthyAndAliveAllTheSame() throws Exception {
        NodeAssembly node = start("one", Map.of());
        assertThat(ready(node).page.path("checks").properties()).extracting(Map.Entry::getKey)
                .containsExactly("disk", "memory", "data_dir", "connections", "cluster", "projections");
        assertThat(ready(node).check("data_dir").path("status").asText()).isEqualTo("ok");
        Files.move(parent.resolve("one/wal"), parent.resolve("elsewhere"));
        Ready ready = ready(node);
        assertThat(ready.code).isEqualTo(503);
        assertThat(ready.status()).isEqualTo("unhealthy");
        assertThat(ready.check("data_dir").path("message").asText()).startsWith("the data folder is not writable");
        HttpResponse<String> health = CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.address().getPort() + "/health")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(health.statusCode()).isEqualTo(200);
        Files.move(parent.resolve("elsewhere"), parent.resolve("one/wal"));
        assertThat(ready(node).check("data_dir").path("status").asText()).isEqualTo("ok");
    }

    @Test
    void overNineHundredConnectionsItIsDegradedButServes() throws Exception {
        NodeAssembly node = start("one", Map.of());
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 901; i++) sockets.add(open(node.address().getPort()));
            for (Socket socket : sockets) awaitReadyForQuery(socket);
            Ready ready = ready(node);
            assertThat(ready.code).isEqualTo(200);
            assertThat(ready.status()).isEqualTo("degraded");
            assertThat(ready.check("connections").path("message").asText()).isEqualTo("901 connections are open");
        } finally {
            for (Socket socket : sockets) socket.close();
        }
    }

    @Test
    void withoutAMajorityItIsUnhealthy() throws Exception {
        String first = "127.0.0.1:" + FreePorts.next();
        String second = "127.0.0.1:" + FreePorts.next();
        NodeAssembly one = start("one", Map.of(ConfigKey.NODE_ID, "1", ConfigKey.CLUSTER_ADDRESS, first, ConfigKey.CLUSTER_PEERS, second));
        Ready forming = ready(one);
        assertThat(forming.code).isEqualTo(503);
        assertThat(forming.check("cluster").path("message").asText()).isEqualTo("the cluster has no leader (this node is forming)");
        NodeAssembly two = start("two", Map.of(ConfigKey.NODE_ID, "2", ConfigKey.CLUSTER_ADDRESS, second, ConfigKey.CLUSTER_PEERS, first));
        awaitCluster(two, "ok");
        awaitCluster(one, "ok");
        two.close();
        Ready alone = awaitCluster(one, "unhealthy");
        assertThat(alone.code).isEqualTo(503);
    }
}
