package io.craton.storage.encryption;

/** A key is missing, wrong or cannot be had, or the data are not encrypted as they should be; the message is for the operator, in one line. */
public sealed class EncryptionException extends RuntimeException permits KeyServiceAwayException {
    private static final long serialVersionUID = 1L;

    public EncryptionException(String message) {
        super(message);
    }

    public EncryptionException(String message, Throwable cause) {
        super(message, cause);
    }
}
