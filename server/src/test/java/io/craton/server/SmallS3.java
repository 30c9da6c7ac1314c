package io.craton.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** One bucket over S3's HTTP API, in memory: objects by path, lists of three at a time, checksums verified, requests without a signature refused. */
final class SmallS3 implements AutoCloseable {
    private static final int PAGE = 3;

    final String bucket = "backups";
    final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    volatile boolean full;
    private final HttpServer server;

    SmallS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange);
            }
        });
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    Map<String, String> environment() {
        return Map.of("AWS_ENDPOINT_URL_S3", endpoint(), "AWS_ACCESS_KEY_ID", "somebody", "AWS_SECRET_ACCESS_KEY", "secret", "AWS_EC2_METADATA_DISABLED", "true");
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String path = exchange.getRequestURI().getPath();
        if (authorization == null || !authorization.startsWith("AWS4-HMAC-SHA256 Credential=somebody/")) error(exchange, 403, "AccessDenied");
        else if (!path.equals("/" + bucket) && !path.startsWith("/" + bucket + "/")) error(exchange, 404, "NoSuchBucket");
        else if (path.length() <= bucket.length() + 2) list(exchange);
        else object(exchange, path.substring(bucket.length() + 2), body);
    }

    private void object(HttpExchange exchange, String key, byte[] body) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                byte[] content = content(exchange, body);
                if (content == null) error(exchange, 400, "BadDigest");
                else if (full) error(exchange, 403, "QuotaExceeded");
                else {
                    objects.put(key, content);
                    send(exchange, 200, new byte[0]);
                }
            }
            case "GET", "HEAD" -> {
                byte[] content = objects.get(key);
                if (content == null) error(exchange, 404, "NoSuchKey");
                else send(exchange, 200, content);
            }
            case "DELETE" -> {
                objects.remove(key);
                send(exchange, 204, new byte[0]);
            }
            default -> error(exchange, 405, "MethodNotAllowed");
        }
    }

    /** Null when the checksum that came with it does not hold, or none came. */
    private static byte @Nullable [] content(HttpExchange exchange, byte[] body) throws IOException {
        Map<String, String> sums = new HashMap<>();
        byte[] content = body;
        String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
        if (encoding != null && encoding.contains("aws-chunked")) {
            var in = new DataInputStream(new ByteArrayInputStream(body));
            var out = new ByteArrayOutputStream();
            for (int size = size(line(in)); size > 0; size = size(line(in))) {
                out.write(in.readNBytes(size));
                line(in);
            }
            for (String trailer = line(in); !trailer.isEmpty(); trailer = line(in)) sums.put(trailer.replaceFirst(":.*", ""), trailer.replaceFirst("[^:]*:", "").strip());
            content = out.toByteArray();
        }
        String sum = sums.getOrDefault("x-amz-checksum-sha256", exchange.getRequestHeaders().getFirst("x-amz-checksum-sha256"));
        try {
            return sum != null && sum.equals(Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(content))) ? content : null;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static int size(String line) {
        return Integer.parseInt(line.replaceFirst(";.*", ""), 16);
    }

    private static String line(DataInputStream in) throws IOException {
        var text = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) if (c != '\r') text.append((char) c);
        return text.toString();
    }

    private void list(HttpExchange exchange) throws IOException {
        Map<String, String> query = new TreeMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String part : raw == null ? new String[0] : raw.split("&")) {
            query.put(part.replaceFirst("=.*", ""), URLDecoder.decode(part.contains("=") ? part.replaceFirst("[^=]*=", "") : "", StandardCharsets.UTF_8));
        }
        String prefix = query.getOrDefault("prefix", "");
        String after = query.getOrDefault("continuation-token", "");
        List<String> keys = objects.keySet().stream().filter(key -> key.startsWith(prefix) && key.compareTo(after) > 0).limit(PAGE + 1).toList();
        boolean more = keys.size() > PAGE;
        var page = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>" + bucket + "</Name>");
        page.append("<KeyCount>").append(Math.min(PAGE, keys.size())).append("</KeyCount><IsTruncated>").append(more).append("</IsTruncated>");
        for (String key : keys.subList(0, Math.min(PAGE, keys.size()))) {
            page.append("<Contents><Key>").append(key).append("</Key><Size>").append(objects.getOrDefault(key, new byte[0]).length).append("</Size></Contents>");
        }
        if (more) page.append("<NextContinuationToken>").append(keys.get(PAGE - 1)).append("</NextContinuationToken>");
        send(exchange, 200, page.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        send(exchange, status, ("<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>refused by the test</Message></Error>").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head) exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
