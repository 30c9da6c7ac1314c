package io.craton.core.session;

/** What ReadyForQuery reports. */
public enum TransactionStatus {
    IDLE('I'), IN_TRANSACTION('T'), FAILED('E');

    public final char tag;

    TransactionStatus(char tag) {
        this.tag = tag;
    }
}
