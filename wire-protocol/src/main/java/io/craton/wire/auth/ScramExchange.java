package io.craton.wire.auth;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's half of one SCRAM-SHA-256 or SCRAM-SHA-256-PLUS exchange (RFC 5802, RFC 7677): client-first, server-first,
 * client-final, server-final. No clock, no randomness of its own, no socket. A message that breaks the rules throws a FATAL error;
 * a wrong password is {@link Outcome.Refused}.
 */
public final class ScramExchange {
    public static final String PLAIN = "SCRAM-SHA-256";
    public static final String PLUS = "SCRAM-SHA-256-PLUS";
    private static final String BINDING = "tls-server-end-point";

    public sealed interface Outcome {
        record Accepted(String serverFinal) implements Outcome {}

        record Refused() implements Outcome {}
    }

    private final ScramVerifier verifier;
    private final String serverNonce;
    private final byte @Nullable [] certificateHash;
    private String gs2Header = "";
    private String clientFirstBare = "";
    private String serverFirst = "";
    private String nonce = "";
    private boolean bound;

    /**
     * @param serverNonce fresh random printable text without commas
     * @param certificateHash what a client must bind to, null on a connection that cannot be bound
     */
    public ScramExchange(ScramVerifier verifier, String serverNonce, byte @Nullable [] certificateHash) {
        this.verifier = verifier;
        this.serverNonce = serverNonce;
        this.certificateHash = certificateHash;
    }

    /** Mechanisms to offer, the stronger first. */
    public List<String> mechanisms() {
        return certificateHash == null ? List.of(PLAIN) : List.of(PLUS, PLAIN);
    }

    /** Takes client-first-message, answers server-first-message. */
    public String clientFirst(String mechanism, String message) {
        if (!mechanisms().contains(mechanism)) {
            throw fatal(SqlState.PROTOCOL_VIOLATION, "client selected an invalid SASL authentication mechanism", null);
        }
        bound = mechanism.equals(PLUS);
        int flagEnd = message.indexOf(',');
        int headerEnd = flagEnd < 0 ? -1 : message.indexOf(',', flagEnd + 1);
        if (headerEnd < 0) throw malformed("The message ends where a comma is expected.");
        checkBindingFlag(message.substring(0, flagEnd));
        String authorization = message.substring(flagEnd + 1, headerEnd);
        if (!authorization.isEmpty()) {
            if (!authorization.startsWith("a=")) throw malformed("Unexpected attribute \"" + authorization + "\" in client-first-message.");
            throw fatal(SqlState.FEATURE_NOT_SUPPORTED, "client uses authorization identity, but it is not supported", null);
        }
        gs2Header = message.substring(0, headerEnd + 1);
        clientFirstBare = message.substring(headerEnd + 1);
        String[] attributes = clientFirstBare.split(",", -1);
        if (attributes[0].startsWith("m=")) {
            throw fatal(SqlState.FEATURE_NOT_SUPPORTED, "client requires an unsupported SCRAM extension", null);
        }
        if (attributes.length < 2) throw malformed("The message has too few attributes.");
        value(attributes[0], 'n'); // the role is the one of the startup packet, as in PostgreSQL
        String clientNonce = value(attributes[1], 'r');
        if (clientNonce.isEmpty() || !printable(clientNonce)) {
            throw fatal(SqlState.PROTOCOL_VIOLATION, "non-printable characters in SCRAM nonce", null);
        }
        nonce = clientNonce + serverNonce;
        serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(verifier.salt()) + ",i="
                + verifier.iterations();
        return serverFirst;
    }

    /** Takes client-final-message. */
    public Outcome clientFinal(String message) {
        int proofAt = message.lastIndexOf(",p=");
        if (proofAt < 0) throw malformed("Client proof is missing.");
        String withoutProof = message.substring(0, proofAt);
        String[] attributes = withoutProof.split(",", -1);
        if (attributes.length < 2) throw malformed("The message has too few attributes.");
        checkBinding(decode(value(attributes[0], 'c')));
        if (!value(attributes[1], 'r').equals(nonce)) {
            throw fatal(SqlState.PROTOCOL_VIOLATION, "invalid SCRAM response", "Nonce does not match.");
        }
        byte[] proof = decode(message.substring(proofAt + 3));
        if (proof.length != ScramCrypto.KEY_LENGTH) throw malformed("Malformed proof in client-final-message.");
        String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
        byte[] clientKey = ScramCrypto.hmac(verifier.storedKey(), authMessage);
        for (int i = 0; i < clientKey.length; i++) clientKey[i] ^= proof[i];
        if (!MessageDigest.isEqual(ScramCrypto.hash(clientKey), verifier.storedKey())) return new Outcome.Refused();
        byte[] signature = ScramCrypto.hmac(verifier.serverKey(), authMessage);
        return new Outcome.Accepted("v=" + Base64.getEncoder().encodeToString(signature));
    }

    private void checkBindingFlag(String flag) {
        switch (flag) {
            case "n" -> {
                if (bound) throw malformed("The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel binding data.");
            }
            case "y" -> {
                if (bound) throw malformed("The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel binding data.");
                if (certificateHash != null) {
                    throw fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SCRAM channel binding negotiation error",
                            "The client supports SCRAM channel binding but thinks the server does not.  "
                                    + "However, this server does support channel binding.");
                }
            }
            default -> {
                if (!flag.startsWith("p=")) throw malformed("Unexpected channel-binding flag \"" + flag + "\".");
                if (!bound) throw malformed("The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message includes channel binding data.");
                if (!flag.equals("p=" + BINDING)) {
                    throw fatal(SqlState.PROTOCOL_VIOLATION, "unsupported SCRAM channel-binding type \"" + flag.substring(2) + "\"", null);
                }
            }
        }
    }

    /** The client repeats its header, followed by the hash of the certificate that it sees. */
    private void checkBinding(byte[] sent) {
        byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
        byte[] hash = bound && certificateHash != null ? certificateHash : new byte[0];
        byte[] expected = new byte[header.length + hash.length];
        System.arraycopy(header, 0, expected, 0, header.length);
        System.arraycopy(hash, 0, expected, header.length, hash.length);
        if (MessageDigest.isEqual(sent, expected)) return;
        if (bound) throw fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SCRAM channel binding check failed", null);
        throw fatal(SqlState.PROTOCOL_VIOLATION, "unexpected SCRAM channel-binding attribute in client-final-message", null);
    }

    private static String value(String attribute, char name) {
        if (attribute.length() < 2 || attribute.charAt(0) != name || attribute.charAt(1) != '=') {
            throw malformed("Expected attribute \"" + name + "\" but found \""
                    + (attribute.isEmpty() ? "" : attribute.substring(0, 1)) + "\".");
        }
        return attribute.substring(2);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException bad) {
            throw malformed("The message holds bad base64.");
        }
    }

    private static boolean printable(String text) {
        return text.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != ',');
    }

    private static PgException malformed(String detail) {
        return fatal(SqlState.PROTOCOL_VIOLATION, "malformed SCRAM message", detail);
    }

    private static PgException fatal(SqlState state, String message, @Nullable String detail) {
        return PgError.of(Severity.FATAL, state, message).withDetail(detail).exception();
    }
}
