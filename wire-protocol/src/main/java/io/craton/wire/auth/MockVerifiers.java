package io.craton.wire.auth;

import java.util.Arrays;

/**
 * Verifiers for roles that do not exist or have no password: the exchange goes on as with a real one and fails at its end, so that
 * nobody can tell which roles exist. The salt of a name is always the same.
 */
public final class MockVerifiers {
    private static final int ITERATIONS = 4096;
    private static final int SALT_LENGTH = 16;

    private final byte[] secret;

    /** @param secret random bytes that only this server knows */
    public MockVerifiers(byte[] secret) {
        this.secret = secret.clone();
    }

    public ScramVerifier verifierFor(String user) {
        byte[] salt = Arrays.copyOf(ScramCrypto.hmac(secret, "salt " + user), SALT_LENGTH);
        // No password hashes to these keys: they come from the secret, not through StoredKey = H(ClientKey).
        return new ScramVerifier(ITERATIONS, salt, ScramCrypto.hmac(secret, "stored " + user),
                ScramCrypto.hmac(secret, "server " + user));
    }
}
