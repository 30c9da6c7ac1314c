package io.craton.wire.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Makes SCRAM verifiers of passwords, for tests. */
public final class Passwords {
    private Passwords() {}

    public static String verifier(String password, byte[] salt, int iterations) {
        try {
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256)).getEncoded();
            Base64.Encoder base64 = Base64.getEncoder();
            return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
                    + base64.encodeToString(ScramCrypto.hash(ScramCrypto.hmac(salted, "Client Key"))) + ":"
                    + base64.encodeToString(ScramCrypto.hmac(salted, "Server Key"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String verifier(String password) {
        return verifier(password, "0123456789abcdef".getBytes(StandardCharsets.US_ASCII), 4096);
    }
}
