package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Passwords as SCRAM-SHA-256 verifiers in pg_authid's form: {@code SCRAM-SHA-256$4096:salt$stored:server} (RFC 5802, 7677). */
public final class ScramVerifier {
    private static final int ITERATIONS = 4096;
    private static final int SALT_BYTES = 16;

    private ScramVerifier() {}

    /** A verifier for a password; one that already is a verifier is kept. */
    public static String of(String password, SecureRandom random) {
        if (password.startsWith("SCRAM-SHA-256$")) return password;
        if (password.startsWith("md5") && password.length() == 35) throw PgException.notSupported("an md5 password");
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        try {
            SecretKeyFactory factory = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
            byte[] salted = factory.generateSecret(new PBEKeySpec(normalize(password).toCharArray(), salt, ITERATIONS, 256)).getEncoded();
            byte[] stored = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
            byte[] server = hmac(salted, "Server Key");
            Base64.Encoder base64 = Base64.getEncoder();
            return "SCRAM-SHA-256$" + ITERATIONS + ":" + base64.encodeToString(salt) + "$" + base64.encodeToString(stored) + ":"
                    + base64.encodeToString(server);
        } catch (GeneralSecurityException e) {
            throw new PgException(io.craton.core.error.PgError.error(SqlState.INTERNAL_ERROR, "could not make a password verifier"), e);
        }
    }

    private static String normalize(String password) {
        return java.text.Normalizer.normalize(password, java.text.Normalizer.Form.NFKC);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
