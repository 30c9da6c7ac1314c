package io.craton.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A key management service in miniature, which speaks a vendor's own HTTP API on this machine. */
interface SmallKeys extends AutoCloseable {
    String provider();

    /** As a configuration names the key that is there. */
    String keyId();

    String unknownKeyId();

    Map<String, String> environment();

    /** The key gets a newer version, or its name another key. */
    void rotate();

    /** What the service then says of the caller's rights. */
    void deny(boolean denied);

    void delay(long millis);

    @Override
    void close();

    /** Versions of an AES key; what they seal begins with the version's number. */
    final class Versions {
        private static final int NONCE = 12;
        private static final int TAG_BITS = 128;
        private final List<SecretKeySpec> keys = new ArrayList<>();
        private final SecureRandom random = new SecureRandom();

        Versions() {
            add();
        }

        synchronized void add() {
            byte[] key = new byte[32];
            random.nextBytes(key);
            keys.add(new SecretKeySpec(key, "AES"));
        }

        /** From 1. */
        synchronized int newest() {
            return keys.size();
        }

        synchronized byte[] seal(int version, byte[] context, byte[] plain) {
            byte[] nonce = new byte[NONCE];
            random.nextBytes(nonce);
            try {
                byte[] sealed = cipher(Cipher.ENCRYPT_MODE, version, nonce, context).doFinal(plain);
                return ByteBuffer.allocate(1 + NONCE + sealed.length).put((byte) version).put(nonce).put(sealed).array();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        synchronized byte[] open(byte[] context, byte[] sealed) throws IOException {
            if (sealed.length < 1 + NONCE || sealed[0] < 1 || sealed[0] > keys.size()) throw new IOException("not sealed here");
            try {
                return cipher(Cipher.DECRYPT_MODE, sealed[0], Arrays.copyOfRange(sealed, 1, 1 + NONCE), context).doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
            } catch (GeneralSecurityException e) {
                throw new IOException("not sealed here", e);
            }
        }

        private Cipher cipher(int mode, int version, byte[] nonce, byte[] context) throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, keys.get(version - 1), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(context);
            return cipher;
        }
    }
}
