package io.craton.storage.row;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What values of a keyed column are encrypted by where they are in keys: the same value gives the same bytes, and those tell nothing but its length (docs/decisions/0037). The nonce is made of the
 * value itself: HMAC-SHA256, cut to 16 bytes, which also proves the value when it is decrypted; then AES-256 in counter mode. The secret is part of the column's definition, so it is in
 * the log and in the projection, encrypted with everything else, the same on every node, and stays when data keys are replaced. Immutable, any thread.
 */
public final class KeySecret {
    /** The option of a column (attoptions): on, for people; in the catalog the secret as text. */
    public static final String OPTION = "craton.keyed";

    private static final int NONCE_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final int POOLED_MAX = 16;

    private record Tools(Mac mac, Cipher cipher) {}

    private final byte[] secret;
    private final SecretKeySpec authentication;
    private final SecretKeySpec encryption;
    private final ConcurrentLinkedQueue<Tools> pool = new ConcurrentLinkedQueue<>();

    private KeySecret(byte[] secret) {
        this.secret = secret;
        authentication = new SecretKeySpec(derived("craton keyed columns: nonce"), "HmacSHA256");
        encryption = new SecretKeySpec(derived("craton keyed columns: encryption"), "AES");
    }

    /** A new one, as the catalog has it. */
    public static String create() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    static KeySecret of(String text) {
        return new KeySecret(Base64.getDecoder().decode(text));
    }

    private byte[] derived(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(purpose.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HMAC-SHA256", e);
        }
    }

    byte[] seal(byte[] plain) {
        Tools tools = tools();
        try {
            byte[] nonce = Arrays.copyOf(tools.mac.doFinal(plain), NONCE_BYTES);
            byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + plain.length);
            tools.cipher.init(Cipher.ENCRYPT_MODE, encryption, new IvParameterSpec(nonce));
            tools.cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            give(tools);
        }
    }

    /** @throws IllegalStateException when nobody who knows the secret has sealed this */
    byte[] open(byte[] sealed) {
        Tools tools = tools();
        try {
            tools.cipher.init(Cipher.DECRYPT_MODE, encryption, new IvParameterSpec(sealed, 0, NONCE_BYTES));
            byte[] plain = tools.cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
            byte[] nonce = Arrays.copyOf(tools.mac.doFinal(plain), NONCE_BYTES);
            if (!MessageDigest.isEqual(nonce, Arrays.copyOf(sealed, NONCE_BYTES))) throw new IllegalStateException("a key of a keyed column is not as it was written");
            return plain;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            give(tools);
        }
    }

    private Tools tools() {
        Tools pooled = pool.poll();
        if (pooled != null) return pooled;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(authentication);
            return new Tools(mac, Cipher.getInstance("AES/CTR/NoPadding"));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HMAC-SHA256 and AES", e);
        }
    }

    private void give(Tools tools) {
        if (pool.size() < POOLED_MAX) pool.add(tools);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeySecret that && Arrays.equals(secret, that.secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(secret);
    }

    @Override
    public String toString() {
        return "KeySecret[hidden]";
    }
}
