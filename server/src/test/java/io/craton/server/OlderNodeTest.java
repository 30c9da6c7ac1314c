package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** craton-admin beside a node of a version whose status page gives no reasons: they follow from the states that it tells. */
class OlderNodeTest {
    private static final String HEALTHY_BUT = """
            {"node_id": 1, "state": "%s", "view": 4, "leader": %s, "commit_index": 90, "applied_index": 90, "cluster": {"id": "x", "healthy": %s, "peers": [
              {"id": 2, "state": "%s", "voter": true, "address": "b:7001", "last_seen": null, "applied_index": 0},
              {"id": 3, "state": "%s", "voter": false, "address": "c:7001", "last_seen": null, "applied_index": 0}]}}
            """;

    private String says(String page, String... command) throws IOException {
        HttpServer node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/status", exchange -> {
            byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        node.start();
        try {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            String[] all = java.util.Arrays.copyOf(command, command.length + 4);
            System.arraycopy(new String[] {"--host", "127.0.0.1", "--port", Integer.toString(node.getAddress().getPort())}, 0, all, command.length, 4);
            int status = AdminMain.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
            return status + "\n" + out + err;
        } finally {
            node.stop(0);
        }
    }

    @Test
    void theReasonIsSaid() throws Exception {
        String silent = HEALTHY_BUT.formatted("leader", "1", "false", "unreachable", "unreachable");
        assertThat(says(silent, "cluster", "status")).startsWith("1\n").contains("NOT healthy").endsWith("waiting for: node 2 does not answer\n");
        assertThat(says(silent, "cluster", "wait-healthy", "--timeout", "0")).startsWith("1\n").contains("not healthy within 0 s: node 2 does not answer\n");
        assertThat(says(HEALTHY_BUT.formatted("joining", "null", "false", "forming", "removed"), "cluster", "wait-healthy", "--timeout", "0"))
                .startsWith("1\n").contains("not healthy within 0 s: there is no leader; node 1 is joining; node 2 is forming\n");
        assertThat(says(HEALTHY_BUT.formatted("leader", "1", "false", "follower", "follower"), "cluster", "wait-healthy", "--timeout", "0"))
                .startsWith("1\n").contains("not healthy within 0 s: node 1 says so, and is of a version that does not say why\n");
        assertThat(says(HEALTHY_BUT.formatted("leader", "1", "true", "follower", "unreachable"), "cluster", "wait-healthy", "--timeout", "0")).isEqualTo("0\nhealthy\n");
    }
}
