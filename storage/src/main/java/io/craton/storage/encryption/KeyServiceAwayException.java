package io.craton.storage.encryption;

/** A key management service does not answer, or not now: what it was asked may work later. */
public final class KeyServiceAwayException extends EncryptionException {
    private static final long serialVersionUID = 1L;

    public KeyServiceAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
