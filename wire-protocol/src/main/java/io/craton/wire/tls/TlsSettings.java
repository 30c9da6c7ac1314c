package io.craton.wire.tls;

import java.nio.file.Path;
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
}
