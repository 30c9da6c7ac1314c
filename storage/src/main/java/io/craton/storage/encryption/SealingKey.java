package io.craton.storage.encryption;

import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM under one key. Whoever seals must never use a nonce twice. Any thread; ciphers are kept for the next call, since to make one costs more than to
 * encrypt a row.
 */
public final class SealingKey {
    public static final int NONCE_BYTES = 12;
    public static final int TAG_BYTES = 16;
    private static final int IDLE_MAX = 16;

    private final SecretKeySpec key;
    private final AtomicReferenceArray<Cipher> idle = new AtomicReferenceArray<>(IDLE_MAX);

    SealingKey(byte[] material) {
        key = new SecretKeySpec(material, "AES");
    }

    /** Writes as many bytes as there are, and the tag. */
    public void seal(byte[] nonce, byte[] context, int contextLength, byte[] plain, int from, int length, byte[] out, int at) {
        try {
            run(Cipher.ENCRYPT_MODE, nonce, context, contextLength, plain, from, length, out, at);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed", e);
        }
    }

    /**
     * Writes what was sealed, without its tag.
     *
     * @param length with the tag
     * @throws AEADBadTagException when it was not sealed by this key with this nonce and context, or was changed since
     */
    public void open(byte[] nonce, byte[] context, int contextLength, byte[] sealed, int from, int length, byte[] out, int at) throws AEADBadTagException {
        try {
            run(Cipher.DECRYPT_MODE, nonce, context, contextLength, sealed, from, length, out, at);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed", e);
        }
    }

    private void run(int mode, byte[] nonce, byte[] context, int contextLength, byte[] in, int from, int length, byte[] out, int at)
            throws GeneralSecurityException {
        int slot = (int) (Thread.currentThread().threadId() % IDLE_MAX);
        Cipher cipher = idle.getAndSet(slot, null);
        if (cipher == null) cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD(context, 0, contextLength);
        cipher.doFinal(in, from, length, out, at);
        idle.lazySet(slot, cipher);
    }
}
