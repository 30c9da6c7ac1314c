package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Passwords as SCRAM-SHA-256 verifiers in pg_authid's form: {@code SCRAM-SHA-256$4096:salt$stored:server} (RFC 5802, 7677). */
public final class ScramVerifier {
    private static final int ITERATIONS = 4096;
    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final Pattern MD5 = Pattern.compile("md5[0-9a-f]{32}");
    private static final Pattern VERIFIER = Pattern.compile("SCRAM-SHA-256\\$(?<iterations>[0-9]+):(?<salt>[^$]+)\\$(?<stored>[^:]+):(?<server>.+)");

    private ScramVerifier() {}

    /** A verifier for a password; one that already is a verifier is kept. */
    public static String of(String password, SecureRandom random) {
        if (isVerifier(password)) return password;
        if (MD5.matcher(password).matches()) throw PgException.notSupported("an md5 password");
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

    /** Whether it has all the parts of a verifier; what only looks like one is a password. */
    private static boolean isVerifier(String password) {
        Matcher parts = VERIFIER.matcher(password);
        if (!parts.matches()) return false;
        try {
            Integer.parseInt(parts.group("iterations"));
            Base64.getDecoder().decode(parts.group("salt"));
            return Base64.getDecoder().decode(parts.group("stored")).length == KEY_BYTES && Base64.getDecoder().decode(parts.group("server")).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
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
