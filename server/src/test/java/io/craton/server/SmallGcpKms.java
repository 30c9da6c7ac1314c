package io.craton.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import java.util.zip.CRC32C;

/** Google Cloud KMS: encrypt and decrypt of one key with versions, and the place where a service account's signed word becomes a token. */
final class SmallGcpKms implements SmallKeys {
    private static final String KEY = "projects/p/locations/europe-west3/keyRings/r/cryptoKeys/";

    private final Versions versions = new Versions();
    private final Path credentials;
    private final SmallService service;

    SmallGcpKms(Path folder) throws IOException {
        service = new SmallService(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), this::answer);
        credentials = folder.resolve("service-account.json");
        try {
            KeyPairGenerator pairs = KeyPairGenerator.getInstance("RSA");
            pairs.initialize(2048);
            String pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(pairs.generateKeyPair().getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----\n";
            Files.writeString(credentials, SmallService.JSON.writeValueAsString(Map.of("type", "service_account", "project_id", "p", "client_id", "1", "client_email", "craton@p.iam.gserviceaccount.com",
                    "private_key_id", "k", "private_key", pem, "token_uri", "http://127.0.0.1:" + service.port() + "/token")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String provider() {
        return "gcp-kms";
    }

    @Override
    public String keyId() {
        return KEY + "craton";
    }

    @Override
    public String unknownKeyId() {
        return KEY + "none";
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("GOOGLE_APPLICATION_CREDENTIALS", credentials.toString(), "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS", "http://127.0.0.1:" + service.port() + "/");
    }

    @Override
    public void rotate() {
        versions.add();
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
        if (path.equals("/token")) {
            SmallService.send(exchange, 200, Map.of("access_token", "opaque", "expires_in", 3600, "token_type", "Bearer"));
            return;
        }
        String what = path.replaceFirst("^/v1/", "");
        if (!"Bearer opaque".equals(exchange.getRequestHeaders().getFirst("Authorization"))) error(exchange, 401, "UNAUTHENTICATED", "no token");
        else if (service.denied) error(exchange, 403, "PERMISSION_DENIED", "Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource");
        else if (what.matches("\\Q" + keyId() + "\\E(/cryptoKeyVersions/\\d+)?:encrypt")) encrypt(exchange, what.replaceFirst(":encrypt$", ""), request);
        else if (what.equals(keyId() + ":decrypt")) decrypt(exchange, request);
        else error(exchange, 404, "NOT_FOUND", "CryptoKey " + what + " not found.");
    }

    private void encrypt(HttpExchange exchange, String name, JsonNode request) throws IOException {
        byte[] plain = bytes(request, "plaintext");
        byte[] context = bytes(request, "additionalAuthenticatedData");
        int version = name.equals(keyId()) ? versions.newest() : Integer.parseInt(name.substring(name.lastIndexOf('/') + 1));
        byte[] sealed = versions.seal(version, context, plain);
        SmallService.send(exchange, 200, Map.of("name", keyId() + "/cryptoKeyVersions/" + version, "ciphertext", Base64.getEncoder().encodeToString(sealed), "ciphertextCrc32c", checksum(sealed),
                "verifiedPlaintextCrc32c", request.path("plaintextCrc32c").asText().equals(checksum(plain)),
                "verifiedAdditionalAuthenticatedDataCrc32c", request.path("additionalAuthenticatedDataCrc32c").asText().equals(checksum(context)), "protectionLevel", "SOFTWARE"));
    }

    private void decrypt(HttpExchange exchange, JsonNode request) throws IOException {
        byte[] plain;
        try {
            plain = versions.open(bytes(request, "additionalAuthenticatedData"), bytes(request, "ciphertext"));
        } catch (IOException e) {
            error(exchange, 400, "INVALID_ARGUMENT", "Decryption failed: verify that 'name' refers to the correct CryptoKey.");
            return;
        }
        SmallService.send(exchange, 200, Map.of("plaintext", Base64.getEncoder().encodeToString(plain), "plaintextCrc32c", checksum(plain), "usedPrimary", true, "protectionLevel", "SOFTWARE"));
    }

    private static byte[] bytes(JsonNode request, String field) {
        return Base64.getDecoder().decode(request.path(field).asText());
    }

    private static String checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Long.toString(crc.getValue());
    }

    private static void error(HttpExchange exchange, int code, String status, String message) throws IOException {
        SmallService.send(exchange, code, Map.of("error", Map.of("code", code, "status", status, "message", message)));
    }

    @Override
    public void close() {
        service.close();
    }
}
