package io.craton.server.admin;

import io.craton.server.config.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom a command trusts, and the certificate that it shows: libpq's variables. */
public final class TlsOptions {
    private static final char[] NO_PASSWORD = new char[0];

    @Option(names = "--ssl-root-cert", paramLabel = "<FILE>", defaultValue = "${env:PGSSLROOTCERT:-}",
            description = "PEM file of the authorities that sign nodes' certificates (default: PGSSLROOTCERT, or those that Java trusts)")
    private String authorities = "";

    @Option(names = "--ssl-cert", paramLabel = "<FILE>", defaultValue = "${env:PGSSLCERT:-}", description = "PEM file of the certificate to show (default: PGSSLCERT)")
    private String certificate = "";

    @Option(names = "--ssl-key", paramLabel = "<FILE>", defaultValue = "${env:PGSSLKEY:-}", description = "Its key, PEM or DER, PKCS#8, unencrypted (default: PGSSLKEY)")
    private String key = "";

    private interface Reading<T> {
        T read() throws IOException, GeneralSecurityException;
    }

    SSLContext context() {
        return usable(() -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            return context;
        });
    }

    private static <T> T usable(Reading<T> files) {
        try {
            return files.read();
        } catch (NoSuchFileException e) {
            throw new StartException(StartException.USAGE, "there is no file " + e.getFile());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new StartException(StartException.USAGE, "the certificates given cannot be used: " + e.getMessage());
        }
    }

    /** For pgjdbc. */
    void addTo(Properties properties) {
        String mode = System.getenv("PGSSLMODE");
        if (mode != null && !mode.isEmpty()) properties.setProperty("sslmode", mode);
        else if (!authorities.isEmpty()) properties.setProperty("sslmode", "verify-full");
        if (!authorities.isEmpty()) properties.setProperty("sslrootcert", authorities);
        if (!certificate.isEmpty()) properties.setProperty("sslcert", certificate);
        if (!key.isEmpty()) properties.setProperty("sslkey", key);
        // It takes a key in PEM for RSA's, whatever the certificate says.
        if (!certificate.isEmpty()) properties.setProperty("pemKeyAlgorithm", usable(() -> algorithm(certificates(Path.of(certificate)).iterator().next())));
    }

    /** What to add to the message of a lost connection: a node that wants a certificate ends it in one of several ways, none of which says so. */
    String hint(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof CertPathBuilderException || each instanceof CertPathValidatorException) {
                return authorities.isEmpty() ? "; name the file of the authority that signed the node's certificate: --ssl-root-cert or PGSSLROOTCERT"
                        : "; " + authorities + " does not vouch for the node's certificate";
            }
        }
        if (!certificate.isEmpty()) return "";
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String message = String.valueOf(each.getMessage());
            boolean ended = each instanceof SSLException ? message.contains("Received fatal alert") : each instanceof SocketException && !(each instanceof ConnectException);
            if (ended) return "; a node that requires client certificates ends connections so: give --ssl-cert and --ssl-key";
        }
        return "";
    }

    private TrustManager @Nullable [] trust() throws IOException, GeneralSecurityException {
        if (authorities.isEmpty()) return null;
        KeyStore store = empty();
        int number = 0;
        for (Certificate each : certificates(Path.of(authorities))) store.setCertificateEntry("authority" + number++, each);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] keys() throws IOException, GeneralSecurityException {
        if (certificate.isEmpty() != key.isEmpty()) throw new IllegalArgumentException("--ssl-cert and --ssl-key go together");
        if (certificate.isEmpty()) return null;
        Certificate[] chain = certificates(Path.of(certificate)).toArray(Certificate[]::new);
        KeyStore store = empty();
        store.setKeyEntry("own", key(algorithm(chain[0])), NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static String algorithm(Certificate certificate) {
        return certificate.getPublicKey().getAlgorithm();
    }

    private PrivateKey key(String algorithm) throws IOException, GeneralSecurityException {
        byte[] bytes = Files.readAllBytes(Path.of(key));
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (text.startsWith("-----BEGIN")) bytes = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) throw new IllegalArgumentException(file + " holds no certificate");
            return found;
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        return store;
    }
}
