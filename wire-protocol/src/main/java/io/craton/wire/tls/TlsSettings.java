package io.craton.wire.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * TLS as configured.
 *
 * @param certificate PEM file: the server's certificate, then its chain
 * @param key PEM file: PKCS#8 private key
 * @param authorities PEM file of the authorities that sign client certificates, null when clients show none
 */
public record TlsSettings(Path certificate, Path key, @Nullable Path authorities, ClientCertificate clientCertificate,
        PlainConnections plainConnections) {

    public enum ClientCertificate { NOT_ASKED, REQUIRED }

    /** Are PostgreSQL connections without TLS let in? */
    public enum PlainConnections { ALLOWED, REFUSED }

    public TlsSettings {
        if (clientCertificate == ClientCertificate.REQUIRED && authorities == null) {
            throw new IllegalArgumentException("client certificates are required, but no authorities are given");
        }
    }

    /** Why clients that look at the server's certificate will not take it today, in words; null when they will, as far as its dates go. */
    public @Nullable String outOfDate() throws IOException {
        try (InputStream in = Files.newInputStream(certificate)) {
            X509Certificate own = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            try {
                own.checkValidity();
                return null;
            } catch (CertificateExpiredException e) {
                return "the TLS certificate " + certificate + " expired at " + own.getNotAfter().toInstant();
            } catch (CertificateNotYetValidException e) {
                return "the TLS certificate " + certificate + " is not valid before " + own.getNotBefore().toInstant();
            }
        } catch (CertificateException e) {
            throw new IOException("cannot read TLS certificate " + certificate + ": " + e.getMessage(), e);
        }
    }
}
