package io.craton.replication.rpc;

import io.netty.handler.ssl.SslContext;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How members know each other: a secret they share, proved both ways when a connection opens, and TLS with certificates on both ends where configured.
 *
 * @param secret the cluster secret; empty where only the certificate counts, or nothing but the loopback interface is used
 */
public record PeerSecurity(String secret, @Nullable SslContext accepting, @Nullable SslContext calling) {
    static final int NONCE_BYTES = 16;
    static final int PROOF_BYTES = 32;

    /** For members on one machine. */
    public static final PeerSecurity NONE = new PeerSecurity("", null, null);

    public static PeerSecurity ofSecret(String secret) {
        return new PeerSecurity(secret, null, null);
    }

    /** What proves to the other end that this one knows the secret; the role keeps one end from sending the other's proof back. */
    byte[] proof(byte role, long hello, byte[] callerNonce, byte[] answererNonce) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(("craton cluster " + secret).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(role);
            for (int shift = 56; shift >= 0; shift -= 8) mac.update((byte) (hello >>> shift));
            mac.update(callerNonce);
            return mac.doFinal(answererNonce);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean equal(byte[] expected, byte[] given) {
        return MessageDigest.isEqual(expected, given);
    }

    @Override
    public String toString() {
        return "PeerSecurity[" + (secret.isEmpty() ? "no secret" : "secret") + (accepting == null ? "" : ", TLS") + "]";
    }
}
