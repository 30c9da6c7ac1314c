package io.craton.replication.rpc;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS between members: both ends show a certificate that one authority has signed, TLS 1.3. Who calls requires that the certificate names the host it called. Any thread; what is
 * loaded anew counts for connections made from then on.
 */
public final class PeerTls {
    private record Contexts(SslContext accepting, SslContext calling) {}

    private volatile Contexts contexts;

    private PeerTls(Contexts contexts) {
        this.contexts = contexts;
    }

    /**
     * Reads PEM files.
     *
     * @param certificate this node's, then its chain
     * @param key         its private key, PKCS#8
     * @param authorities who signs the certificates of members
     * @throws IOException in one line that names the file that is bad
     */
    public static PeerTls load(Path certificate, Path key, Path authorities) throws IOException {
        return new PeerTls(read(certificate, key, authorities));
    }

    /** Without a look at whether this node's own certificate is valid now. */
    static PeerTls unchecked(Path certificate, Path key, Path authorities) throws IOException {
        return new PeerTls(contexts(certificate, key, authorities));
    }

    /** As {@link #load}; when it throws, what was loaded before stays. */
    public void reload(Path certificate, Path key, Path authorities) throws IOException {
        contexts = read(certificate, key, authorities);
    }

    private static Contexts read(Path certificate, Path key, Path authorities) throws IOException {
        requireValid(certificate);
        return contexts(certificate, key, authorities);
    }

    private static Contexts contexts(Path certificate, Path key, Path authorities) throws IOException {
        try {
            SslContext accepting = SslContextBuilder.forServer(certificate.toFile(), key.toFile()).trustManager(authorities.toFile())
                    .sslProvider(SslProvider.JDK).clientAuth(ClientAuth.REQUIRE).protocols("TLSv1.3").build();
            SslContext calling = SslContextBuilder.forClient().keyManager(certificate.toFile(), key.toFile()).trustManager(authorities.toFile())
                    .sslProvider(SslProvider.JDK).endpointIdentificationAlgorithm("HTTPS").protocols("TLSv1.3").build();
            return new Contexts(accepting, calling);
        } catch (IllegalArgumentException | SSLException e) {
            throw new IOException("cannot use TLS certificate " + certificate + " with key " + key + " and authorities " + authorities + ": " + e.getMessage(), e);
        }
    }

    private static void requireValid(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            X509Certificate own = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            try {
                own.checkValidity();
            } catch (CertificateExpiredException e) {
                throw new IOException("the TLS certificate " + file + " expired at " + own.getNotAfter().toInstant(), e);
            } catch (CertificateNotYetValidException e) {
                throw new IOException("the TLS certificate " + file + " is not valid before " + own.getNotBefore().toInstant(), e);
            }
        } catch (CertificateException e) {
            throw new IOException("cannot read TLS certificate " + file + ": " + e.getMessage(), e);
        }
    }

    SslContext accepting() {
        return contexts.accepting();
    }

    SslContext calling() {
        return contexts.calling();
    }

    /** Hosts that a certificate names, names and addresses, in lower case. */
    static Set<String> hosts(Certificate certificate) {
        Set<String> hosts = new HashSet<>();
        try {
            if (!(certificate instanceof X509Certificate x509) || x509.getSubjectAlternativeNames() == null) return hosts;
            for (List<?> name : x509.getSubjectAlternativeNames()) {
                int kind = (Integer) name.get(0);
                if ((kind == 2 || kind == 7) && name.get(1) instanceof String host) hosts.add(host.toLowerCase(Locale.ROOT));
            }
        } catch (CertificateException e) {
            return Set.of();
        }
        return hosts;
    }

    /** What went wrong with a connection, in words for people. */
    static String words(Throwable cause) {
        for (@Nullable Throwable each = cause; each != null; each = each.getCause()) {
            String text = each.getMessage() == null ? "" : each.getMessage();
            if (each instanceof io.netty.handler.ssl.NotSslRecordException) return "it does not speak TLS, and this node's cluster port does";
            if (each instanceof CertificateExpiredException) return "its certificate expired (" + text + ")";
            if (each instanceof CertificateNotYetValidException) return "its certificate is not valid yet (" + text + ")";
            if (each instanceof java.security.cert.CertPathBuilderException || text.contains("unable to find valid certification path")) {
                return "its certificate is not signed by an authority of tls_ca";
            }
            if (text.startsWith("No subject alternative") || text.startsWith("No name matching")) return "its certificate does not name it: " + text;
            int alert = text.indexOf("Received fatal alert: ");
            if (alert >= 0) return "it refuses this node's certificate (" + text.substring(alert + 22) + ")";
            if (text.contains("Empty client certificate chain")) return "it shows no certificate that an authority of tls_ca has signed";
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
