package io.craton.replication.rpc;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How members know each other: a secret they share, proved both ways when a connection opens, and TLS with certificates on both ends where configured.
 *
 * @param secret   the cluster secret; empty where only the certificate counts, or nothing but the loopback interface is used
 * @param tls      null where connections are plain
 * @param troubles what was told of connections that did not come about
 */
public record PeerSecurity(String secret, @Nullable PeerTls tls, PeerTroubles troubles) {
    static final int NONCE_BYTES = 16;
    static final int PROOF_BYTES = 32;

    /** For members on one machine. */
    public static PeerSecurity none() {
        return ofSecret("");
    }

    public static PeerSecurity ofSecret(String secret) {
        return new PeerSecurity(secret, null, new PeerTroubles());
    }

    public PeerSecurity withTls(PeerTls with) {
        return new PeerSecurity(secret, with, troubles);
    }

    /** The first handler of a connection that calls this host; null for a plain one. */
    @Nullable SslHandler calling(ByteBufAllocator allocator, String host, int port) {
        return tls == null ? null : tls.calling().newHandler(allocator, host, port);
    }

    @Nullable SslHandler accepting(ByteBufAllocator allocator) {
        return tls == null ? null : tls.accepting().newHandler(allocator);
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
        return "PeerSecurity[" + (secret.isEmpty() ? "no secret" : "secret") + (tls == null ? "" : ", TLS") + "]";
    }
}
