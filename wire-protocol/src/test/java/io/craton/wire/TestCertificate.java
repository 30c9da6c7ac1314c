package io.craton.wire;

import io.craton.wire.tls.TlsSettings;
import io.craton.wire.tls.TlsSettings.ClientCertificate;
import io.craton.wire.tls.TlsSettings.PlainConnections;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A self-signed certificate for localhost, made by the JDK's keytool. */
final class TestCertificate {
    private TestCertificate() {}

    static TlsSettings in(Path folder, PlainConnections plain) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-alias", "a", "-keyalg", "EC", "-dname", "CN=localhost", "-storetype", "PKCS12", "-keystore", store.toString(),
                "-storepass", "password", "-validity", "2").redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) throw new IOException(said);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "password".toCharArray());
        }
        Path certificate = pem(folder.resolve("server.crt"), "CERTIFICATE", keys.getCertificate("a").getEncoded());
        Path key = pem(folder.resolve("server.key"), "PRIVATE KEY", keys.getKey("a", "password".toCharArray()).getEncoded());
        return new TlsSettings(certificate, key, null, ClientCertificate.NOT_ASKED, plain);
    }

    private static Path pem(Path file, String kind, byte[] bytes) throws IOException {
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + kind + "-----\n");
    }
}
