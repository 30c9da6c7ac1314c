package io.craton.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** JSON over HTTP: what the small services share. */
final class SmallService implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    interface Answer {
        void to(HttpExchange exchange, String path, JsonNode body) throws IOException;
    }

    volatile boolean denied;
    volatile long delayMillis;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    SmallService(HttpServer server, Answer answer) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
                String text = new String(body, StandardCharsets.UTF_8);
                answer.to(exchange, exchange.getRequestURI().getPath(), text.startsWith("{") ? JSON.readTree(text) : JSON.createObjectNode());
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    static void send(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        if (!exchange.getResponseHeaders().containsKey("Content-Type")) exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
