package io.craton.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.spec.MGF1ParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Azure Key Vault: wrapkey and unwrapkey of one RSA key with versions, by TLS as its client insists; it names the place where a secret becomes a token, and is that too. */
final class SmallAzureVault implements SmallKeys {
    private static final String PASSWORD = "changeit";
    private static final OAEPParameterSpec PADDING = new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    private final List<KeyPair> versions = new CopyOnWriteArrayList<>();
    private final SSLContext before;
    private final SmallService service;

    SmallAzureVault(Path folder) throws Exception {
        Path store = certificate(folder);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream content = Files.newInputStream(store)) {
            keys.load(content, PASSWORD.toCharArray());
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("vault", keys.getCertificate("vault"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        before = SSLContext.getDefault();
        SSLContext.setDefault(tls);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        rotate();
        service = new SmallService(server, this::answer);
    }

    private static Path certificate(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("vault.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD,
                "-alias", "vault", "-keyalg", "EC", "-dname", "CN=vault", "-ext", "san=ip:127.0.0.1,dns:localhost", "-validity", "2").inheritIO().start();
        if (keytool.waitFor() != 0) throw new IllegalStateException("keytool failed");
        return store;
    }

    private String base() {
        return "https://127.0.0.1:" + service.port();
    }

    @Override
    public String provider() {
        return "azure-keyvault";
    }

    @Override
    public String keyId() {
        return base() + "/keys/craton";
    }

    @Override
    public String unknownKeyId() {
        return base() + "/keys/none";
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("AZURE_CLIENT_ID", "somebody", "AZURE_CLIENT_SECRET", "secret", "AZURE_TENANT_ID", "directory", "AZURE_AUTHORITY_HOST", base() + "/");
    }

    @Override
    public void rotate() {
        try {
            KeyPairGenerator pairs = KeyPairGenerator.getInstance("RSA");
            pairs.initialize(2048);
            versions.add(pairs.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
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
        String[] parts = path.split("/");
        if (path.endsWith("/.well-known/openid-configuration")) {
            String directory = base() + "/directory";
            SmallService.send(exchange, 200, Map.of("token_endpoint", directory + "/oauth2/v2.0/token", "authorization_endpoint", directory + "/oauth2/v2.0/authorize",
                    "device_authorization_endpoint", directory + "/oauth2/v2.0/devicecode", "issuer", directory + "/v2.0"));
        } else if (path.endsWith("/oauth2/v2.0/token")) {
            SmallService.send(exchange, 200, Map.of("token_type", "Bearer", "expires_in", 3600, "ext_expires_in", 3600, "access_token", "opaque"));
        } else if (!"Bearer opaque".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer authorization=\"" + base() + "/directory\", resource=\"https://vault.azure.net\"");
            error(exchange, 401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
        } else if (service.denied) error(exchange, 403, "Forbidden", "Caller is not authorized to perform action on resource.");
        else if (parts.length < 4 || !parts[1].equals("keys") || !parts[2].equals("craton")) error(exchange, 404, "KeyNotFound", "A key with (name/id) none was not found in this key vault.");
        else wrap(exchange, parts[parts.length - 1], parts.length > 4 && !parts[3].isEmpty() ? Integer.parseInt(parts[3]) : versions.size(), request);
    }

    private void wrap(HttpExchange exchange, String operation, int version, JsonNode request) throws IOException {
        if (!request.path("alg").asText().equals("RSA-OAEP-256") || version < 1 || version > versions.size()) {
            error(exchange, 400, "BadParameter", "no such algorithm or version");
            return;
        }
        KeyPair key = versions.get(version - 1);
        byte[] answer;
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            if (operation.equals("wrapkey")) cipher.init(Cipher.ENCRYPT_MODE, key.getPublic(), PADDING);
            else cipher.init(Cipher.DECRYPT_MODE, key.getPrivate(), PADDING);
            answer = cipher.doFinal(Base64.getUrlDecoder().decode(request.path("value").asText()));
        } catch (GeneralSecurityException e) {
            error(exchange, 400, "BadParameter", "The parameter is incorrect.");
            return;
        }
        SmallService.send(exchange, 200, Map.of("kid", keyId() + "/" + version, "value", Base64.getUrlEncoder().withoutPadding().encodeToString(answer)));
    }

    private static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        SmallService.send(exchange, status, Map.of("error", Map.of("code", code, "message", message)));
    }

    @Override
    public void close() {
        service.close();
        SSLContext.setDefault(before);
    }
}
