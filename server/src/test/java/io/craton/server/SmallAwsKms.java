package io.craton.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** AWS KMS: Encrypt and Decrypt of JSON 1.1, signed by version 4; an alias and the keys it stood for. */
final class SmallAwsKms implements SmallKeys {
    private static final String ALIAS = "alias/craton";
    private static final String ARN = "arn:aws:kms:eu-central-1:123456789012:key/";

    private final Map<String, Versions> keys = new ConcurrentHashMap<>();
    private volatile int newest;
    private final SmallService service;

    SmallAwsKms() throws IOException {
        rotate();
        service = new SmallService(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), this::answer);
    }

    @Override
    public String provider() {
        return "aws-kms";
    }

    @Override
    public String keyId() {
        return ALIAS;
    }

    @Override
    public String unknownKeyId() {
        return ARN + "none";
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:" + service.port(), "AWS_REGION", "eu-central-1", "AWS_ACCESS_KEY_ID", "somebody", "AWS_SECRET_ACCESS_KEY", "secret",
                "AWS_EC2_METADATA_DISABLED", "true");
    }

    @Override
    public void rotate() {
        keys.put(ARN + (newest + 1), new Versions());
        newest++;
    }

    @Override
    public void deny(boolean denied) {
        service.denied = denied;
    }

    @Override
    public void delay(long millis) {
        service.delayMillis = millis;
    }

    private void answer(HttpExchange exchange, String path, JsonNode request) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null || !authorization.matches("AWS4-HMAC-SHA256 Credential=somebody/\\d+/eu-central-1/kms/aws4_request, .*")) {
            error(exchange, "IncompleteSignatureException", "no signature");
            return;
        }
        String key = request.path("KeyId").asText();
        if (key.equals(ALIAS)) key = ARN + newest;
        @Nullable Versions versions = keys.get(key);
        if (service.denied) error(exchange, "AccessDeniedException", "User: somebody is not authorized to perform: kms:Encrypt on this resource");
        else if (versions == null) error(exchange, "NotFoundException", "Key '" + key + "' does not exist");
        else {
            byte[] context = context(request);
            switch (exchange.getRequestHeaders().getFirst("X-Amz-Target")) {
                case "TrentService.Encrypt" -> SmallService.send(exchange, 200, Map.of("KeyId", key, "EncryptionAlgorithm", "SYMMETRIC_DEFAULT",
                        "CiphertextBlob", versions.seal(1, context, request.path("Plaintext").binaryValue())));
                case "TrentService.Decrypt" -> decrypt(exchange, key, versions, context, Base64.getDecoder().decode(request.path("CiphertextBlob").asText()));
                default -> error(exchange, "UnknownOperationException", "");
            }
        }
    }

    private static void decrypt(HttpExchange exchange, String key, Versions versions, byte[] context, byte[] sealed) throws IOException {
        byte[] plain;
        try {
            plain = versions.open(context, sealed);
        } catch (IOException e) {
            error(exchange, "InvalidCiphertextException", "");
            return;
        }
        SmallService.send(exchange, 200, Map.of("KeyId", key, "Plaintext", plain, "EncryptionAlgorithm", "SYMMETRIC_DEFAULT"));
    }

    private static byte[] context(JsonNode request) {
        var sorted = new TreeMap<String, String>();
        request.path("EncryptionContext").properties().forEach(each -> sorted.put(each.getKey(), each.getValue().asText()));
        return sorted.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void error(HttpExchange exchange, String type, String message) throws IOException {
        SmallService.send(exchange, 400, Map.of("__type", type, "message", message));
    }

    @Override
    public void close() {
        service.close();
    }
}
