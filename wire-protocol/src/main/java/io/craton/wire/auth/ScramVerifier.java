package io.craton.wire.auth;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What the server keeps of a password: {@code SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>}, as in pg_authid. The password
 * cannot be computed from it. Arrays are not changed after construction.
 */
public record ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    private static final String SCHEME = "SCRAM-SHA-256";

    /** Reads pg_authid's form; null when the text is something else. */
    public static @Nullable ScramVerifier parse(String text) {
        String[] parts = text.split("\\$", -1);
        if (parts.length != 3 || !parts[0].equals(SCHEME)) return null;
        int colon = parts[1].indexOf(':');
        int keysColon = parts[2].indexOf(':');
        if (colon < 0 || keysColon < 0) return null;
        try {
            int iterations = Integer.parseInt(parts[1].substring(0, colon));
            Base64.Decoder base64 = Base64.getDecoder();
            byte[] salt = base64.decode(parts[1].substring(colon + 1));
            byte[] storedKey = base64.decode(parts[2].substring(0, keysColon));
            byte[] serverKey = base64.decode(parts[2].substring(keysColon + 1));
            boolean good = iterations > 0 && storedKey.length == ScramCrypto.KEY_LENGTH
                    && serverKey.length == ScramCrypto.KEY_LENGTH;
            return good ? new ScramVerifier(iterations, salt, storedKey, serverKey) : null;
        } catch (IllegalArgumentException notNumbersOrBase64) {
            return null;
        }
    }
}
