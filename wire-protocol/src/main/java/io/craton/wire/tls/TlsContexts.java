package io.craton.wire.tls;

import io.craton.wire.tls.TlsSettings.ClientCertificate;
import io.craton.wire.tls.TlsSettings.PlainConnections;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The TLS context of a server and the hash of its certificate that SCRAM clients bind to. Immutable.
 *
 * @param certificateHash tls-server-end-point of RFC 5929
 * @param plainConnections whether connections without TLS are let in besides
 * @param client for connections to other regions, whose certificates the same authorities have signed; null where none are given
 */
public record TlsContexts(SslContext server, byte[] certificateHash, PlainConnections plainConnections, @Nullable SslContext client) {
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final String[] ALPN = {"postgresql", "http/1.1"};

    /** Reads the files; throws with the name of the one that is bad. */
    public static TlsContexts load(TlsSettings settings) throws IOException {
        X509Certificate certificate = firstCertificate(settings);
        try {
            SslContextBuilder builder = SslContextBuilder
                    .forServer(settings.certificate().toFile(), settings.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, ALPN));
            if (settings.authorities() != null) {
                File authorities = settings.authorities().toFile();
                builder.trustManager(authorities);
                builder.clientAuth(settings.clientCertificate() == ClientCertificate.REQUIRED
                        ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
            }
            SslContext server = builder.build();
            requirePair(certificate, settings.key());
            return new TlsContexts(server, hash(certificate), settings.plainConnections(), settings.authorities() == null ? null : client(settings.authorities().toFile()));
        } catch (IllegalArgumentException | GeneralSecurityException bad) {
            throw new IOException("cannot use TLS certificate " + settings.certificate() + " with key " + settings.key()
                    + ": " + bad.getMessage(), bad);
        }
    }

    private static SslContext client(File authorities) throws IOException {
        return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2").endpointIdentificationAlgorithm("HTTPS").trustManager(authorities).build();
    }

    private static X509Certificate firstCertificate(TlsSettings settings) throws IOException {
        try (InputStream in = Files.newInputStream(settings.certificate())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (NoSuchFileException missing) {
            throw new IOException("cannot read TLS certificate " + settings.certificate() + ": there is no such file", missing);
        } catch (CertificateException bad) {
            throw new IOException("cannot read TLS certificate " + settings.certificate() + ": " + bad.getMessage(), bad);
        }
    }

    /** The library would find out that the key is another's only when a client comes. */
    private static void requirePair(X509Certificate certificate, Path key) throws IOException, GeneralSecurityException {
        String pem = Files.readString(key);
        int begin = pem.indexOf(KEY_BEGIN);
        int end = pem.indexOf(KEY_END);
        if (begin < 0 || end < begin) return; // encrypted or in another form: the library has read it
        PublicKey open = certificate.getPublicKey();
        byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGIN.length(), end));
        PrivateKey secret = KeyFactory.getInstance(open.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        String algorithm = switch (open.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> open.getAlgorithm();
        };
        byte[] text = certificate.getEncoded();
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(secret);
        signing.update(text);
        byte[] signature = signing.sign();
        signing.initVerify(open);
        signing.update(text);
        boolean pair;
        try {
            pair = signing.verify(signature);
        } catch (SignatureException another) {
            pair = false;
        }
        if (!pair) throw new GeneralSecurityException("the key is not the certificate's");
    }

    /** Hash of the certificate by the hash of its own signature; SHA-256 in place of the broken ones. */
    private static byte[] hash(X509Certificate certificate) throws GeneralSecurityException {
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        String algorithm = signature.startsWith("SHA384") ? "SHA-384" : signature.startsWith("SHA512") ? "SHA-512" : "SHA-256";
        return MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
    }
}
